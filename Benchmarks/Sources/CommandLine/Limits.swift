/// Bounds of what may be asked for, so that a slip of the finger does not take a machine down.
enum Limits {
  static let sockets = 1...200_000
  static let window = 1...4096
  static let messageBytes = 40...60_000
  static let workspaces = 1...1000
  static let channels = 1...100
  static let loops = 1...64
  static let concurrency = 1...4096
  static let messages = 1...100_000
  static let missed = 1...4000
  static let seconds = 0.1...86_400.0
  static let warmupSeconds = 0.0...3600.0
  static let rate = 0.01...10_000_000.0
  static let load = 0.01...1.0
  static let zipf = 0.0...5.0
}
