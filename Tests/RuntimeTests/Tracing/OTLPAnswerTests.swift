import Testing

@testable import Runtime

@Suite struct OTLPAnswerTests {
  private func answer(_ status: Int, _ body: String = "", retryAfter: String? = nil) -> OTLPAnswer {
    let headers = retryAfter.map { [OutboundHeader(name: "Retry-After", value: $0)] } ?? []
    return OTLPAnswer(OutboundResponse(status: status, headers: headers, body: Array(body.utf8), url: ""))
  }

  @Test(arguments: [
    ("", 0, ""), ("{}", 0, ""), ("<html>", 0, ""), (#"{"partialSuccess":{}}"#, 0, ""),
    (#"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}"#, 3, "too old"),
    (#"{"partialSuccess":{"rejectedSpans":2}}"#, 2, ""), (#"{"partialSuccess":{"errorMessage":"hint"}}"#, 0, "hint"),
    (#"{"partialSuccess":{"rejectedSpans":"-1"}}"#, 0, ""), (#"{"partialSuccess":{"rejectedSpans":"x"}}"#, 0, ""),
  ])
  func readsPartialSuccess(_ body: String, rejected: Int, message: String) {
    #expect(answer(200, body) == .taken(rejected: rejected, message: message))
  }

  @Test func onlyWhatMayPassIsTriedAgain() {
    for status in [429, 502, 503, 504] {
      let reason = "it answered with status \(status)"
      #expect(answer(status) == .later(reason: reason, afterSeconds: nil))
      #expect(answer(status, retryAfter: "7") == .later(reason: reason, afterSeconds: 7))
      for odd in ["-7", "soon", "Fri, 31 Dec 1999 23:59:59 GMT", ""] {
        #expect(answer(status, retryAfter: odd) == .later(reason: reason, afterSeconds: nil))
      }
    }
    for status in [100, 301, 307, 400, 401, 403, 404, 413, 500, 501] {
      #expect(answer(status) == .refused(reason: "it answered with status \(status)"))
    }
    for error: OutboundHTTPError in [.timedOut, .unknownHost("x"), .failed("no route"), .overloaded] {
      guard case .later = OTLPAnswer(error) else {
        Issue.record("\(error)")
        continue
      }
    }
    for error: OutboundHTTPError in [.cancelled, .stopped, .invalidRequest("x"), .responseTooLarge] {
      guard case .refused = OTLPAnswer(error) else {
        Issue.record("\(error)")
        continue
      }
    }
  }
}
