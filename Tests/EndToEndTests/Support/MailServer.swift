import FoundationEssentials
import Glibc
import Storage

/// A real mail server on loopback (Tests/MailServer), killed with the test.
final class MailServer {
  enum Security: String {
    case plain
    case starttls
    case implicit
  }

  let port: UInt16
  let directory: TestDirectory
  private let process: ChildProcess

  /// The certificate that it proves itself with; made anew for each test.
  var certificate: String { directory.path + "/certificate.pem" }

  init(_ security: Security = .plain, _ flags: [String] = []) throws {
    let directory = try TestDirectory()
    self.directory = directory
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    var words = ["/\(root)/Tests/MailServer/server.py", "--security", security.rawValue] + flags
    if security != .plain {
      _ = try SelfSignedCertificate(in: directory, name: "mail")
      try directory.write(directory.read("mail.pem") + directory.read("mail.key"), to: "certificate.pem")
      words += ["--certificate", directory.path + "/certificate.pem"]
    }
    let process = try ChildProcess(
      program: "/usr/bin/python3", words, output: directory.path + "/mail.out", errors: directory.path + "/mail.err")
    self.process = process
    port = try eventually("the mail server listens") {
      if let code = process.exitCode() { throw TestFailure("it ended with \(code): \(directory.read("mail.err"))") }
      let lines = directory.read("mail.out").split(separator: "\n", omittingEmptySubsequences: false)
      return lines.count > 1 ? UInt16(lines[0]) : nil
    }
  }

  /// What it took so far.
  func mails() throws -> [JSONValue] {
    try directory.read("mail.out").split(separator: "\n", omittingEmptySubsequences: false).dropFirst().dropLast().map {
      try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8))
    }
  }

  /// The mail with this number, which must come.
  func mail(_ index: Int = 0) throws -> JSONValue {
    try eventually("mail \(index) arrives") {
      let mails = try mails()
      return mails.count > index ? mails[index] : nil
    }
  }
}
