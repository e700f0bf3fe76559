import CCurl

/// A multipart form (RFC 7578) with the workspace and, after it, one file that is read while it is sent.
struct UploadForm {
  let workspaceID: String
  let file: UploadSource

  /// Adds the parts to a transfer of libcurl, which keeps them until `curl_mime_free`.
  ///
  /// - Returns: nil if libcurl refuses.
  func mime(for easy: UnsafeMutableRawPointer) -> OpaquePointer? {
    guard let mime = curl_mime_init(easy) else { return nil }
    let codes = [add("workspace_id", to: mime, workspace), add("file", to: mime, content)]
    guard codes.allSatisfy({ $0 == CURLE_OK }) else {
      curl_mime_free(mime)
      return nil
    }
    return mime
  }

  private func add(_ name: String, to mime: OpaquePointer, _ fill: (OpaquePointer) -> [CURLcode]) -> CURLcode {
    guard let part = curl_mime_addpart(mime) else { return CURLE_OUT_OF_MEMORY }
    return ([curl_mime_name(part, name)] + fill(part)).first { $0 != CURLE_OK } ?? CURLE_OK
  }

  private func workspace(_ part: OpaquePointer) -> [CURLcode] {
    [curl_mime_data(part, workspaceID, workspaceID.utf8.count)]
  }

  private func content(_ part: OpaquePointer) -> [CURLcode] {
    [
      curl_mime_filename(part, file.name), curl_mime_type(part, file.contentType),
      curl_mime_data_cb(
        part, file.byteCount ?? -1, UploadSource.callback, nil, nil, Unmanaged.passUnretained(file).toOpaque()),
    ]
  }
}
