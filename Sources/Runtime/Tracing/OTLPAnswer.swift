import FoundationEssentials

/// What a collector says to a batch of spans (OpenTelemetry Protocol 1.x, "OTLP/HTTP Response").
enum OTLPAnswer: Equatable {
  /// It took all but some; the text says why it did not take those.
  case taken(rejected: Int, message: String)
  /// It can't just now. With how long it wants to be left alone, in seconds, if it says.
  case later(reason: String, afterSeconds: Int?)
  /// It never will.
  case refused(reason: String)

  /// Which status it is that is worth another try.
  private static let retryable: Set<Int> = [429, 502, 503, 504]

  init(_ response: OutboundResponse) {
    switch response.status {
    case 200..<300:
      let partial = Self.partialSuccess(response.body)
      self = .taken(rejected: max(0, partial?.rejectedSpans?.count ?? 0), message: partial?.errorMessage ?? "")
    case let status where Self.retryable.contains(status):
      let seconds = response.header("retry-after").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
      self = .later(reason: "it answered with status \(status)", afterSeconds: seconds)
    case let status: self = .refused(reason: "it answered with status \(status)")
    }
  }

  init(_ error: OutboundHTTPError) {
    switch error {
    case .failed(let reason): self = .later(reason: reason, afterSeconds: nil)
    case .timedOut: self = .later(reason: "it did not answer in time", afterSeconds: nil)
    case .unknownHost(let host): self = .later(reason: "the host \(host) is unknown", afterSeconds: nil)
    case .overloaded: self = .later(reason: "too many requests are waiting", afterSeconds: nil)
    case .invalidRequest(let reason): self = .refused(reason: reason)
    case .unsupportedScheme, .addressRefused, .tooManyRedirects: self = .refused(reason: "\(error)")
    case .responseTooLarge: self = .refused(reason: "its answer is too long")
    case .cancelled, .stopped: self = .refused(reason: "the server stops")
    }
  }

  /// `ExportTracePartialSuccess`.
  private struct PartialSuccess: Decodable {
    let rejectedSpans: Number?
    let errorMessage: String?
  }

  /// A 64-bit number: a string in the JSON form of Protocol Buffers, whose readers take a number too.
  private struct Number: Decodable {
    let count: Int

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let count = try? container.decode(Int.self) {
        self.count = count
        return
      }
      guard let count = Int(try container.decode(String.self)) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "no number")
      }
      self.count = count
    }
  }

  /// Nil when there is none, or when it can't be read: collectors answer with nothing, with text, or in another format,
  /// and a status of success counts either way.
  private static func partialSuccess(_ body: [UInt8]) -> PartialSuccess? {
    struct Response: Decodable {
      let partialSuccess: PartialSuccess?
    }
    return try? JSONDecoder().decode(Response.self, from: Data(body + [UInt8(ascii: "\n")])).partialSuccess
  }
}
