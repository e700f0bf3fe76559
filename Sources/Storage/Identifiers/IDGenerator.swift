import COpenSSL
import Glibc
import Synchronization

/// Identifies a user: `usr_` and a ULID.
public typealias UserID = String
/// Identifies a workspace: `wsp_` and a ULID.
public typealias WorkspaceID = String
/// Identifies a channel: `chn_` and a ULID.
public typealias ChannelID = String
/// Identifies a direct conversation: `dm_` and a ULID.
public typealias DirectConversationID = String
/// Identifies a message: `msg_` and a ULID.
public typealias MessageID = String
/// A position in the event log: `cur_` and a ULID; later events have greater cursors.
public typealias Cursor = String

/// The kinds of identifier, each with its prefix.
public enum IDKind: String, Sendable {
  case user = "usr_"
  case workspace = "wsp_"
  case channel = "chn_"
  case directConversation = "dm_"
  case message = "msg_"
  case event = "evt_"
  case cursor = "cur_"
  case session = "ses_"
  case magicLink = "mln_"
  case identity = "idn_"
  case botToken = "btok_"
  case topic = "top_"
  case pin = "pin_"
  case upload = "upl_"
  case audit = "aud_"
  case invite = "inv_"
  case setupCode = "bsc_"
  case botCommand = "botcmd_"
  case appInstallation = "app_"
  case slashCommand = "cmd_"
  case slashInvocation = "sci_"
  case subscription = "sub_"
  case deliveryAttempt = "eda_"
  case connectedAccount = "acct_"
  case ephemeral = "eph_"
  case job = "job_"
  case passkey = "pky_"
}

/// Makes sortable identifiers: a prefix and a ULID (48 bits of milliseconds, 80 random bits) in lower-case Crockford
/// base 32, as specified at github.com/ulid/spec.
///
/// Within the process every identifier is greater than the one before. After a restart with the clock set back the
/// store calls `advance(past:)` with the greatest cursor on disk, so cursors never go back. Safe from any thread.
public final class IDGenerator: Sendable {
  private struct State {
    var milliseconds: UInt64 = 0
    var high: UInt16 = 0
    var low: UInt64 = 0
    var entropy = Entropy()
  }

  /// Random words, fetched many at a time: the system's generator costs a system call for each request.
  private struct Entropy {
    private var words: [UInt64] = []

    mutating func next() -> UInt64 {
      if let word = words.popLast() { return word }
      words = [UInt64](repeating: 0, count: 64)
      let status = words.withUnsafeMutableBytes { bytes in
        RAND_bytes(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(bytes.count))
      }
      precondition(status == 1, "the system has no random numbers")
      return words.removeLast()
    }
  }
  private let state = Mutex(State())

  /// Makes a generator that starts at the present.
  public init() {}

  /// A new identifier, greater than every earlier one of this generator.
  public func make(_ kind: IDKind) -> String {
    let next = state.withLock { state -> (milliseconds: UInt64, high: UInt16, low: UInt64) in
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      let now = UInt64(max(0, time.tv_sec)) * 1_000 + UInt64(time.tv_nsec) / 1_000_000
      if now > state.milliseconds {
        state.milliseconds = now
        state.high = UInt16(truncatingIfNeeded: state.entropy.next()) >> 1
        state.low = state.entropy.next()
      } else {
        // The same millisecond, or a clock that was set back: count on from the last one.
        let (low, carried) = state.low.addingReportingOverflow((state.entropy.next() >> 32) + 1)
        state.low = low
        if carried {
          let (high, overflowed) = state.high.addingReportingOverflow(1)
          state.high = high
          if overflowed { state.milliseconds += 1 }
        }
      }
      return (state.milliseconds, state.high, state.low)
    }
    return Self.encode(kind.rawValue, next.milliseconds, next.high, next.low)
  }

  /// Makes sure that later identifiers are greater than `id`, whatever the clock says.
  /// - Returns: Whether `id` could be read.
  @discardableResult
  public func advance(past id: String) -> Bool {
    guard let (milliseconds, high, low) = Self.decode(id) else { return false }
    state.withLock { state in
      if (milliseconds, high, low) > (state.milliseconds, state.high, state.low) {
        (state.milliseconds, state.high, state.low) = (milliseconds, high, low)
      }
    }
    return true
  }

  /// Reads the greatest cursor on disk and continues after it.
  /// - Throws: `SQLError`.
  public func advance(pastLastCursorOf db: any SQLConnection) throws {
    if let last = try db.first("SELECT cursor FROM events ORDER BY cursor DESC LIMIT 1", [], { $0.text(0) }) {
      advance(past: last)
    }
  }

  /// A public route identifier: a letter (`T`, `C`, `D` or `M`) and 16 random characters of Crockford base 32.
  public func routeID(_ letter: Character) -> String {
    var bits = UInt64.random(in: 0...UInt64.max)
    var more = UInt64.random(in: 0...UInt64.max)
    var text = String(letter)
    for index in 0..<16 {
      let value = index < 8 ? bits & 31 : more & 31
      if index < 8 { bits >>= 5 } else { more >>= 5 }
      text.unicodeScalars.append(Unicode.Scalar(Self.upperAlphabet[Int(value)]))
    }
    return text
  }

  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
  private static let upperAlphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  private static func encode(_ prefix: String, _ milliseconds: UInt64, _ high: UInt16, _ low: UInt64) -> String {
    let start = prefix.utf8.count
    return String(unsafeUninitializedCapacity: start + 26) { buffer in
      var index = 0
      for byte in prefix.utf8 {
        buffer[index] = byte
        index += 1
      }
      alphabet.withUnsafeBufferPointer { alphabet in
        for character in 0..<10 {
          buffer[start + character] = alphabet[Int(milliseconds >> UInt64(45 - 5 * character) & 31)]
        }
        // 80 bits: the upper 16 in `high`, the lower 64 in `low`; character c holds bits 79-5c to 75-5c.
        for character in 0..<16 {
          let shift = 75 - 5 * character
          let value: UInt64 =
            if shift >= 64 {
              UInt64(high) >> UInt64(shift - 64)
            } else if shift > 59 {
              (UInt64(high) << UInt64(64 - shift)) | (low >> UInt64(shift))
            } else {
              low >> UInt64(shift)
            }
          buffer[start + 10 + character] = alphabet[Int(value & 31)]
        }
      }
      return start + 26
    }
  }

  private static func decode(_ id: String) -> (UInt64, UInt16, UInt64)? {
    let characters = id.utf8.suffix(26)
    guard characters.count == 26 else { return nil }
    var milliseconds: UInt64 = 0
    var high: UInt64 = 0
    var low: UInt64 = 0
    for (index, character) in characters.enumerated() {
      guard let value = alphabet.firstIndex(of: character) else { return nil }
      if index < 10 {
        milliseconds = milliseconds << 5 | UInt64(value)
      } else {
        high = (high << 5 | low >> 59) & 0xffff
        low = low << 5 | UInt64(value)
      }
    }
    return (milliseconds, UInt16(high), low)
  }
}
