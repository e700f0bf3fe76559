import Foundation
import Testing

@testable import clickclack

/// How the program behaves as a process.
@Suite struct StandardStreamTests {
  @Test func helpGoesToOutputAndSucceeds() throws {
    let help = try Program(["help", "serve"])
    #expect(help.readLine() == "OVERVIEW: Run the server.")
    while help.readLine() != nil {}
    #expect(help.wait() == 0)
  }

  @Test func errorsGoToTheErrorStreamWithTheUsageCode() throws {
    let wrong = try Program(["srve"], reads: .errors)
    #expect(wrong.readLine() == "error: unknown command 'srve'; did you mean 'serve'?")
    #expect(wrong.readLine() == "USAGE: clickclack <subcommand>")
    while wrong.readLine() != nil {}
    #expect(wrong.wait() == 64)
  }

  @Test func aReaderThatLeavesIsNoComplaint() async throws {
    #expect(try Program(["help", "serve"], reads: .nobody).wait() == 141)
  }
}
