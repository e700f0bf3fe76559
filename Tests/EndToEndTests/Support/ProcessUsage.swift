import Glibc
import SanitizerEnvironment

/// What a process takes from the machine at one moment, by `/proc`.
struct ProcessUsage: CustomStringConvertible {
  /// Under a sanitizer about what they would be without it, or less.
  let residentBytes: Int
  let cpuSeconds: Double
  let descriptors: Int

  var description: String {
    "\(residentBytes >> 20) MiB resident, \(Double(Int(cpuSeconds * 100)) / 100) s of CPU, \(descriptors) descriptors"
  }
}

extension ChildProcess {
  func usage() throws -> ProcessUsage {
    let directory = TestDirectory(borrowing: "/proc/\(pid)")
    let pages = directory.read("statm").split(separator: " ").dropFirst().first.flatMap { Int($0) }
    // Behind the name, which may hold anything: state is the third field, user and system time the 14th and 15th.
    let fields = directory.read("stat").split(separator: ")").last?.split(separator: " ") ?? []
    guard let pages, fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      throw TestFailure("process \(pid) can't be watched")
    }
    return ProcessUsage(
      residentBytes: pages * Int(getpagesize()) / SanitizerEnvironment.factor,
      cpuSeconds: (user + system) / Double(sysconf(Int32(_SC_CLK_TCK))),
      descriptors: try openDescriptors())
  }

  private func openDescriptors() throws -> Int {
    guard let entries = opendir("/proc/\(pid)/fd") else { throw TestFailure("process \(pid) can't be watched") }
    defer { closedir(entries) }
    var count = -2
    while readdir(entries) != nil { count += 1 }
    return count
  }
}
