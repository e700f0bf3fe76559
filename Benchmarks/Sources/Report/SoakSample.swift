import Glibc

/// What was seen at one moment of a long run: a line of `--csv`. Counters count from the start of the load.
struct SoakSample: Codable, Equatable, Sendable {
  /// Seconds since the start of the load.
  var second = 0.0
  var actions: UInt64 = 0
  /// Actions of the schedule that could not be started in time.
  var skipped: UInt64 = 0
  var refused: UInt64 = 0
  var deliveries: UInt64 = 0
  var missing: UInt64 = 0
  var duplicates: UInt64 = 0
  var reordered: UInt64 = 0
  var reconnects: UInt64 = 0
  var lost: UInt64 = 0
  var connected = 0
  var anonymousBytes: UInt64 = 0
  var fileBytes: UInt64 = 0
  var descriptors = 0
  var walBytes: UInt64 = 0
  var databaseBytes: UInt64 = 0
  /// CPU of the server since the sample before, in percent of one core.
  var serverCPU = 0.0
  /// Latencies since the sample before, in microseconds.
  var actionP50 = 0.0
  var actionP99 = 0.0
  var deliveryP50 = 0.0
  var deliveryP99 = 0.0

  static let header =
    "second,actions,skipped,refused,deliveries,missing,duplicates,reordered,reconnects,lost,connected,rss_anonymous_bytes,"
    + "rss_file_bytes,descriptors,wal_bytes,database_bytes,server_cpu_percent,action_p50_us,action_p99_us,"
    + "delivery_p50_us,delivery_p99_us"

  var line: String {
    let counters: [UInt64] = [
      actions, skipped, refused, deliveries, missing, duplicates, reordered, reconnects, lost, UInt64(connected),
      anonymousBytes, fileBytes, UInt64(descriptors), walBytes, databaseBytes,
    ]
    let latencies = [serverCPU, actionP50, actionP99, deliveryP50, deliveryP99]
    return ([Figure.fixed(second, 1)] + counters.map { "\($0)" } + latencies.map { Figure.fixed($0, 0) })
      .joined(separator: ",")
  }

  /// Size of a file in bytes, 0 when there is none.
  static func size(of file: String) -> UInt64 {
    var status = stat()
    return stat(file, &status) == 0 ? UInt64(clamping: status.st_size) : 0
  }
}

/// Appends samples to a file as they are taken, so that a run that is cut short leaves what it saw.
final class SampleFile {
  private let file: UnsafeMutablePointer<FILE>

  /// - Throws: `BenchmarkError` when the file cannot be written.
  init(_ path: String) throws {
    guard let file = fopen(path, "w") else { throw BenchmarkError("cannot write \(path): \(Socket.reason(errno))") }
    self.file = file
    try append(SoakSample.header)
  }

  deinit { fclose(file) }

  func append(_ line: String) throws {
    guard fputs(line + "\n", file) >= 0, fflush(file) == 0 else {
      throw BenchmarkError("cannot write the samples: \(Socket.reason(errno))")
    }
  }
}
