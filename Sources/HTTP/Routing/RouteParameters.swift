/// The values that a path gave to the parameters of its route.
public struct RouteParameters: Sendable, Equatable {
  private let names: [String]
  private let values: [String]

  init(names: [String], values: [String]) {
    self.names = names
    self.values = values
  }

  /// Makes parameters by hand, for tests of handlers.
  public init(_ pairs: KeyValuePairs<String, String> = [:]) {
    names = pairs.map(\.key)
    values = pairs.map(\.value)
  }

  /// The percent-decoded value, or nil where the route has no such parameter. A value is never empty; that of a
  /// catch-all keeps its slashes and has neither empty nor dot segments.
  public subscript(name: String) -> String? {
    names.firstIndex(of: name).map { values[$0] }
  }

  /// The value read as another type, such as `Int`; nil where the parameter is absent or does not read as one.
  public subscript<Value: LosslessStringConvertible>(name: String, as type: Value.Type) -> Value? {
    self[name].flatMap { Value($0) }
  }
}
