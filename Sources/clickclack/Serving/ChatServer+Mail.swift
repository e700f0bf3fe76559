import Actors
import Runtime
import Storage

extension ChatServer {
  /// The client for the mail server that is configured, if any.
  static func mailClient(_ configuration: Configuration) -> SMTPClient? {
    guard let address = configuration.smtpURL else { return nil }
    var server = SMTPServer(
      host: address.host, port: address.port,
      security: address.isEncrypted ? .implicitTLS : configuration.isPlainSMTPAllowed ? .plain : .startTLS)
    server.username = configuration.smtpUsername
    server.password = configuration.smtpPassword
    server.authorityFile = configuration.smtpAuthorityFile.isEmpty ? nil : configuration.smtpAuthorityFile
    return SMTPClient(server: server)
  }

  /// Registers the jobs that send mail.
  static func registerMailJobs(_ runner: JobRunner, _ parts: JobParts) async {
    let configuration = parts.configuration
    await runner.handle(.magicLinkMail) { job in
      let wish: MagicLinkMail = try job.decode()
      guard let client = parts.mail, let from = MailAddress(configuration.mailFrom) else {
        throw JobFailure("this server sends no mail", isPermanent: true)
      }
      guard let to = MailAddress(wish.email) else {
        throw JobFailure("mail can't be sent to an address of this form", isPermanent: true)
      }
      let token = try await parts.database.write { tx in
        try wish.mint(
          lasting: configuration.magicLinkLifetime.components.seconds,
          admitsNewPeople: configuration.isSignUpByMailAllowed, tx)
      }
      guard let token else { return }
      let mail = magicLinkMessage(token, from: from, to: to, id: job.id, configuration)
      do {
        try await client.send(mail)
      } catch let error as SMTPError {
        try Task.checkCancellation()
        throw JobFailure(error.description, isPermanent: error.isPermanent)
      }
    }
  }

  private static func magicLinkMessage(
    _ token: String, from: MailAddress, to: MailAddress, id: JobID, _ configuration: Configuration
  ) -> MailMessage {
    let now = Timestamp.now()
    let end = now.adding(seconds: configuration.magicLinkLifetime.components.seconds).text
    return MailMessage(
      from: from, fromName: "ClickClack", to: to,
      subject: "Sign in to \(configuration.publicURL?.host ?? "ClickClack")",
      text: """
        Open this link to sign in:

        \(configuration.linkBase)/app/magic#\(token)

        It works once, until \(end.prefix(10)) \(end.dropFirst(11).prefix(5)) UTC. If you did not ask for it, ignore this
        message: nobody can sign in without the link.

        """, id: id, unixSeconds: now.microseconds / 1_000_000)
  }
}
