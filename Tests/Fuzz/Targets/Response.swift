@testable import HTTP

/// Responses: any input, in any pieces, gives the same events and the same error.
func fuzzResponse(_ bytes: [UInt8]) {
  guard let seed = bytes.first else { return }
  let message = Array(bytes.dropFirst())
  let method: HTTPMethod = seed & 2 == 0 ? .get : .head
  let log = ResponseLog([message], method: method)
  invariant(log == ResponseLog(pieces(of: message, seed: seed), method: method), "pieces matter")
  let real = ResponseLog([message], method: method, limits: HTTPLimits())
  if log.error?.isOfLimit != true { return invariant(real == log, "limits matter within them") }
  invariant(real.heads.starts(with: log.heads) && real.bodies.starts(with: log.bodies), "others before a limit")
}
