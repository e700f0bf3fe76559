/// A path with named holes: `/api/channels/{channel_id}/messages`, or `/assets/{path*}` for everything below.
public struct RoutePattern: Sendable, Hashable, CustomStringConvertible {
  /// One part between two slashes.
  enum Segment: Sendable, Hashable {
    case literal([UInt8])
    case parameter
    case catchAll
  }

  /// The pattern as it was written.
  public let description: String
  /// The names of the parameters, in order.
  public let parameterNames: [String]
  let segments: [Segment]

  /// Reads a pattern. Throws when it does not begin with a slash, a parameter has no name or one that is used twice, or
  /// a catch-all is not the last segment.
  public init(_ pattern: String) throws(RouteError) {
    guard pattern.utf8.first == ASCII.slash else {
      throw RouteError("the route \(pattern) does not begin with a slash")
    }
    var segments: [Segment] = []
    var names: [String] = []
    for part in pattern.utf8.dropFirst().split(separator: ASCII.slash, omittingEmptySubsequences: false) {
      if case .catchAll = segments.last { throw RouteError("the route \(pattern) goes on behind a catch-all") }
      guard part.first == UInt8(ascii: "{") else {
        guard !part.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) else {
          throw RouteError("the route \(pattern) has a parameter that is not a whole segment")
        }
        segments.append(.literal(Array(part)))
        continue
      }
      guard part.count > 2, part.last == UInt8(ascii: "}") else {
        throw RouteError("the route \(pattern) has a malformed parameter")
      }
      var name = part.dropFirst().dropLast()
      let isCatchAll = name.last == ASCII.asterisk
      if isCatchAll { name = name.dropLast() }
      guard !name.isEmpty, name.allSatisfy(\.isTokenByte), !name.contains(ASCII.asterisk) else {
        throw RouteError("the route \(pattern) has a malformed parameter")
      }
      names.append(String(decoding: name, as: UTF8.self))
      segments.append(isCatchAll ? .catchAll : .parameter)
    }
    guard Set(names).count == names.count else { throw RouteError("the route \(pattern) uses a parameter twice") }
    description = pattern
    parameterNames = names
    self.segments = segments
  }
}
