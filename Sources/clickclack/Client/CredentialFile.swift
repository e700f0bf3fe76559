import FoundationEssentials
import Glibc
import Storage

/// Keeps the tokens of `clickclack login` in `$XDG_CONFIG_HOME/clickclack/credentials.json`, one for each server.
///
/// Nobody else may read the file or change its directory, or it is refused. Changes replace the file at once, are on
/// disk when they return, and exclude each other between processes.
struct CredentialFile {
  private static let name = "credentials.json"
  private static let bytesMax = 1024 * 1024
  private let directory: String

  /// What the file holds.
  struct Content: Equatable {
    /// The server that was signed in to last.
    var current = ""
    var accounts: [String: Account] = [:]
  }

  /// Who the caller is to one server.
  struct Account: Equatable {
    let token: String
    let userID: String
    let name: String
  }

  /// Nil when the environment names neither a configuration directory nor a home.
  init?(environment: [String: String]) {
    // The specification of these directories ignores relative paths.
    if let path = environment["XDG_CONFIG_HOME"], path.hasPrefix("/") {
      directory = path + "/clickclack"
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      directory = home + "/.config/clickclack"
    } else {
      return nil
    }
  }

  private var path: String { "\(directory)/\(Self.name)" }

  /// Where a server's token is kept: scheme, host, port and path, each written in one way only.
  ///
  /// A token is found under exactly this text, so it never goes to another server.
  static func key(of server: String) -> String {
    let address = ServerAddress(server)
    let origin = Result { () throws(BadValue) in
      try WebOrigin(parsing: String(decoding: server.utf8.dropLast(address.path.utf8.count), as: UTF8.self))
    }
    guard case .success(let origin) = origin else { return server }
    return origin.text + address.path
  }

  /// - Returns: what is stored; nothing if there is no file.
  /// - Throws: `CommandFailure` if others could have read or written it, or if it is broken.
  func read() throws(CommandFailure) -> Content {
    guard let descriptor = try openDirectory() else { return Content() }
    defer { close(descriptor) }
    return try read(in: descriptor)
  }

  /// Changes what is stored, with the file locked.
  ///
  /// - Throws: as `read`, or `CommandFailure` if the file can't be written.
  func update(_ change: (inout Content) -> Void) throws(CommandFailure) {
    try makeDirectory()
    guard let descriptor = try openDirectory() else { throw FileReading.failure("open", directory) }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw FileReading.failure("lock", directory) }
    }
    var content = try read(in: descriptor)
    change(&content)
    try replace(content, in: descriptor)
  }

  private func makeDirectory() throws(CommandFailure) {
    var made = ""
    for part in directory.split(separator: "/") {
      made += "/" + part
      guard mkdir(made, 0o700) == 0 || errno == EEXIST || errno == EROFS || errno == EACCES else {
        throw FileReading.failure("make", made)
      }
    }
  }

  /// Nil if it does not exist. A link in its place is refused: it could lead to where others write.
  private func openDirectory() throws(CommandFailure) -> Int32? {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if descriptor < 0 && errno == ENOENT { return nil }
    guard descriptor >= 0 else { throw FileReading.failure("open", directory) }
    do throws(CommandFailure) {
      try check(descriptor, name: directory, forbidden: 0o022, complaint: "can be changed by others: chmod 700 it")
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private func read(in directory: Int32) throws(CommandFailure) -> Content {
    let descriptor = openat(directory, Self.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    if descriptor < 0 && errno == ENOENT { return Content() }
    guard descriptor >= 0 else { throw FileReading.failure("open", path) }
    defer { close(descriptor) }
    try check(descriptor, name: path, forbidden: 0o077, complaint: "can be read by others: chmod 600 it")
    let bytes = try FileReading.contents(ofDescriptor: descriptor, name: path, bytesMax: Self.bytesMax)
    let document = Result { try JSONText.decode(JSONValue.self, from: bytes) }
    guard case .success(let document) = document, case .object(let servers)? = document["servers"] else {
      throw CommandFailure("\(path) is broken: remove it and sign in again")
    }
    return Content(
      current: document.text("current"),
      accounts: servers.mapValues {
        Account(token: $0.text("token"), userID: $0.text("user_id"), name: $0.text("name"))
      })
  }

  private func replace(_ content: Content, in directory: Int32) throws(CommandFailure) {
    let servers = content.accounts.mapValues { account in
      JSONValue.object([
        "token": .string(account.token), "user_id": .string(account.userID), "name": .string(account.name),
      ])
    }
    let document = JSONValue.object(["current": .string(content.current), "servers": .object(servers)])
    let temporary = "\(Self.name).\(getpid()).\(UInt64.random(in: .min ... .max))"
    let descriptor = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileReading.failure("write", path) }
    do throws(CommandFailure) {
      defer { close(descriptor) }
      try FileWriting.write(Array(document.line.utf8), toDescriptor: descriptor, name: path)
      guard fsync(descriptor) == 0 else { throw FileReading.failure("write", path) }
      guard renameat(directory, temporary, directory, Self.name) == 0, fsync(directory) == 0 else {
        throw FileReading.failure("replace", path)
      }
    } catch {
      unlinkat(directory, temporary, 0)
      throw error
    }
  }

  private func check(
    _ descriptor: Int32, name: String, forbidden: mode_t, complaint: String
  ) throws(CommandFailure) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileReading.failure("inspect", name) }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG || kind == S_IFDIR else { throw CommandFailure("\(name) is not a file") }
    guard status.st_uid == geteuid() else { throw CommandFailure("\(name) belongs to someone else") }
    guard status.st_mode & forbidden == 0 else { throw CommandFailure("\(name) \(complaint)") }
  }
}
