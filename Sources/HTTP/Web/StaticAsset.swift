import WebClient

/// A file of the web client that is part of the binary.
public struct StaticAsset: Sendable {
  /// A file's content in one coding (RFC 9110, section 8.4.1).
  struct Form: Sendable {
    /// The name of the coding, or nil when the content is sent as it is.
    let coding: String?
    /// Names this content: a strong validator, different for each coding.
    let tag: EntityTag
    /// The content in its coding.
    let bytes: [UInt8]
  }

  /// Its path on the server, such as `/assets/favicon.svg`.
  public let path: String
  /// Its media type.
  public let contentType: String
  /// Whether its path names its content, so that it never changes.
  public let isImmutable: Bool
  /// The content, best compressed first; the last one is as it is.
  let forms: [Form]

  init(
    path: String, contentType: String, isImmutable: Bool = false, bytes: [UInt8],
    compressed: [(coding: String, bytes: [UInt8])] = []
  ) {
    self.path = path
    self.contentType = contentType
    self.isImmutable = isImmutable
    let name = "\(String(Self.fnv1a(bytes), radix: 16))-\(String(bytes.count, radix: 16))"
    forms =
      compressed.map { Form(coding: $0.coding, tag: EntityTag(named: "\(name)-\($0.coding)"), bytes: $0.bytes) }
      + [Form(coding: nil, tag: EntityTag(named: name), bytes: bytes)]
  }

  /// The content as it is.
  public var bytes: [UInt8] { plain.bytes }

  var plain: Form { forms[forms.count - 1] }

  /// The smallest form that a client accepts.
  func form(for accepted: AcceptEncoding) -> Form {
    forms.first { form in form.coding.map { accepted.weightThousandths(of: $0) > 0 } ?? true } ?? plain
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
      var compressed: [(coding: String, bytes: [UInt8])] = []
      if let bytes = asset.brotli_bytes { compressed.append(("br", copy(bytes, asset.brotli_length))) }
      if let bytes = asset.gzip_bytes { compressed.append(("gzip", copy(bytes, asset.gzip_length))) }
      assets[path] = StaticAsset(
        path: path, contentType: String(cString: asset.content_type), isImmutable: asset.immutable != 0,
        bytes: copy(asset.bytes, asset.length), compressed: compressed)
    }
    return assets
  }()

  private static func copy(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}
