import Glibc

/// Every target by name; FUZZ_TARGET chooses one. A file in Targets has one, of the same name.
private let targets: [String: @Sendable ([UInt8]) -> Void] = [
  "Address": fuzzAddress,
  "Chunked": fuzzChunked,
  "CommandLine": fuzzCommandLine,
  "Condition": fuzzCondition,
  "Configuration": fuzzConfiguration,
  "Cookie": fuzzCookie,
  "EventStream": fuzzEventStream,
  "FileName": fuzzFileName,
  "Form": fuzzForm,
  "Handshake": fuzzHandshake,
  "Image": fuzzImage,
  "Inflate": fuzzInflate,
  "JSONBody": fuzzJSONBody,
  "Log": fuzzLog,
  "Mail": fuzzMail,
  "MediaType": fuzzMediaType,
  "Mention": fuzzMention,
  "Multipart": fuzzMultipart,
  "Name": fuzzName,
  "Passkey": fuzzPasskey,
  "Password": fuzzPassword,
  "Path": fuzzPath,
  "Position": fuzzPosition,
  "Provenance": fuzzProvenance,
  "Request": fuzzRequest,
  "Response": fuzzResponse,
  "Search": fuzzSearch,
  "Setting": fuzzSetting,
  "Token": fuzzToken,
  "Trace": fuzzTrace,
  "WebSocket": fuzzWebSocket,
]

private let target: @Sendable ([UInt8]) -> Void = {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = targets[name] else {
    fatalError("FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", ")), not '\(name)'")
  }
  return target
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer, _ count: Int) -> CInt {
  target([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
  return 0
}
