import Glibc

/// Looks at what the machine allows a server: files, memory, size of files, space.
struct MachineLimits {
  private static let mebibyte: UInt64 = 1 << 20
  /// What a server needs for itself besides password hashing: caches of the database, buffers, code.
  private static let memoryMin = 192 * mebibyte
  private static let freeWanted = 1024 * mebibyte
  /// Less than a write-ahead log needs between two checkpoints.
  private static let freeMin = 64 * mebibyte
  private static let freeFilesWanted: UInt64 = 10_000

  let configuration: Configuration

  func examine() -> [Finding] {
    [files(), memory()] + fileSize() + space()
  }

  private func files() -> Finding {
    // Beside connections there are the database, uploads, libraries and outbound requests.
    let needed = UInt64(configuration.connectionsMax) + 256
    let limit = Self.hardLimit(RLIMIT_NOFILE)
    guard limit < needed else {
      return .ok(
        "files", "the limit on open files (\(limit)) allows \(configuration.connectionsMax) connections")
    }
    return .warning(
      "files",
      "the limit on open files (\(limit)) is below connections_max (\(configuration.connectionsMax)) and "
        + "what the server needs itself: raise LimitNOFILE, or lower connections_max")
  }

  private func memory() -> Finding {
    let hashing = UInt64(configuration.passwordHashMemoryBytes) * UInt64(configuration.passwordHashThreadCount)
    let needed = Self.memoryMin + hashing
    let bounds: [(String, UInt64?)] = [
      (
        "the machine has", UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
      ),
      ("its control group allows", Self.controlGroupLimit()),
      ("ulimit -d allows", Self.hardLimit(RLIMIT_DATA)),
      ("ulimit -v allows", Self.hardLimit(RLIMIT_AS)),
    ]
    let (what, least) = bounds.compactMap { name, bound in bound.map { (name, $0) } }.min { $0.1 < $1.1 } ?? ("", 0)
    let text = "\(what) \(least / Self.mebibyte) MiB"
    return least >= needed
      ? .ok("memory", text)
      : .warning("memory", "\(text), and the server may need \(needed / Self.mebibyte) MiB: give it more")
  }

  /// A write beyond this limit ends the process.
  private func fileSize() -> [Finding] {
    let limit = Self.hardLimit(RLIMIT_FSIZE)
    guard limit < 1 << 60 else { return [] }
    return [
      .problem(
        "file size",
        "files may not grow beyond \(limit / Self.mebibyte) MiB here (ulimit -f), and the database must: lift the limit"
      )
    ]
  }

  private func space() -> [Finding] {
    var space = statvfs()
    guard statvfs(configuration.dataDirectory, &space) == 0 else {
      return [.warning("disk", "its free space is unknown: \(String(cString: strerror(errno)))")]
    }
    let free = UInt64(space.f_bavail) * UInt64(space.f_frsize)
    let text = "\(free / Self.mebibyte) MiB free in \(configuration.dataDirectory)"
    var findings: [Finding] = []
    if free < Self.freeMin {
      findings.append(
        .problem("disk", "\(text): SQLite's log alone may need more; make room, before writes are refused with 507"))
    } else if free < Self.freeWanted {
      findings.append(.warning("disk", "\(text): the server refuses writes when it is full"))
    } else {
      findings.append(.ok("disk", text))
    }
    // File systems that make room for files as they come say that there are none at all.
    if space.f_files > 0, space.f_favail < Self.freeFilesWanted {
      findings.append(
        .warning("disk", "room for \(space.f_favail) more files only: the server refuses uploads when there is none"))
    }
    return findings
  }

  private static func hardLimit(_ resource: __rlimit_resource) -> UInt64 {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return .max }
    return UInt64(limit.rlim_max)
  }

  /// What the control group of this process may use, in bytes (cgroup v2, memory.max); nil without a limit.
  private static func controlGroupLimit() -> UInt64? {
    guard let groups = text(ofFile: "/proc/self/cgroup"),
      let path = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::") })?.dropFirst(3),
      let limit = text(ofFile: "/sys/fs/cgroup\(path)/memory.max")
    else { return nil }
    return UInt64(limit.prefix { $0.isNumber })
  }

  /// Nil for a file that is not there: then there is no such limit.
  private static func text(ofFile path: String) -> String? {
    do {
      return String(decoding: try FileReading.contents(ofFile: path, bytesMax: 65_536), as: UTF8.self)
    } catch {
      return nil
    }
  }
}
