import Dispatch
import Foundation
import Runtime
import Testing

@Suite struct LoggingQueueTests {
  @Test func linesArriveWholeAndInOrder() throws {
    let pipe = LogPipe()
    let handler = try QueuedLogHandler(descriptor: pipe.writeEnd, format: .text)
    let log = Logger(label: "t", level: .info, handler: handler)
    for number in 0..<500 { log.info("line \(number)") }
    log.info("end")
    let lines = pipe.read(until: "end\n").split(separator: "\n")
    #expect(lines.map { String($0.split(separator: "] ")[1]) } == (0..<500).map { "line \($0)" } + ["end"])
    #expect(handler.queue.flush(timeoutMilliseconds: 10_000))
    handler.queue.close()
  }

  @Test func aStuckReaderNeverBlocksAndDropsAreReported() throws {
    let pipe = LogPipe()
    let handler = try QueuedLogHandler(descriptor: pipe.writeEnd, format: .text, bytesMax: 4096)
    let log = Logger(label: "t", level: .info, handler: handler)
    // Nobody reads: the pipe (64 KiB) and the queue (4 KiB) fill, and the rest must be dropped.
    let filler = Logger.Message(stringLiteral: String(repeating: "f", count: 1000))
    while handler.queue.droppedCount == 0 || handler.queue.flush(timeoutMilliseconds: 1) { log.info(filler) }
    let dropped = handler.queue.droppedCount
    var text = ""
    var reported: UInt64 = 0
    while reported < dropped {
      text += pipe.read(until: "\n")
      let counts = text.split(separator: "\n").filter { $0.contains("warning [log] log lines dropped") }
      reported = counts.compactMap { $0.split(separator: "count=").last.flatMap { UInt64($0) } }.reduce(0, +)
    }
    #expect(reported == dropped)
    let others = text.split(separator: "\n").filter { !$0.contains("[log]") }
    #expect(others.allSatisfy { $0.hasSuffix("] " + String(repeating: "f", count: 1000)) })
    handler.queue.close()
  }

  @Test func aLineLargerThanTheQueueIsReported() throws {
    let pipe = LogPipe()
    let queue = try LogQueue(descriptor: pipe.writeEnd, bytesMax: 10) { Array("dropped \($0)\n".utf8) }
    queue.enqueue(Array("much too long\n".utf8))
    #expect(pipe.read(until: "\n") == "dropped 1\n")
    queue.close()
  }

  @Test func closingWritesWhatIsQueued() throws {
    let pipe = LogPipe()
    let queue = try LogQueue(descriptor: pipe.writeEnd) { _ in [] }
    for number in 0..<100 { queue.enqueue(Array("\(number)\n".utf8)) }
    queue.close()
    queue.enqueue(Array("late\n".utf8))
    #expect(queue.droppedCount == 1)
    #expect(pipe.read(until: "99\n").split(separator: "\n").count == 100)
  }

  @Test func threadsMayLogTogether() throws {
    let pipe = LogPipe()
    let queue = try LogQueue(descriptor: pipe.writeEnd) { _ in [] }
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      for number in 0..<200 { queue.enqueue(Array("<\(thread) \(number)>\n".utf8)) }
    }
    queue.close()
    queue.enqueue([])
    var text = ""
    while text.split(separator: "\n").count < 800 { text += pipe.read(until: "\n") }
    for thread in 0..<4 {
      let own = text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("<\(thread) ") }
      #expect(own == (0..<200).map { "<\(thread) \($0)>" })
    }
  }
}
