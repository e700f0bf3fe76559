import Glibc

/// The processes of the server under test, watched through `/proc`.
struct ServerProcess: Sendable {
  /// What the processes have used up to one moment.
  struct Usage: Sendable {
    var userSeconds = 0.0
    var systemSeconds = 0.0
    var residentBytes: UInt64 = 0
  }

  /// What the processes hold at one moment.
  struct Holdings: Sendable {
    /// Resident memory of their own: what they have allocated.
    var anonymousBytes: UInt64 = 0
    /// Resident pages of files: the program itself and mapped parts of the database, which the kernel can drop.
    var fileBytes: UInt64 = 0
    var descriptors = 0
  }

  let processes: [Int32]

  /// A process and its descendants.
  init(process: Int32) {
    var found = [process]
    var next = 0
    while next < found.count, found.count < 1024 {
      let children = readText("/proc/\(found[next])/task/\(found[next])/children") ?? ""
      found += children.split(separator: " ").compactMap { Int32($0) }
      next += 1
    }
    processes = found
  }

  /// The processes that listen on a local TCP port; empty when none is visible, for instance on another machine.
  init(listeningOn port: UInt16) {
    let wanted = ":" + String(UInt32(port) + 0x10000, radix: 16, uppercase: true).suffix(4)
    var links: Set<String> = []
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
      for line in (readText(table) ?? "").split(separator: "\n").dropFirst() {
        let fields = line.split(separator: " ")
        // Columns: slot, local address, remote address, state (0A is LISTEN), ..., inode.
        guard fields.count > 9, fields[1].hasSuffix(wanted), fields[3] == "0A" else { continue }
        links.insert("socket:[\(fields[9])]")
      }
    }
    processes = links.isEmpty ? [] : Self.holders(of: links)
  }

  var isKnown: Bool { !processes.isEmpty }

  func usage() -> Usage {
    var usage = Usage()
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    for process in processes {
      guard let stat = readText("/proc/\(process)/stat"), let end = stat.lastIndex(of: ")") else { continue }
      // proc(5): after the name in parentheses come the fields from the third on.
      let fields = stat[stat.index(after: end)...].split(separator: " ")
      guard fields.count > 12 else { continue }
      usage.userSeconds += (Double(fields[11]) ?? 0) / ticks
      usage.systemSeconds += (Double(fields[12]) ?? 0) / ticks
      usage.residentBytes += Self.residentBytes(of: process)
    }
    return usage
  }

  func holdings() -> Holdings {
    var holdings = Holdings()
    for process in processes {
      for line in (readText("/proc/\(process)/status") ?? "").split(separator: "\n") {
        let fields = line.split { $0 == " " || $0 == "\t" }
        guard line.hasPrefix("Rss"), fields.count > 1, let kilobytes = UInt64(fields[1]) else { continue }
        if line.hasPrefix("RssAnon") {
          holdings.anonymousBytes += kilobytes * 1024
        } else {
          holdings.fileBytes += kilobytes * 1024
        }
      }
      // The entries `.` and `..` are no descriptors.
      holdings.descriptors += max(0, Self.entries(of: "/proc/\(process)/fd").count - 2)
    }
    return holdings
  }

  /// Resident memory by walking the page tables; the figure in `stat` is only approximate, by megabytes.
  private static func residentBytes(of process: Int32) -> UInt64 {
    for line in (readText("/proc/\(process)/smaps_rollup") ?? "").split(separator: "\n") where line.hasPrefix("Rss:") {
      return (line.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0) * 1024
    }
    return 0
  }

  private static func holders(of links: Set<String>) -> [Int32] {
    entries(of: "/proc").compactMap { Int32($0) }.filter { process in
      let folder = "/proc/\(process)/fd"
      return entries(of: folder).contains { name in
        var target = [CChar](repeating: 0, count: 64)
        let length = readlink("\(folder)/\(name)", &target, target.count)
        guard length > 0, length < target.count else { return false }
        return links.contains(String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
    }
  }

  private static func entries(of folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names
  }
}

/// A small text file as a whole; nil when it cannot be read.
func readText(_ path: String) -> String? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 64 * 1024)
  while true {
    let count = read(descriptor, &part, part.count)
    guard count > 0 else { break }
    bytes += part[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
