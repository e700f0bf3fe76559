/// The options of the command line; which scenario takes which is said in `Scenario`.
enum Option: String, CaseIterable {
  case base, token, pid, label, json, svg, keep, help
  case seconds, warmup, stall
  case subscribers, window, rate, messageBytes = "message-bytes", workspaces, loops, ephemeral
  case concurrency, messages, clients, peer, missed, restart, channels, zipf, seed, baseline
  case load, ramp, stay, sample, data, csv

  var flag: String { "--\(rawValue)" }

  /// Name of the value in the help; nil for a flag.
  var placeholder: String? {
    switch self {
    case .keep, .help, .ephemeral, .peer: nil
    case .base: "url"
    case .token, .label, .baseline: rawValue
    case .json, .svg, .csv: "file"
    case .data: "directory"
    case .restart: "command"
    case .seconds, .warmup, .stall, .ramp, .stay, .sample: "seconds"
    default: "n"
    }
  }

  var help: String {
    switch self {
    case .base: "Where the server listens. (default: http://127.0.0.1:8080)"
    case .token:
      "Bearer token; may be repeated, connections take turns. Without one the server must be in local dev mode."
    case .pid: "Server process to watch. (default: whoever listens on the port on this machine)"
    case .label: "Name of the server in reports. (default: the base URL)"
    case .json: "Write the result as JSON."
    case .svg: "Write a plot of the result."
    case .keep: "Keep the workspaces that the run created."
    case .help: "Show help information."
    case .seconds: "Measured time. (default: 5; soak: 3600)"
    case .warmup: "Time before measuring. (default: 1; soak: a third of the time)"
    case .stall: "Give up after this long without any delivery. (default: 10; soak: 60)"
    case .subscribers: "WebSocket subscribers in all. (default: 1000)"
    case .window: "Messages in flight per workspace; one is finished when all its subscribers have it. (default: 8)"
    case .rate: "Publish this many messages, or do this many things, per second."
    case .messageBytes: "Size of a message body. (default: 250)"
    case .workspaces: "Workspaces over which the load is spread. (default: 1; mixed, soak: 20)"
    case .loops: "Generator threads. (default: 1)"
    case .ephemeral: "Drive a ClickClack server, through ephemeral events, instead of a trivial peer."
    case .concurrency: "Requests under way at a time. (default: 64; with a window, as many as that)"
    case .messages: "Messages to fill the channel with first. (default: 200)"
    case .clients: "WebSocket clients. (default: 10000; mixed, soak: 1000)"
    case .peer: "The server is a trivial peer: subscribe at /sub, no API."
    case .missed: "Messages published while the clients are away. (default: 20)"
    case .restart: "Shell command that restarts the server, returning when it answers; run while the clients are away."
    case .channels: "Channels per workspace. (default: 5)"
    case .zipf: "Exponent of the activity of channels; 0 is uniform. (default: 1)"
    case .seed: "Seed of the random choices. (default: 1)"
    case .load: "Share of the peak to run at, when there is no --rate. (default: 0.7)"
    case .ramp: "Time over which the peak is measured. (default: 20)"
    case .stay: "How long a client stays connected, on average. (default: 60)"
    case .sample: "Time between two samples. (default: 5)"
    case .data: "Data directory of the server, whose database and log are watched."
    case .csv: "Write the samples, as they are taken."
    case .baseline: "Label to which the others are compared. (default: that of the first file)"
    }
  }
}

/// What the program can do, by its first argument.
enum Scenario: String, CaseIterable {
  case fanout, broadcast, writes, reads, connections, reconnect, mixed, soak, compare

  var abstract: String {
    switch self {
    case .fanout: "Publish messages by REST and verify that every WebSocket subscriber gets each once, in order."
    case .broadcast: "Measure a fan-out engine alone: a peer that broadcasts what it receives, or ephemeral events."
    case .writes: "Write durable messages by REST."
    case .reads: "Read the newest 50 messages of a channel by REST."
    case .connections: "Open idle WebSockets and measure the server's memory for each."
    case .reconnect: "Let all clients reconnect at once and catch up from their cursors."
    case .mixed: "A chat day in short: many workspaces, a few of them busy, with typing, reads, reactions and threads."
    case .soak: "The chat day for hours, at a share of the peak, with clients that come and go: does anything grow?"
    case .compare: "Set reports of --json side by side: medians, spread and ratio to a baseline."
    }
  }

  private static let common: [Option] = [.base, .token, .pid, .label, .json, .svg, .keep, .help]

  var options: [Option] {
    switch self {
    case .fanout:
      [.subscribers, .window, .rate, .messageBytes, .workspaces, .concurrency, .loops, .seconds, .warmup, .stall]
        + Self.common
    case .broadcast:
      [.subscribers, .window, .rate, .messageBytes, .ephemeral, .concurrency, .loops, .seconds, .warmup, .stall]
        + Self.common
    case .writes: [.concurrency, .messageBytes, .seconds, .warmup] + Self.common
    case .reads: [.concurrency, .messages, .messageBytes, .seconds, .warmup] + Self.common
    case .connections: [.clients, .peer, .seconds] + Self.common
    case .reconnect: [.clients, .missed, .restart, .messageBytes, .stall] + Self.common
    case .mixed:
      [.clients, .workspaces, .channels, .rate, .zipf, .seed, .concurrency, .messageBytes, .seconds, .stall]
        + Self.common
    case .soak:
      [
        .clients, .workspaces, .channels, .rate, .load, .ramp, .zipf, .seed, .concurrency, .messageBytes, .seconds,
        .warmup, .stay, .sample, .stall, .data, .csv,
      ] + Self.common
    case .compare: [.baseline, .svg, .help]
    }
  }
}
