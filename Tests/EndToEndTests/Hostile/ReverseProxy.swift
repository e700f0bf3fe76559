import Glibc

/// A real reverse proxy in front of a server, as a process of the test's own.
final class ReverseProxy: Sendable {
  /// Which program, in which mode.
  enum Kind: String, CaseIterable, Sendable {
    case nginx
    /// nginx that passes bodies on while they arrive, with their framing.
    case nginxUnbuffered
    case caddy
  }

  let port: UInt16
  private let directory: TestDirectory
  private let process: ChildProcess

  init(_ kind: Kind, before server: TestServer) throws {
    directory = try TestDirectory()
    let directory = directory
    let port = try Self.freePort()
    self.port = port
    let (output, errors) = (directory.path + "/proxy.out", directory.path + "/proxy.err")
    switch kind {
    case .nginx, .nginxUnbuffered:
      try directory.write(
        Self.nginx(directory.path, port, server.port, buffers: kind == .nginx), to: "nginx.conf")
      process = try ChildProcess(
        program: "/usr/sbin/nginx", ["-p", directory.path, "-c", directory.path + "/nginx.conf", "-e", errors],
        output: output, errors: errors)
    case .caddy:
      try directory.write(Self.caddy(port, server.port), to: "Caddyfile")
      process = try ChildProcess(
        program: "/usr/bin/caddy", ["run", "--config", directory.path + "/Caddyfile", "--adapter", "caddyfile"],
        environment: [
          "HOME=\(directory.path)", "XDG_DATA_HOME=\(directory.path)", "XDG_CONFIG_HOME=\(directory.path)",
        ],
        output: output, errors: errors)
    }
    let process = process
    _ = try eventually("\(kind) serves") {
      if let code = process.exitCode() {
        throw TestFailure("\(kind) ended with \(code): \(directory.read("proxy.err"))")
      }
      do {
        return try HTTPClient(port: port).request(.get, "/healthz").status == 200 ? true : nil
      } catch SocketFailure.call {
        return nil
      }
    }
  }

  deinit {
    process.send(signal: SIGTERM)
    do {
      _ = try process.waitForExit(seconds: 10)
    } catch {
      // The child's own deinit kills it.
    }
  }

  /// A port that nobody listens on now.
  private static func freePort() throws -> UInt16 {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw SocketFailure.call("socket", errno: errno) }
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 ? getsockname(socket, $0, &length) : -1
      }
    }
    guard status == 0 else { throw SocketFailure.call("bind", errno: errno) }
    return UInt16(bigEndian: address.sin_port)
  }

  private static func nginx(_ directory: String, _ port: UInt16, _ upstream: UInt16, buffers: Bool) -> String {
    """
    daemon off;
    master_process off;
    pid \(directory)/nginx.pid;
    error_log \(directory)/error.log warn;
    events { worker_connections 256; }
    http {
      access_log off;
      client_body_temp_path \(directory)/body;
      proxy_temp_path \(directory)/proxy;
      fastcgi_temp_path \(directory)/fastcgi;
      uwsgi_temp_path \(directory)/uwsgi;
      scgi_temp_path \(directory)/scgi;
      map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
      upstream app { server 127.0.0.1:\(upstream); keepalive 4; }
      server {
        listen 127.0.0.1:\(port);
        client_max_body_size 16m;
        location / {
          proxy_pass http://app;
          proxy_http_version 1.1;
          proxy_request_buffering \(buffers ? "on" : "off");
          proxy_set_header Host $http_host;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $connection_upgrade;
        }
      }
    }
    """
  }

  private static func caddy(_ port: UInt16, _ upstream: UInt16) -> String {
    """
    {
      admin off
      auto_https off
    }
    http://:\(port) {
      bind 127.0.0.1
      reverse_proxy 127.0.0.1:\(upstream)
    }
    """
  }
}
