import Glibc

/// Every target by name; FUZZ_TARGET chooses one. A file in Targets has one, of the same name.
private let targets: [String: @Sendable ([UInt8]) -> Void] = [
  "Address": fuzzAddress,
  "Chunked": fuzzChunked,
  "CommandLine": fuzzCommandLine,
  "Condition": fuzzCondition,
  "Configuration": fuzzConfiguration,
  "Cookie": fuzzCookie,
  "CredentialFile": fuzzCredentialFile,
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

/// The longest inputs that repetitions may stand for, where a target has limits beyond those of the others.
private let expandedBytesMax: [String: Int] = [
  "Chunked": 48 << 10, "Configuration": 1_100_000, "Log": 40 << 10, "Request": 48 << 10, "Response": 48 << 10,
  "WebSocket": 160 << 10,
]

private let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""

private let target: @Sendable ([UInt8]) -> Void = {
  guard let target = targets[name] else {
    fatalError("FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", ")), not '\(name)'")
  }
  return target
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer, _ count: Int) -> CInt {
  let input = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  target(Repetition.expanded(input, bytesMax: expandedBytesMax[name] ?? 20_000))
  return 0
}
