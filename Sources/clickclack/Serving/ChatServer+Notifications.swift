import Actors
import Storage

extension ChatServer {
  /// Attempts to tell somebody of a message: about six minutes of them, since old news is none.
  private static let pushoverAttemptsMax: Int64 = 5

  /// Registers the jobs that tell people of messages while they are not connected.
  static func registerNotificationJobs(_ runner: JobRunner, _ parts: JobParts) async {
    let (database, realtime) = (parts.database, parts.realtime)
    guard let pushover = parts.pushover else {
      // Enqueued by messages whether the server can send or not.
      await runner.handle(.notifyOfMessage) { _ in }
      await runner.handle(.sendPushover) { _ in throw JobFailure("pushover_token is not set", isPermanent: true) }
      return
    }
    await runner.handle(.notifyOfMessage) { job in
      let cause: Notifications.Cause = try job.decode()
      let found = try await database.read { try Notifications.recipients(of: cause, $0) }
      guard let found else { return }
      var absent: [UserID] = []
      for userID in found.userIDs where await !realtime.isConnected(userID, to: found.workspaceID) {
        absent.append(userID)
      }
      let notices = absent.map { Notifications.Notice(messageID: cause.messageID, userID: $0) }
      guard !notices.isEmpty else { return }
      try await database.write { tx in
        for notice in notices {
          var draft = try JobDraft(
            .sendPushover, encoding: notice, uniqueKey: "\(notice.messageID) \(notice.userID)")
          draft.maxAttempts = pushoverAttemptsMax
          try Jobs.enqueue(draft, tx)
        }
      }
    }
    await runner.handle(.sendPushover) { job in
      let notice: Notifications.Notice = try job.decode()
      guard let content = try await database.read({ try Notifications.content(of: notice, $0) }) else { return }
      try await pushover.send(content)
    }
  }
}
