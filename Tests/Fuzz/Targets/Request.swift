/// Requests: any input, in any pieces, gives the same events and the same error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  guard let seed = bytes.first else { return 0 }
  let message = Array(bytes.dropFirst())
  let whole = RequestLog([message])
  invariant(whole == RequestLog(pieces(of: message, seed: seed)), "pieces matter")
  invariant(whole == RequestLog(message.map { [$0] }), "octets matter")
  return 0
}
