import WebClient

/// A file of the web client that is part of the binary.
public struct StaticAsset: Sendable {
  /// Its path on the server, such as `/assets/app.js`.
  public let path: String
  /// Its media type.
  public let contentType: String
  /// Names this content (RFC 9110, section 8.8.3): a strong validator with its quotes.
  public let etag: String
  /// The content.
  public let bytes: [UInt8]

  init(path: String, contentType: String, bytes: [UInt8]) {
    self.path = path
    self.contentType = contentType
    self.bytes = bytes
    etag = "\"\(String(Self.fnv1a(bytes), radix: 16))-\(String(bytes.count, radix: 16))\""
  }

  // FNV-1a with 64 bits: files of one binary need to be told apart, not protected.
  private static func fnv1a(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }

  /// Every file of the binary, by path. Read once, at the first use.
  static let all: [String: StaticAsset] = {
    var assets: [String: StaticAsset] = [:]
    for index in 0..<clickclack_asset_count() {
      let asset = clickclack_asset(index)
      let path = String(cString: asset.path)
      assets[path] = StaticAsset(
        path: path, contentType: String(cString: asset.content_type),
        bytes: Array(UnsafeBufferPointer(start: asset.bytes, count: asset.length)))
    }
    return assets
  }()
}
