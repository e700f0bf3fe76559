/// Responses: any input, in any pieces, gives the same events and the same error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  guard let seed = bytes.first else { return 0 }
  let message = Array(bytes.dropFirst())
  let method: HTTPMethod = seed & 2 == 0 ? .get : .head
  invariant(
    ResponseLog([message], method: method) == ResponseLog(pieces(of: message, seed: seed), method: method),
    "pieces matter")
  return 0
}
