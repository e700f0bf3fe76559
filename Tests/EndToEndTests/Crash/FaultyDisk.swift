import Glibc

/// The disk of a server under test: kills the server at a chosen operation, fails, is slow, or forgets what was not
/// synced. It is `Tests/Crash/diskfaults.c`, loaded into the server with `LD_PRELOAD`; this is the driver's side of it.
final class FaultyDisk: Sendable {
  /// Which files a fault concerns.
  struct Files: OptionSet {
    let rawValue: UInt32
    static let database = Files(rawValue: 1)
    static let wal = Files(rawValue: 2)
    static let uploads = Files(rawValue: 4)
    static let others = Files(rawValue: 8)
    /// The shared-memory index of the write-ahead log; never among all files.
    static let shared = Files(rawValue: 16)
  }

  /// Which operations count towards a kill.
  struct Kinds: OptionSet {
    let rawValue: UInt32
    static let write = Kinds(rawValue: 1)
    static let sync = Kinds(rawValue: 2)
    static let name = Kinds(rawValue: 4)
  }

  /// Which calls fail.
  struct Calls: OptionSet {
    let rawValue: UInt32
    /// Opening what exists, directories included.
    static let open = Calls(rawValue: 1)
    static let create = Calls(rawValue: 2)
    static let makeDirectory = Calls(rawValue: 4)
    static let rename = Calls(rawValue: 8)
    static let link = Calls(rawValue: 16)
    static let remove = Calls(rawValue: 32)
    static let truncate = Calls(rawValue: 64)
    static let stat = Calls(rawValue: 128)
    static let list = Calls(rawValue: 256)
    static let map = Calls(rawValue: 512)
    static let read = Calls(rawValue: 1024)
    static let write = Calls(rawValue: 2048)
    static let sync = Calls(rawValue: 4096)
    static let all = Calls(rawValue: 8191)
    /// Whatever needs a descriptor.
    static let opening: Calls = [.open, .create, .list]
  }

  /// Where the fields of `struct control` are, in bytes.
  private enum Field: Int {
    case layout = 0
    case operations = 8
    case killAt = 16
    case killAfter = 24
    case files = 28
    case writeError = 32
    case writeShort = 36
    case syncError = 40
    case syncStall = 44
    case faults = 48
    case syncLies = 56
    case killKinds = 60
    case readError = 64
    case killedFile = 68
    case killedKind = 72
    case callError = 76
    case freeBytes = 80
    case calls = 88
    case failOnce = 92
    case failAt = 96
    case callsSeen = 104
    case room = 112
    case interrupts = 120
  }

  private static let controlBytes = 128
  private let directory: TestDirectory
  private let file: Int32

  /// A disk for servers whose data are in a directory.
  /// - Parameters:
  ///   - forgets: Whether what is not synced can be taken back after a kill.
  ///   - control: Another name for processes whose faults are others than the server's.
  init(in directory: TestDirectory, forgets: Bool, control: String = "control") throws {
    self.directory = directory
    file = open("\(directory.path)/\(control)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0, ftruncate(file, 0) == 0, ftruncate(file, off_t(Self.controlBytes)) == 0 else {
      throw TestFailure("can't make the control page")
    }
    var environment = [
      "LD_PRELOAD=\(Self.library)", "DISKFAULTS_ROOT=\(directory.path)/data",
      "DISKFAULTS_CONTROL=\(directory.path)/\(control)",
    ]
    if forgets {
      let undo = "\(directory.path)/undo"
      guard mkdir(undo, 0o700) == 0 || errno == EEXIST else { throw TestFailure("can't make \(undo)") }
      environment.append("DISKFAULTS_UNDO=\(undo)")
    }
    self.environment = environment
  }

  deinit { close(file) }

  /// What a server needs in its environment to run on this disk.
  let environment: [String]

  private static var library: String { ChildProcess.product("libDiskFaults.so") }

  /// Changes and syncs so far.
  var operations: UInt64 { read(.operations) }
  /// Faults so far.
  var faults: UInt64 { read(.faults) }
  /// The operation that ended the process: of which file, and what it was. Empty while it lives.
  var killed: (files: Files, kinds: Kinds) {
    let both = read(.killedFile)
    return (Files(rawValue: UInt32(truncatingIfNeeded: both)), Kinds(rawValue: UInt32(both >> 32)))
  }
  /// Whether a server is running on it, or was.
  var isInUse: Bool { read(.layout) == UInt64(Self.controlBytes) }

  /// Kills the server at an operation from now, counted from 1, of these files and kinds; empty sets mean all.
  func kill(in operations: UInt64, of files: Files = [], kinds: Kinds = [], after: Bool) {
    writeLong(.killAt, 0)
    writeLong(.killedFile, 0)
    write(.files, files.rawValue)
    write(.killKinds, kinds.rawValue)
    write(.killAfter, after ? 1 : 0)
    writeLong(.killAt, self.operations + operations)
  }

  /// Makes writes of these files fail, until 0.
  func failWrites(_ code: Int32, of files: Files = []) {
    write(.files, files.rawValue)
    write(.writeError, UInt32(code))
  }

  /// Makes reads of these files fail, until 0.
  func failReads(_ code: Int32, of files: Files = []) {
    write(.files, files.rawValue)
    write(.readError, UInt32(code))
  }

  /// Makes syncs of these files fail, until 0.
  func failSyncs(_ code: Int32, of files: Files = []) {
    write(.files, files.rawValue)
    write(.syncError, UInt32(code))
  }

  /// Makes writes of these files write half, until false.
  func shortenWrites(_ shortens: Bool, of files: Files = []) {
    write(.files, files.rawValue)
    write(.writeShort, shortens ? 1 : 0)
  }

  /// Makes every sync take this long, or until this is called with 0.
  func stallSyncs(milliseconds: UInt32) {
    write(.files, 0)
    write(.syncStall, milliseconds)
  }

  /// Makes calls that concern these files fail, until `heal`.
  /// - Parameters:
  ///   - first: The first that fails, counted from 1.
  ///   - once: Whether it is the only one.
  func fail(_ calls: Calls, with code: Int32, of files: Files = [], from first: UInt64 = 1, once: Bool = false) {
    write(.callError, 0)
    write(.files, files.rawValue)
    write(.calls, calls.rawValue)
    write(.failOnce, once ? 1 : 0)
    writeLong(.failAt, first)
    writeLong(.callsSeen, 0)
    write(.callError, UInt32(code))
  }

  /// Only counts these calls, from now on.
  func count(_ calls: Calls, of files: Files = []) { fail(calls, with: EIO, of: files, from: .max) }

  /// The calls that were asked for, since then.
  var callsSeen: UInt64 { read(.callsSeen) }

  /// Lets files grow by so many bytes in all and no further, or as far as they like.
  func leave(bytes: UInt64?) { writeLong(.room, bytes.map { $0 + 1 } ?? 0) }

  /// Has signals interrupt two of three reads, writes, opens and truncations of these files, until false.
  func interrupt(_ interrupts: Bool, of files: Files = []) {
    write(.files, files.rawValue)
    write(.interrupts, interrupts ? 1 : 0)
  }

  /// The disk works again.
  func heal() {
    for field in [Field.callError, .writeError, .readError, .syncError, .writeShort, .syncStall, .interrupts] {
      write(field, 0)
    }
    leave(bytes: nil)
  }

  /// Says that so many bytes are free, until 0.
  func pretendFree(bytes: UInt64) { writeLong(.freeBytes, bytes) }

  /// Makes syncs return without having done anything.
  func lieAboutSyncs() { write(.syncLies, 1) }

  /// Takes back what the killed server had not synced: all of it, or a random part.
  /// - Returns: What was lost, in words.
  func losePower(seed: UInt64?) throws -> String {
    let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/\($1)" }
    var command = "python3 '\(root)/Crash/powerloss.py' '\(directory.path)/undo' '\(directory.path)/data'"
    if let seed { command += " --seed \(seed)" }
    guard let pipe = popen("\(command) 2>&1", "r") else { throw TestFailure("can't run python3") }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      if count == 0 { break }
      output += buffer[..<count]
    }
    let text = String(decoding: output, as: UTF8.self)
    guard pclose(pipe) == 0 else { throw TestFailure(text) }
    return text
  }

  // The page is shared memory of the server; this side goes through the file, which is the same page.
  private func read(_ field: Field) -> UInt64 {
    var value: UInt64 = 0
    pread(file, &value, MemoryLayout<UInt64>.size, off_t(field.rawValue))
    return value
  }

  // The width is that of the field: one that is written too wide overwrites its neighbour.
  private func write(_ field: Field, _ value: UInt32) {
    var value = value
    pwrite(file, &value, MemoryLayout<UInt32>.size, off_t(field.rawValue))
  }

  private func writeLong(_ field: Field, _ value: UInt64) {
    var value = value
    pwrite(file, &value, MemoryLayout<UInt64>.size, off_t(field.rawValue))
  }
}
