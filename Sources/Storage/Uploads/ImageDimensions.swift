/// Reads the width and height of a PNG, GIF, JPEG or WebP image from its first bytes, while they arrive.
///
/// Keeps at most `headerBytesMax` bytes; what a JPEG has before its dimensions is skipped, not kept. It looks at the
/// bytes only: what the client says the file is does not matter.
public struct ImageDimensions: Sendable {
  /// In pixels.
  public struct Size: Sendable, Equatable {
    /// From left to right.
    public let width: Int64
    /// From top to bottom.
    public let height: Int64

    /// Makes a size.
    public init(width: Int64, height: Int64) {
      self.width = width
      self.height = height
    }
  }

  /// Bytes that are looked at together, at most.
  public static let headerBytesMax = 30
  /// The largest width and height that are believed: PNG allows no more (third edition, section 7.1).
  static let sideMax = Int64(Int32.max)

  private enum Step {
    case need(Int)
    case skip(Int)
    case found(Size)
    case nothing
  }

  private var header: [UInt8] = []
  private var needed = 12
  private var skipping = 0
  private var isJPEG = false
  private var isOver = false

  /// The size, once it is known.
  public private(set) var size: Size?

  /// Begins at the first byte of a file.
  public init() {}

  /// Looks at the next bytes of the file.
  public mutating func consume(_ bytes: ArraySlice<UInt8>) {
    var input = bytes
    while !isOver {
      if skipping > 0 {
        let skipped = min(skipping, input.count)
        input = input.dropFirst(skipped)
        skipping -= skipped
        guard skipping == 0 else { return }
      }
      let taken = min(needed - header.count, input.count)
      header += input.prefix(taken)
      input = input.dropFirst(taken)
      guard header.count == needed else { return }
      switch isJPEG ? segment() : signature() {
      case .need(let count): needed = count
      case .skip(let count):
        header.removeAll(keepingCapacity: true)
        needed = 4
        skipping = count
      case .found(let found):
        isOver = true
        let sides = 1...Self.sideMax
        if sides.contains(found.width), sides.contains(found.height) { size = found }
      case .nothing: isOver = true
      }
    }
  }

  /// The kind of file, from its first twelve bytes or, when it is known, more.
  private mutating func signature() -> Step {
    if header.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      guard header.count >= 24 else { return .need(24) }
      guard text(12..<16) == "IHDR" else { return .nothing }
      return .found(Size(width: bigEndian(16, 4), height: bigEndian(20, 4)))
    }
    if ["GIF87a", "GIF89a"].contains(text(0..<6)) {
      return .found(Size(width: littleEndian(6, 2), height: littleEndian(8, 2)))
    }
    if text(0..<4) == "RIFF", text(8..<12) == "WEBP" {
      return header.count < 30 ? .need(30) : webP()
    }
    if header[0] == 0xFF, header[1] == 0xD8 {
      isJPEG = true
      // What was taken too early is looked at again as the first segment.
      header.removeFirst(2)
      needed = 10
      return segment()
    }
    return .nothing
  }

  /// One marker segment of a JPEG (ITU-T T.81, B.1): 0xFF, the marker, the length, and for frames the size.
  private mutating func segment() -> Step {
    while header.count >= 2, header[0] == 0xFF, header[1] == 0xFF { header.removeFirst() }
    guard header.count >= 4 else { return .need(4) }
    guard header[0] == 0xFF else { return .nothing }
    let marker = header[1]
    let length = Int(bigEndian(2, 2))
    guard length >= 2 else { return .nothing }
    switch marker {
    case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
      guard header.count >= 9 else { return .need(9) }
      return .found(Size(width: bigEndian(7, 2), height: bigEndian(5, 2)))
    case 0x01, 0xD0...0xD9, 0xDA:
      // Markers without a length, the end, and the scan: no frame came before them.
      return .nothing
    default:
      return skipSegment(2 + length)
    }
  }

  private mutating func skipSegment(_ count: Int) -> Step {
    guard count < header.count else { return .skip(count - header.count) }
    header.removeFirst(count)
    return header.count >= 4 ? segment() : .need(4)
  }

  /// The three forms of WebP's first chunk (RFC 9649 section 2).
  private func webP() -> Step {
    switch text(12..<16) {
    case "VP8 ":
      guard header[23..<26].elementsEqual([0x9D, 0x01, 0x2A]) else { return .nothing }
      return .found(Size(width: littleEndian(26, 2) & 0x3FFF, height: littleEndian(28, 2) & 0x3FFF))
    case "VP8L":
      guard header[20] == 0x2F else { return .nothing }
      let bits = littleEndian(21, 4)
      return .found(Size(width: (bits & 0x3FFF) + 1, height: (bits >> 14 & 0x3FFF) + 1))
    case "VP8X":
      return .found(Size(width: littleEndian(24, 3) + 1, height: littleEndian(27, 3) + 1))
    default: return .nothing
    }
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: header[range], as: UTF8.self) }

  private func bigEndian(_ start: Int, _ count: Int) -> Int64 {
    header[start..<start + count].reduce(0) { $0 << 8 | Int64($1) }
  }

  private func littleEndian(_ start: Int, _ count: Int) -> Int64 {
    header[start..<start + count].reversed().reduce(0) { $0 << 8 | Int64($1) }
  }
}
