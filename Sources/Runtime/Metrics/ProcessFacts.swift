import Glibc

/// Reads what the kernel knows about this process. Every call makes a few quick system calls; none waits for a disk.
public enum ProcessFacts {
  /// Memory of the process that is in RAM, in bytes; nil where `/proc` does not tell.
  public static var residentBytes: Int? { statm.map { $0.residentPages * pageBytes } }

  static let pageBytes = sysconf(Int32(_SC_PAGESIZE))

  /// Sizes from `/proc/self/statm`, see proc(5).
  static var statm: (virtualPages: Int, residentPages: Int)? {
    guard let text = contents(of: "/proc/self/statm") else { return nil }
    let fields = text.split(separator: " ")
    guard fields.count >= 2, let virtual = Int(fields[0]), let resident = Int(fields[1]) else { return nil }
    return (virtual, resident)
  }

  static var cpuSeconds: Double? {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    return Double(seconds) + Double(microseconds) / 1e6
  }

  /// The descriptor that lists the directory is not counted.
  static var openDescriptorCount: Int? {
    guard let directory = opendir("/proc/self/fd") else { return nil }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    let dotEntries = 2
    return count - dotEntries - 1
  }

  /// The start in clock ticks since boot is field 22 of `/proc/self/stat`; the name in field 2 may hold anything, so
  /// fields are counted after its closing parenthesis.
  static var startSeconds: Double? {
    guard let stat = contents(of: "/proc/self/stat"), let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let ticks = Double(fields[19]), let system = contents(of: "/proc/stat") else {
      return nil
    }
    let bootLine = system.split(separator: "\n").first { $0.hasPrefix("btime ") }
    guard let bootLine, let boot = Double(bootLine.dropFirst("btime ".count)) else { return nil }
    return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let bytesMax = 1024 * 1024
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while bytes.count < bytesMax {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
