/// A certificate for this machine that vouches for itself, with its key, made by the `openssl` command.
struct SelfSignedCertificate {
  /// PEM files.
  let path: String
  let keyPath: String

  init(in directory: TestDirectory, name: String) throws {
    path = "\(directory.path)/\(name).pem"
    keyPath = "\(directory.path)/\(name).key"
    let made = try ChildProcess(
      program: TLSClient.program,
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", keyPath, "-out", path,
      ], output: "\(directory.path)/\(name).out", errors: "\(directory.path)/\(name).err")
    guard try made.waitForExit() == 0 else { throw TestFailure(directory.read("\(name).err")) }
  }

  /// The flags of a server that shows it.
  var flags: [String] { ["--tls-cert", path, "--tls-key", keyPath] }
}
