import Glibc
import SeededRandom
import Testing

@testable import Runtime

@Suite struct FrameTests {
  @Test func holdsItsBytes() {
    let frame = Frame("hello".utf8)
    #expect(frame.count == 5)
    #expect(frame.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == "hello")
    #expect(Frame([]).withUnsafeBytes { $0.count } == 0)
  }

  @Test func passesTheInitialisersErrorOn() {
    #expect(throws: SystemError(operation: "fill", code: EIO)) {
      _ = try Frame(byteCount: 10) { _ in throw SystemError(operation: "fill", code: EIO) }
    }
  }

  @Test func wrapsImmortalMemoryWithoutCopying() {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 3, alignment: 1)
    defer { memory.deallocate() }
    memory.copyBytes(from: [1, 2, 3])
    let frame = Frame(immortal: UnsafeRawBufferPointer(memory))
    #expect(frame.withUnsafeBytes { $0.baseAddress == UnsafeRawPointer(memory.baseAddress) })
  }

  /// The queue behaves like an array of bytes under any sequence of appends and partial consumption.
  @Test func queueMatchesAModel() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    let list = UnsafeMutablePointer<iovec>.allocate(capacity: 64)
    defer { list.deallocate() }
    for _ in 0..<50 {
      var queue = FrameQueue()
      var model: [UInt8] = []
      let appendsMax = Int.random(in: 1...40, using: &random)
      for _ in 0..<60 {
        for _ in 0..<Int.random(in: 0...appendsMax, using: &random) {
          let bytes = (0..<Int.random(in: 1...9, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
          queue.append(Frame(bytes))
          model += bytes
        }
        let max = Int.random(in: 1...64, using: &random)
        let gathered = queue.gather(into: list, max: max)
        var bytes: [UInt8] = []
        for entry in 0..<gathered.entries {
          bytes += UnsafeRawBufferPointer(start: list[entry].iov_base, count: list[entry].iov_len)
        }
        #expect(bytes.count == gathered.bytes && model.starts(with: bytes), "seed \(seed)")
        #expect(gathered.entries == min(max, Int(queue.count)))
        let consumed = Int.random(in: 0...gathered.bytes, using: &random)
        queue.consume(consumed)
        queue.shrinkIfLarge()
        model.removeFirst(consumed)
        #expect(queue.isEmpty == model.isEmpty, "seed \(seed)")
        #expect(model.starts(with: queue.first), "seed \(seed)")
      }
      queue.removeAll()
    }
  }
}
