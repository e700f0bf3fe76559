/// What a router says about a request.
public enum RouteMatch<Handler: Sendable>: Sendable {
  /// This handler serves it.
  case found(Handler, RouteParameters)
  /// An OPTIONS request without a handler of its own: answer 204 with Allow.
  case options(allowed: [HTTPMethod])
  /// The path exists, the method does not: answer 405 with Allow.
  case methodNotAllowed(allowed: [HTTPMethod])
  /// Nothing has this path: answer 404.
  case notFound
}

/// Finds the handler of a method and path (RFC 9110 sections 9 and 15.5.6).
///
///     var router = Router<Handler>()
///     try router.add(.get, "/api/channels/{channel_id}/messages", listMessages)
///     switch router.match(head) { case .found(let handler, let parameters): ... }
///
/// A literal segment wins over a parameter and a parameter over a catch-all, one segment after the other; where the
/// winner leads nowhere the next one is tried. Matching is case-sensitive and on raw bytes; escapes are decoded within
/// a segment, so `%2F` never separates. Empty segments and a trailing slash match nothing. GET routes answer HEAD.
/// Build it once, then share it: matching changes nothing.
public struct Router<Handler: Sendable>: Sendable {
  private struct Route: Sendable {
    var method: HTTPMethod
    var pattern: RoutePattern
    var handler: Handler
  }

  private struct Node: Sendable {
    var literals: [(bytes: [UInt8], node: Int)] = []
    var parameter: Int?
    var catchAll: Int?
    /// Routes that end here, as indices; at most one per method.
    var routes: [Int] = []
  }

  private var table: [Route] = []
  private var nodes: [Node] = [Node()]

  /// Most segments a path may have; longer paths match nothing.
  public static var segmentCountMax: Int { 64 }

  /// Makes a router without routes.
  public init() {}

  /// Every registered method and pattern, in the order they were added.
  public var routes: [(method: HTTPMethod, pattern: String)] {
    table.map { ($0.method, $0.pattern.description) }
  }

  /// Adds a route. Throws when the pattern is malformed, or when method and pattern match the same paths as another.
  public mutating func add(_ method: HTTPMethod, _ pattern: String, _ handler: Handler) throws(RouteError) {
    let pattern = try RoutePattern(pattern)
    let node = descend(pattern)
    for index in nodes[node].routes where table[index].method == method {
      throw RouteError("\(method.rawValue) \(pattern) is already served by \(table[index].pattern)")
    }
    table.append(Route(method: method, pattern: pattern, handler: handler))
    nodes[node].routes.append(table.count - 1)
  }

  /// Finds the handler of a request.
  public func match(_ head: HTTPRequestHead) -> RouteMatch<Handler> {
    head.withPath { match(head.method, path: $0) }
  }

  /// Finds the handler of a method and a raw path in text.
  public func match(_ method: HTTPMethod, path: String) -> RouteMatch<Handler> {
    path.withBytes { match(method, path: $0) }
  }

  /// Finds the handler of a method and a raw path.
  public func match(_ method: HTTPMethod, path: UnsafeRawBufferPointer) -> RouteMatch<Handler> {
    if path.equals("*") { return .options(allowed: allowed(by: Array(table.indices))) }
    guard let segments = Self.segments(of: path) else { return .notFound }
    var search = Search(path: path, segments: segments, method: method)
    if let route = find(&search, node: 0, depth: 0) {
      return .found(table[route].handler, parameters(of: table[route].pattern, path: path, segments: segments))
    }
    guard !search.others.isEmpty else { return .notFound }
    let allowed = allowed(by: search.others)
    return method == .options ? .options(allowed: allowed) : .methodNotAllowed(allowed: allowed)
  }

  private mutating func descend(_ pattern: RoutePattern) -> Int {
    var node = 0
    for segment in pattern.segments {
      let next = child(of: node, segment)
      node = next ?? nodes.count
      if next == nil { nodes.append(Node()) }
    }
    return node
  }

  /// The child for a segment; when there is none yet, links the one that is about to be appended and returns nil.
  private mutating func child(of node: Int, _ segment: RoutePattern.Segment) -> Int? {
    let new = nodes.count
    switch segment {
    case .literal(let bytes):
      if let known = nodes[node].literals.first(where: { $0.bytes == bytes }) { return known.node }
      nodes[node].literals.append((bytes, new))
    case .parameter:
      if let known = nodes[node].parameter { return known }
      nodes[node].parameter = new
    case .catchAll:
      if let known = nodes[node].catchAll { return known }
      nodes[node].catchAll = new
    }
    return nil
  }

  private struct Search {
    var path: UnsafeRawBufferPointer
    var segments: [Range<Int>]
    var method: HTTPMethod
    /// Routes of the same path with other methods.
    var others: [Int] = []
  }

  /// Each node has one depth and is visited at most once, so the search is bounded by the size of the table.
  private func find(_ search: inout Search, node: Int, depth: Int) -> Int? {
    if depth == search.segments.count { return pick(&search, node: node) }
    let segment = search.path.part(search.segments[depth])
    for child in nodes[node].literals where child.bytes.withBytes({ Self.matches(segment, literal: $0) }) {
      if let route = find(&search, node: child.node, depth: depth + 1) { return route }
    }
    guard !segment.isEmpty else { return nil }
    if let child = nodes[node].parameter, let route = find(&search, node: child, depth: depth + 1) { return route }
    guard let child = nodes[node].catchAll else { return nil }
    let rest = search.segments[depth...]
    guard rest.allSatisfy({ Self.isSafeFileName(search.path.part($0)) }) else { return nil }
    return pick(&search, node: child)
  }

  private func pick(_ search: inout Search, node: Int) -> Int? {
    let routes = nodes[node].routes
    if let route = routes.first(where: { table[$0].method == search.method }) { return route }
    if search.method == .head, let route = routes.first(where: { table[$0].method == .get }) { return route }
    search.others.append(contentsOf: routes)
    return nil
  }

  private func allowed(by routes: [Int]) -> [HTTPMethod] {
    var methods = Set(routes.map { table[$0].method })
    if methods.contains(.get) { methods.insert(.head) }
    methods.insert(.options)
    return HTTPMethod.allCases.filter(methods.contains)
  }

  private func parameters(
    of pattern: RoutePattern, path: UnsafeRawBufferPointer, segments: [Range<Int>]
  ) -> RouteParameters {
    if pattern.parameterNames.isEmpty { return RouteParameters() }
    var values: [String] = []
    values.reserveCapacity(pattern.parameterNames.count)
    for (index, segment) in pattern.segments.enumerated() {
      switch segment {
      case .literal: break
      case .parameter: values.append(PercentDecoding.text(path.part(segments[index])))
      case .catchAll: values.append(PercentDecoding.text(path.part(segments[index].lowerBound..<path.count)))
      }
    }
    return RouteParameters(names: pattern.parameterNames, values: values)
  }

  private static func segments(of path: UnsafeRawBufferPointer) -> [Range<Int>]? {
    guard path.first == ASCII.slash else { return nil }
    var segments: [Range<Int>] = []
    segments.reserveCapacity(8)
    var start = 1
    while start <= path.count {
      guard segments.count < segmentCountMax else { return nil }
      let end = path.firstIndex(of: ASCII.slash, from: start) ?? path.count
      segments.append(start..<end)
      start = end + 1
    }
    return segments
  }

  private static func matches(_ segment: UnsafeRawBufferPointer, literal: UnsafeRawBufferPointer) -> Bool {
    if segment.equals(literal) { return true }
    guard segment.count > literal.count, segment.firstIndex(of: ASCII.percent, from: 0) != nil else { return false }
    return PercentDecoding.decode(segment).withBytes { $0.equals(literal) }
  }

  /// A catch-all serves files, so nothing that could climb out of their folder ever matches it: no dot segments, and
  /// no separators hidden in escapes.
  private static func isSafeFileName(_ segment: UnsafeRawBufferPointer) -> Bool {
    guard !segment.isEmpty else { return false }
    return PercentDecoding.decode(segment).withBytes { decoded in
      !decoded.equals(".") && !decoded.equals("..") && !decoded.contains(ASCII.slash)
        && !decoded.contains(ASCII.backslash)
    }
  }
}
