import Foundation
import Testing

@testable import clickclack

@Suite struct ManualTests {
  @Test func mandocHasNoComplaint() throws {
    let directory = try TemporaryDirectory()
    let page = try ProgramRun(["manual"])
    #expect(page.exitCode == 0)
    _ = try directory.file("clickclack.1", holding: Data(page.output.utf8))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/mandoc")
    process.arguments = ["-Tlint", "-W", "warning,stop", directory.path + "/clickclack.1"]
    process.standardOutput = try directory.file("complaints")
    try process.run()
    process.waitUntilExit()
    #expect(try directory.text("complaints") == "")
    #expect(process.terminationStatus == 0)
  }

  @Test func everythingDeclaredIsInIt() {
    let page = ManualPage.render(CommandTable.root).replacing("\\-", with: "-")
    for (path, command) in CommandTable.root.flattened() where command.action != nil {
      #expect(page.contains(".SS \(path.joined(separator: " "))"), "\(path)")
      for option in command.options { #expect(page.contains("\\fB--\(option.name)\\fR"), "\(path) \(option.name)") }
    }
    for code in ExitCode.allCases { #expect(page.contains("\n.B \(code.rawValue)\n"), "\(code)") }
  }
}
