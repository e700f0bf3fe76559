@testable import HTTP

/// Compressed payloads: the output stays within its bound, and a larger bound never changes a result.
func fuzzInflate(_ payload: [UInt8]) {
  let deflate = WebSocketDeflate()
  let small = outcome(payload, 1000, deflate)
  let large = outcome(payload, 50_000, deflate)
  if case .success(let output) = small {
    invariant(output.count <= 1000 && large == small, "the bound changes the result")
  }
  if case .failure(let error) = small, error.closeCode == .invalidPayload {
    invariant(large == small, "corruption depends on the bound")
  }
}

private func outcome(
  _ payload: [UInt8], _ bytesMax: Int, _ deflate: WebSocketDeflate
) -> Result<[UInt8], WebSocketError> {
  do throws(WebSocketError) {
    return .success(try deflate.decompress(payload, outputBytesMax: bytesMax))
  } catch {
    return .failure(error)
  }
}
