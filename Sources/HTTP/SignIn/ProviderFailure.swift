/// Why signing in at another service did not work. Both texts are plain words; only the first is for the client.
struct ProviderFailure: Error, Equatable {
  /// The HTTP status: 400, 403, 502 or 503.
  let status: Int
  /// For the client.
  let message: String
  /// For the log; empty when the operator need not know.
  let detail: String

  /// The person may not, or does not want to.
  static func refused(_ message: String) -> ProviderFailure {
    ProviderFailure(status: 403, message: message, detail: "")
  }

  /// The code from the provider is not good.
  static let badCode = ProviderFailure(status: 400, message: "the provider does not know this code", detail: "")

  /// The provider answered what can't be used.
  static func broken(_ detail: String) -> ProviderFailure {
    ProviderFailure(status: 502, message: "the provider's answer can't be used", detail: detail)
  }

  /// The provider can't be reached.
  static func unavailable(_ detail: String) -> ProviderFailure {
    ProviderFailure(status: 503, message: "the provider can't be reached; try again later", detail: detail)
  }
}
