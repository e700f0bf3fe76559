/// The bounds on one multipart body; what a part holds is bounded by whoever reads it.
public struct MultipartLimits: Sendable, Hashable {
  /// Most parts of one body.
  public var partCountMax: Int
  /// Largest header section of a part in bytes, line ends included.
  public var headerBytesMax: Int
  /// Most header fields of a part.
  public var headerCountMax: Int
  /// Bytes that are ignored behind the closing delimiter.
  public var epilogueBytesMax: Int

  /// Makes limits; the defaults suit forms with a few fields and a file.
  public init(
    partCountMax: Int = 32, headerBytesMax: Int = 8192, headerCountMax: Int = 16, epilogueBytesMax: Int = 1024
  ) {
    self.partCountMax = partCountMax
    self.headerBytesMax = headerBytesMax
    self.headerCountMax = headerCountMax
    self.epilogueBytesMax = epilogueBytesMax
  }
}
