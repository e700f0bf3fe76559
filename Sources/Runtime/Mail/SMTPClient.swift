/// Sends mail through one server, on threads of its own: libcurl's calls block for as long as that server takes.
public final class SMTPClient: Sendable {
  /// Messages on their way at a time.
  private static let concurrentMax = 2
  /// Messages that wait for their turn.
  private static let waitingMax = 64

  private let server: SMTPServer
  private let pool = BlockingPool(name: "mail", threadsMax: concurrentMax, queueMax: waitingMax)

  /// Makes a client; nothing is connected before the first message.
  public init(server: SMTPServer) { self.server = server }

  /// Sends a message; returns when the mail server has taken it. May be called from any executor. Cancelling the task
  /// ends the transfer within about a second; whether the server took the message is unknown then.
  /// - Throws: `SMTPError`.
  public func send(_ message: MailMessage) async throws(SMTPError) {
    let transfer = SMTPTransfer(message, by: server)
    do {
      try await withTaskCancellationHandler {
        try await pool.run { try transfer.run() }
      } onCancel: {
        transfer.cancel()
      }
    } catch let error as SMTPError {
      throw error
    } catch {
      throw SMTPError("too many messages wait for the mail server")
    }
  }

  /// Ends the threads when the messages under way are sent or cancelled. Called from outside the pool.
  public func shutdown() { pool.shutdown() }
}
