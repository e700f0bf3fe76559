import Glibc

@testable import clickclack

/// The file with the tokens of `clickclack login`: what is read survives writing, and a token is found for its own
/// server only. The servers are the lines of the input.
func fuzzCredentialFile(_ bytes: [UInt8]) {
  let servers = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 3).map { String(decoding: $0, as: UTF8.self) }
  for server in servers { checkKey(server) }
  write(bytes)
  do throws(CommandFailure) {
    let content = try file.read()
    try file.update { $0.current = content.current }
    invariant(try file.read() == content, "what was stored changes")
  } catch {
    invariant(error.message.contains("remove it and sign in again"), "no plain words: \(error.message)")
  }
}

private func checkKey(_ server: String) {
  let key = CredentialFile.key(of: server)
  invariant(CredentialFile.key(of: key) == key, "not a normal form: \(key)")
  let address = ServerAddress(server)
  invariant(server.hasSuffix(address.authority + address.path), "parts of another address")
  // Another path, host or port is another server.
  for other in [server + "x", server + "/x", server + ".example"] {
    invariant(CredentialFile.key(of: other) != key, "two servers with one token: \(key)")
  }
}

private func write(_ bytes: [UInt8]) {
  let descriptor = open("\(home)/clickclack/credentials.json", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  invariant(descriptor >= 0 && Glibc.write(descriptor, bytes, bytes.count) == bytes.count, "can't write: \(errno)")
  close(descriptor)
}

/// In memory where there is such a directory: every change is synced.
private let home: String = {
  var template = Array("\(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp")/clickclack-fuzz-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { fatalError("can't make a directory") }
  let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  mkdir("\(path)/clickclack", 0o700)
  atexit {
    unlink("\(home)/clickclack/credentials.json")
    rmdir("\(home)/clickclack")
    rmdir(home)
  }
  return path
}()

private let file: CredentialFile = {
  guard let file = CredentialFile(environment: ["XDG_CONFIG_HOME": home]) else { fatalError("no file") }
  return file
}()
