import Runtime
import Storage

/// Sends notifications by Pushover (pushover.net/api), or to whatever speaks its protocol at the configured URL.
public struct PushoverSender: Sendable {
  /// How long connecting may take, in milliseconds.
  static let connectMilliseconds: UInt64 = 5_000
  /// How long everything may take, in milliseconds.
  static let totalMilliseconds: UInt64 = 15_000
  /// Bytes of an answer.
  static let responseBytesMax = 16 << 10

  private let client: OutboundHTTPClient
  private let url: String
  private let token: String
  private let publicURL: String?

  /// Makes a sender whose connections live on a loop.
  /// - Parameters:
  ///   - url: Where messages are posted to; its host may be private, since the operator chose it.
  ///   - token: The application's token there.
  ///   - publicURL: Where people reach the server, for links; nil for none.
  ///   - tracer: Records the calls.
  /// - Throws: `OutboundHTTPError` for a URL that is none.
  public init(
    loop: EventLoop, url: String, token: String, publicURL: String?, tracer: Tracer = .off
  ) throws(OutboundHTTPError) {
    client = OutboundHTTPClient(loop: loop, addressGuard: try AddressGuard(allowingHostOf: url), tracer: tracer)
    self.url = url
    self.token = token
    self.publicURL = publicURL
  }

  /// Sends one notification. Callable from any executor.
  /// - Throws: `JobFailure`, permanent when it was refused for what it is; `CancellationError`.
  public func send(_ content: Notifications.Content) async throws {
    var request = OutboundRequest(
      method: "POST", url: url,
      headers: [
        OutboundHeader(name: "Content-Type", value: "application/json"),
        OutboundHeader(name: "User-Agent", value: "ClickClack"),
      ], body: body(content))
    request.connectTimeoutMilliseconds = Self.connectMilliseconds
    request.totalTimeoutMilliseconds = Self.totalMilliseconds
    request.responseBytesMax = Self.responseBytesMax
    let response: OutboundResponse
    do throws(OutboundHTTPError) {
      response = try await client.send(request)
    } catch {
      if case .cancelled = error { throw CancellationError() }
      throw JobFailure("Pushover can't be reached: \(error)")
    }
    guard response.status != 200 else { return }
    // 429 is the monthly allowance; any other 4xx will not be better next time (pushover.net/api#friendly).
    let isPermanent = (400..<500).contains(response.status) && response.status != 429
    throw JobFailure("Pushover answered with status \(response.status)", isPermanent: isPermanent)
  }

  /// Fails the calls under way and closes all connections.
  public func shutdown() { client.shutdown() }

  private func body(_ content: Notifications.Content) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.field("token", token)
      json.field("user", content.pushoverUserKey)
      json.field("title", content.title)
      json.field("message", content.body)
      json.field("timestamp", content.createdAt.microseconds / 1_000_000)
      json.field("url", ifPresent: publicURL.map { $0 + content.path })
    }
    return json.bytes
  }
}
