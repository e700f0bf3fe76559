import Glibc

extension MetricsRegistry {
  /// Adds the process metrics that Prometheus clients conventionally export: memory, descriptors, CPU and start time.
  ///
  /// They are read from `/proc` and `getrusage` at every scrape; where that fails the sample is left out.
  public func addProcessMetrics() {
    read("process_resident_memory_bytes", help: "Resident memory size in bytes.") {
      ProcessFacts.statm.map { Double($0.residentPages) * Double(ProcessFacts.pageBytes) }
    }
    read("process_virtual_memory_bytes", help: "Virtual memory size in bytes.") {
      ProcessFacts.statm.map { Double($0.virtualPages) * Double(ProcessFacts.pageBytes) }
    }
    read("process_open_fds", help: "Number of open file descriptors.") {
      ProcessFacts.openDescriptorCount.map(Double.init)
    }
    read("process_max_fds", help: "Maximum number of open file descriptors.") {
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
      return Double(limit.rlim_cur)
    }
    read("process_cpu_seconds_total", kind: .counter, help: "User and system CPU time spent in seconds.") {
      ProcessFacts.cpuSeconds
    }
    let startSeconds = ProcessFacts.startSeconds
    read("process_start_time_seconds", help: "Start time of the process in seconds since the Unix epoch.") {
      startSeconds
    }
  }
}
