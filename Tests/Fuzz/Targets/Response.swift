@testable import HTTP

/// Responses: any input, in any pieces, gives the same events and the same error.
func fuzzResponse(_ bytes: [UInt8]) {
  guard let seed = bytes.first else { return }
  let message = Array(bytes.dropFirst())
  let method: HTTPMethod = seed & 2 == 0 ? .get : .head
  invariant(
    ResponseLog([message], method: method) == ResponseLog(pieces(of: message, seed: seed), method: method),
    "pieces matter")
}
