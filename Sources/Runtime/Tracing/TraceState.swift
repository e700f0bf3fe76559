/// What vendors pass along with a trace, `name=value` between commas (W3C Trace Context, section 3.3). It means nothing
/// to this server and goes on as it came.
public struct TraceState: Hashable, Sendable {
  /// The value of one `tracestate` field.
  public let text: String

  /// Most members; with more it is invalid as a whole.
  static let membersMax = 32
  /// Most bytes that go on.
  static let bytesMax = 512
  /// Members beyond this size are the first that are left out when it is too long.
  static let largeMemberBytes = 128

  /// Joins the values of all `tracestate` fields, in order. Nil if there is nothing to pass on, or if a member is
  /// malformed. Blanks around members and empty members go; beyond 512 bytes large members are left out, then the last
  /// ones (section 3.3.1.5).
  public init?(_ values: [String]) {
    var members: [Substring.UTF8View] = []
    for value in values {
      for part in value.utf8.split(separator: UInt8(ascii: ",")) {
        let member = Self.trimmed(part)
        guard !member.isEmpty else { continue }
        guard Self.isMember(member), members.count < Self.membersMax else { return nil }
        members.append(member)
      }
    }
    if Self.length(members) > Self.bytesMax { members.removeAll { $0.count > Self.largeMemberBytes } }
    while Self.length(members) > Self.bytesMax { members.removeLast() }
    guard !members.isEmpty else { return nil }
    text = String(decoding: Array(members.joined(separator: ",".utf8)), as: UTF8.self)
  }

  private static func length(_ members: [Substring.UTF8View]) -> Int {
    members.reduce(members.count - 1) { $0 + $1.count }
  }

  private static func trimmed(_ part: Substring.UTF8View) -> Substring.UTF8View {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var part = part.drop(while: isBlank)
    while let last = part.last, isBlank(last) { part.removeLast() }
    return part
  }

  private static func isMember(_ member: Substring.UTF8View) -> Bool {
    let parts = member.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, (1...256).contains(parts[1].count) else { return false }
    let isValue = parts[1].allSatisfy { (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "=") }
    return isValue && isKey(parts[0])
  }

  /// A name of up to 256 characters, or a tenant of up to 241 and a system of up to 14 with an `@` between. Level 2 of the
  /// recommendation lets names begin with a digit.
  private static func isKey(_ key: Substring.UTF8View) -> Bool {
    let parts = key.split(separator: UInt8(ascii: "@"), maxSplits: 1, omittingEmptySubsequences: false)
    let lengths = parts.count == 1 ? [256] : [241, 14]
    return zip(parts, lengths).allSatisfy { part, lengthMax in
      guard let first = part.first, part.count <= lengthMax else { return false }
      return isLetterOrDigit(first) && part.allSatisfy { isLetterOrDigit($0) || "_-*/".utf8.contains($0) }
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}
