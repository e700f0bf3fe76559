/// Every operation of the server. Each resource adds its list in a file of its own.
public enum API {
  /// The operations, in no particular order.
  public static let endpoints: [Endpoint] = []
}
