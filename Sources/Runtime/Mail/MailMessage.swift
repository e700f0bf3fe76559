import Glibc

/// A message in plain text as mail servers take it (RFC 5322 and MIME, RFC 2045 and 2047): ASCII, lines of at most 78
/// bytes that end with CRLF.
///
/// Whatever the texts hold, they stay in their place: header fields have no control characters, and the body is encoded.
public struct MailMessage: Sendable {
  /// From whom.
  public var from: MailAddress
  /// The sender's name.
  public var fromName: String
  /// To whom.
  public var to: MailAddress
  /// What it is about.
  public var subject: String
  /// The text, with any kind of line end.
  public var text: String
  /// Tells this message from all others: the part of its Message-ID before the sender's domain; letters, digits and
  /// underscores.
  public var id: String
  /// When it was written, in seconds since 1970.
  public var unixSeconds: Int64

  /// Puts a message together.
  public init(
    from: MailAddress, fromName: String, to: MailAddress, subject: String, text: String, id: String, unixSeconds: Int64
  ) {
    self.from = from
    self.fromName = fromName
    self.to = to
    self.subject = subject
    self.text = text
    self.id = id
    self.unixSeconds = unixSeconds
  }

  /// The bytes to send. Dots at the beginning of lines are not doubled: that belongs to SMTP.
  public var bytes: [UInt8] {
    let id = String(
      id.unicodeScalars.filter { $0 == "_" || ($0.isASCII && $0.properties.isAlphabetic) || ("0"..."9").contains($0) }
        .map(Character.init))
    let fields = [
      "From: \(MailText.phrase(fromName))\r\n <\(from)>",
      "To: <\(to)>",
      "Subject: \(MailText.unstructured(subject))",
      "Date: \(Self.date(unixSeconds))",
      "Message-ID:\r\n <\(id)@\(from.domain)>",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: quoted-printable",
      // No answer by a machine is wanted (RFC 3834, section 5).
      "Auto-Submitted: auto-generated",
    ]
    return Array((fields.joined(separator: "\r\n") + "\r\n\r\n").utf8) + MailText.quotedPrintable(text)
  }

  private static func date(_ seconds: Int64) -> String {
    var seconds = time_t(seconds)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
      + "\(Int(parts.tm_year) + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) +0000"
  }
}
