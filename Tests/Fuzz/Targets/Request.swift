@testable import HTTP

/// Requests: any input, in any pieces, gives the same events and the same error.
func fuzzRequest(_ bytes: [UInt8]) {
  guard let seed = bytes.first else { return }
  let message = Array(bytes.dropFirst())
  let whole = RequestLog([message])
  invariant(whole == RequestLog(pieces(of: message, seed: seed)), "pieces matter")
  RequestLog.checkLimits(of: message)
  guard message.count <= 4096 else { return }
  invariant(whole == RequestLog(message.map { [$0] }), "octets matter")
}
