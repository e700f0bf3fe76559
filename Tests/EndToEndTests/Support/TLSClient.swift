import Glibc
import Synchronization

/// Somebody else's implementation of TLS, the `openssl` command, as a test's client.
enum TLSClient {
  static let program = "/usr/bin/openssl"
  private static let count = Atomic<Int>(0)

  /// Connects through TLS: what is sent arrives decrypted at the server, and the other way round. Ends without a byte
  /// when the server can't be trusted or refuses the handshake.
  static func connect(
    to server: TestServer, trusting certificate: String, flags: [String] = []
  ) throws -> BlockingSocket {
    var pair: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else {
      throw SocketFailure.call("socketpair", errno: errno)
    }
    defer { Glibc.close(pair[1]) }
    let name = "\(server.directory.path)/tls-\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
    let process = try ChildProcess(
      program: program, words(server, certificate) + ["-quiet"] + flags, errors: name + ".err", connectedTo: pair[1])
    return BlockingSocket(descriptor: pair[0], carrier: process)
  }

  /// Shakes hands and leaves; returns what the command said, and whether it was content.
  static func shakeHands(
    with server: TestServer, trusting certificate: String, flags: [String] = []
  ) throws -> (isDone: Bool, said: String) {
    let name = "tls-\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
    let process = try ChildProcess(
      program: program, words(server, certificate) + flags, output: "\(server.directory.path)/\(name).out",
      errors: "\(server.directory.path)/\(name).err")
    let code = try process.waitForExit()
    return (code == 0, server.directory.read("\(name).out") + server.directory.read("\(name).err"))
  }

  private static func words(_ server: TestServer, _ certificate: String) -> [String] {
    [
      "s_client", "-connect", "127.0.0.1:\(server.port)", "-servername", "localhost", "-CAfile", certificate,
      "-verify_return_error",
    ]
  }
}
