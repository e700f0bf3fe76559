import Glibc
import Synchronization

@testable import Benchmarks

/// A tiny WebSocket broadcaster on a loopback port that can misbehave on demand.
final class TestBroadcaster: Sendable {
  enum Fault: Sendable {
    case none
    /// The first subscriber does not get the message with this number (counted from 1).
    case drop(Int)
    /// The first subscriber gets this message twice.
    case duplicate(Int)
    /// The first subscriber gets this message after its successor.
    case swap(Int)
    /// The server closes the first subscriber with 1013 before this message.
    case close(Int)
  }

  let port: UInt16
  private let listener: Int32
  private let isStopping = Atomic(false)
  private let thread = Mutex<LoopThread?>(nil)

  init(fault: Fault = .none, splitWrites: Bool = false) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 128) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard bound else { throw BenchmarkError("cannot listen") }
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
    let started = try LoopThread { [self] in
      var loop = Loop(listener: listener, fault: fault, splitWrites: splitWrites)
      while !isStopping.load(ordering: .acquiring) { loop.turn() }
      loop.closeAll()
    }
    thread.withLock { $0 = started }
  }

  func stop() {
    isStopping.store(true, ordering: .releasing)
    thread.withLock { $0?.join() }
    close(listener)
  }

  private struct Client {
    let descriptor: Int32
    var input: [UInt8] = []
    var isSubscriber = false
    var isReady = false
  }

  private struct Loop {
    let listener: Int32
    let fault: Fault
    let splitWrites: Bool
    var clients: [Client] = []
    var number = 0
    var held: [UInt8] = []

    mutating func turn() {
      var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
      polled += clients.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      guard poll(&polled, nfds_t(polled.count), 20) > 0 else { return }
      for (index, entry) in polled.enumerated().dropFirst().reversed() where entry.revents != 0 { read(index - 1) }
      if polled[0].revents != 0 {
        let descriptor = accept(listener, nil, nil)
        if descriptor >= 0 { clients.append(Client(descriptor: descriptor)) }
      }
    }

    func closeAll() {
      for client in clients { close(client.descriptor) }
    }

    private mutating func read(_ index: Int) {
      var part = [UInt8](repeating: 0, count: 65_536)
      let count = recv(clients[index].descriptor, &part, part.count, 0)
      guard count > 0 else {
        close(clients[index].descriptor)
        clients.remove(at: index)
        return
      }
      clients[index].input += part[..<count]
      if !clients[index].isReady { shakeHands(index) }
      if clients[index].isReady, !clients[index].isSubscriber { publishFrames(of: index) }
    }

    private mutating func shakeHands(_ index: Int) {
      let text = String(decoding: clients[index].input, as: UTF8.self)
      guard text.hasSuffix("\r\n\r\n") else { return }
      clients[index].isSubscriber = text.hasPrefix("GET /sub ")
      clients[index].isReady = true
      clients[index].input.removeAll()
      let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
      put(Array(answer.utf8), clients[index].descriptor)
    }

    private mutating func publishFrames(of index: Int) {
      while true {
        let input = clients[index].input
        let header = input.withUnsafeBufferPointer { bytes in
          bytes.baseAddress.flatMap { FrameHeader($0, available: bytes.count) }
        }
        guard let header, header.frameLength <= input.count else { return }
        let key = Array(input[(header.headerLength - 4)..<header.headerLength])
        let payload = input[header.headerLength..<header.frameLength].enumerated().map { $1 ^ key[$0 & 3] }
        clients[index].input.removeFirst(header.frameLength)
        broadcast(payload)
      }
    }

    private mutating func broadcast(_ payload: [UInt8]) {
      number += 1
      let frame = serverFrame(payload)
      let subscribers = clients.filter(\.isSubscriber)
      for (index, subscriber) in subscribers.enumerated() {
        guard index == 0 else {
          put(frame, subscriber.descriptor)
          continue
        }
        switch fault {
        case .drop(number): break
        case .duplicate(number): put(frame + frame, subscriber.descriptor)
        case .swap(number): held = frame
        case .close(number): put(serverFrame([0x03, 0xF5] + Array("too slow".utf8), opcode: 8), subscriber.descriptor)
        default:
          put(frame + held, subscriber.descriptor)
          held = []
        }
      }
    }

    private func put(_ bytes: [UInt8], _ descriptor: Int32) {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = splitWrites ? min(rest.count, 7) : rest.count
        let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, count, Int32(MSG_NOSIGNAL)) }
        guard sent > 0 else { return }
        rest = rest.dropFirst(sent)
      }
    }
  }
}
