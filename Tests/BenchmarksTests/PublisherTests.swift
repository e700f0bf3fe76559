import SeededRandom
import Testing

@testable import Benchmarks

struct PublisherTests {
  private final class Recorder: MessageSender {
    var sent: [(number: UInt64, topic: Int)] = []
    var refused: [UInt64]
    let hasRoom = true
    let underWay = 0
    let firstRefusal: String? = nil

    init(topics: Int) { refused = Array(repeating: 0, count: topics) }
    func send(number: UInt64, topic: Int, now: UInt64) { sent.append((number, topic)) }
    func flush(now: UInt64) {}
    func handle(tag: UInt64, isWritable: Bool, isReadable: Bool, now: UInt64) {}
  }

  @Test func aWindowIsRefilledAsMessagesComplete() {
    let board = Board(topics: 2, subscribers: 4, loops: 1, window: 3)
    let recorder = Recorder(topics: 2)
    let publisher = Publisher(board: board, sender: recorder, pace: .window(3))
    publisher.pump(now: 1)
    #expect(recorder.sent.isEmpty)
    publisher.start(now: 1)
    publisher.pump(now: 1)
    #expect(recorder.sent.map(\.topic) == [0, 0, 0, 1, 1, 1])
    publisher.pump(now: 2)
    #expect(recorder.sent.count == 6)
    #expect(board.topics[1].finish(1))
    publisher.pump(now: 3)
    #expect(recorder.sent.last?.number == 4)
    #expect(recorder.sent.last?.topic == 1)
    recorder.refused[0] = 1
    publisher.pump(now: 4)
    #expect(recorder.sent.count == 8)
    #expect(publisher.inFlightTotal == 6)
  }

  @Test func aScheduleIsCountedFromItsMoments() {
    let board = Board(topics: 1, subscribers: 1, loops: 1, window: 1)
    let recorder = Recorder(topics: 1)
    let publisher = Publisher(board: board, sender: recorder, pace: .rate(1000))
    publisher.start(now: 5_000_000)
    publisher.pump(now: 7_500_000)
    #expect(recorder.sent.map(\.number) == [1, 2, 3])
    #expect(board.topics[0].slot(3).publishedAt.load(ordering: .relaxed) == 7_000_000)
    #expect(publisher.delay(now: 7_500_000) == 500_000)
  }

  @Test func aMessageIsCompleteWhenAllLoopsHaveIt() {
    let board = Board(topics: 1, subscribers: 6, loops: 3, window: 1)
    #expect(!board.topics[0].finish(1))
    #expect(!board.topics[0].finish(1))
    #expect(board.topics[0].finish(1))
    #expect(board.topics[0].completed.load(ordering: .relaxed) == 1)
  }

  @Test func subscribersAreSpreadEvenly() {
    let board = Board(topics: 3, subscribers: 12, loops: 2, window: 1)
    #expect(board.topics.map(\.subscribers) == [4, 4, 4])
    #expect(board.topics.map(\.loops) == [2, 2, 2])
    #expect(Board(topics: 4, subscribers: 4, loops: 2, window: 1).topics.map(\.loops) == [1, 1, 1, 1])
  }

  @Test func actionsMakeUpTheWholeDay() {
    #expect(ChatAction.allCases.reduce(0) { $0 + $1.share } == 100)
    var generator = SeededGenerator(seed: 3)
    var counts: [ChatAction: Int] = [:]
    for _ in 0..<10_000 { counts[.draw(using: &generator), default: 0] += 1 }
    for action in ChatAction.allCases { #expect(abs(counts[action, default: 0] - action.share * 100) < 250) }
  }
}
