/// The web client: which path gives which file. The server asks here when no operation of the API matches.
public enum StaticFiles {
  // The rest of the policy is in the page itself, the same for every address.
  private static let page = "/index.html"

  /// The file for a path, or nil. `/`, `/app` and everything below it are the client's own routes and give its page, as
  /// do the pages that other sites embed.
  public static func lookup(path: String) -> StaticAsset? {
    if let asset = StaticAsset.all[path] { return asset }
    return givesPage(path) ? StaticAsset.all[page] : nil
  }

  /// Answers a request for a file, or nil when there is none at that path.
  ///
  /// The server leaves out the body for HEAD. Clients keep what they have while its entity tag is the same (RFC 9110,
  /// section 13.1.2), and never ask again for files whose path names their content (RFC 8246).
  /// - Parameters:
  ///   - path: The path as it was sent, without the query.
  ///   - fields: The header of the request: which codings the client takes, and what it has.
  public static func response(method: String, path: String, headers fields: HTTPHeaders) -> APIResponse? {
    guard let asset = lookup(path: path) else { return nil }
    guard method == "GET" || method == "HEAD" else {
      return .error(405, "only GET and HEAD").with(header: "Allow", "GET, HEAD")
    }
    let form = asset.form(for: AcceptEncoding(fields))
    var headers: [(name: String, value: String)] = [
      ("ETag", form.tag.fieldValue),
      ("Cache-Control", asset.isImmutable ? "public, max-age=31536000, immutable" : "no-cache"),
      ("Vary", "Accept-Encoding"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
      ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
    if isEmbedded(path) {
      headers.append(("Content-Security-Policy", "frame-ancestors 'self'"))
    } else if asset.path == page {
      headers.append(("X-Frame-Options", "DENY"))
    }
    if form.tag.matchesIfNoneMatch(fields) {
      return APIResponse(status: 304, contentType: "", body: [], headers: headers)
    }
    if let coding = form.coding { headers.append(("Content-Encoding", coding)) }
    return APIResponse(status: 200, contentType: asset.contentType, body: form.bytes, headers: headers)
  }

  private static func givesPage(_ path: String) -> Bool {
    path == "/" || path == "/app" || path.hasPrefix("/app/") || isEmbedded(path)
  }

  private static func isEmbedded(_ path: String) -> Bool { path.hasPrefix("/embed/") }
}
