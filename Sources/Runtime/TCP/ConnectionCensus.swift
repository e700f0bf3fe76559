/// Counts open connections, in total and per peer address, and refuses those beyond the limits.
///
/// Listeners of one group share a census so that the limits hold for the whole process. Unix sockets count in the
/// total only. IPv6 peers are counted by their /64, the smallest block a single customer gets (RFC 6177).
public final class ConnectionCensus: Sendable {
  private struct Counts {
    var open = 0
    var perNetwork: [IPAddress: Int] = [:]
    var accepted: UInt64 = 0
    var refused: UInt64 = 0
  }

  /// A snapshot for metrics.
  public struct Snapshot: Sendable, Hashable {
    /// Connections open now.
    public let open: Int
    /// Connections accepted since the start.
    public let accepted: UInt64
    /// Connections closed at once since the start, because of a limit or for want of descriptors.
    public let refused: UInt64
  }

  private let connectionsMax: Int
  private let connectionsPerAddressMax: Int
  private let exemptsLoopback: Bool
  private let counts = Monitor(Counts())

  /// Creates a census with its limits; loopback peers (a reverse proxy) may be exempt from the limit per address.
  public init(connectionsMax: Int = 100_000, connectionsPerAddressMax: Int = 1024, exemptsLoopback: Bool = true) {
    self.connectionsMax = connectionsMax
    self.connectionsPerAddressMax = connectionsPerAddressMax
    self.exemptsLoopback = exemptsLoopback
  }

  /// The numbers now. May be called on any thread.
  public var snapshot: Snapshot {
    counts.withLock { Snapshot(open: $0.open, accepted: $0.accepted, refused: $0.refused) }
  }

  /// Counts a new connection if the limits allow it. Every admission is paired with one `remove`.
  func admit(_ peer: SocketAddress) -> Bool {
    counts.withLock { counts in
      guard counts.open < connectionsMax else {
        counts.refused += 1
        return false
      }
      if let network = network(of: peer) {
        let inNetwork = counts.perNetwork[network, default: 0]
        guard inNetwork < connectionsPerAddressMax else {
          counts.refused += 1
          return false
        }
        counts.perNetwork[network] = inNetwork + 1
      }
      counts.open += 1
      counts.accepted += 1
      return true
    }
  }

  func remove(_ peer: SocketAddress) {
    counts.withLock { counts in
      counts.open -= 1
      guard let network = network(of: peer), let inNetwork = counts.perNetwork[network] else { return }
      counts.perNetwork[network] = inNetwork > 1 ? inNetwork - 1 : nil
    }
  }

  func countRefused() {
    counts.withLock { $0.refused += 1 }
  }

  private func network(of peer: SocketAddress) -> IPAddress? {
    guard let ip = peer.ip, !(exemptsLoopback && ip.isLoopback) else { return nil }
    return ip.isIPv4 ? ip : IPAddress(high: ip.high, low: 0)
  }
}
