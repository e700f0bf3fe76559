import Glibc
import Runtime

/// The fan-out engine of the server without the chat: what arrives as a message at `/pub` is published as an event that
/// is not stored, and every socket at `/sub` gets the message's bytes. It is measured beside other broadcasters.
@main
struct FanoutEngine {
  /// Serves until SIGINT or SIGTERM. The exit code is 64 for a wrong command line, 1 for any other failure.
  static func main() async {
    do {
      guard let options = try Options(Array(CommandLine.arguments.dropFirst())) else {
        print(Options.help)
        return
      }
      MemoryAllocator.tuneForServing()
      try FileDescriptorLimit.raiseToHardLimit()
      let server = try await EngineServer(options)
      await server.stopSignal()
      try await server.stop()
    } catch let error as Options.UsageError {
      fail("\(error)", code: 64)
    } catch {
      fail("\(error)", code: 1)
    }
  }

  private static func fail(_ message: String, code: Int32) -> Never {
    StandardError.print("Error: \(message)")
    exit(code)
  }
}
