import Glibc
import Synchronization

// What `make test-tsan` and `make test-asan` run first: one way in which the tools would be of no use, per argument.

final class Shared: @unchecked Sendable {
  let mutex = Mutex<[Int]>([])
  var plain = 0
}

let shared = Shared()
let kind = CommandLine.arguments.last ?? ""

/// Eight threads on a contended mutex, and beside it when they are to race.
func contend(races: Bool) async {
  await withTaskGroup(of: Void.self) { group in
    for thread in 0..<8 {
      group.addTask {
        for turn in 0..<20_000 {
          shared.mutex.withLock { values in
            values.append(turn)
            if values.count > 100 { values.removeAll() }
            if turn % 500 == thread { usleep(50) }
          }
          if races { shared.plain += 1 }
        }
      }
    }
  }
}

/// Leaves an object behind; of many, no register holds more than one.
@inline(never) func leak() { _ = Unmanaged.passRetained(Shared()) }

switch kind {
case "mutex": await contend(races: false)
case "race": await contend(races: true)
case "leak": for _ in 0..<100 { leak() }
case "overflow":
  let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
  bytes[8 + Int(getpid() & 1)] = 1
  bytes.deallocate()
default: break
}
