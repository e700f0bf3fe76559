import Testing

@testable import clickclack

/// The parser relies on these rules of the real table.
@Suite struct CommandTableTests {
  private let commands = CommandTable.root.flattened()

  @Test func anOptionNameMeansTheSameKindEverywhere() {
    var kinds: [String: Bool] = [:]
    for (path, command) in commands {
      for option in command.options {
        for spelling in option.spellings {
          #expect(kinds[spelling, default: option.isSwitch] == option.isSwitch, "\(path) --\(spelling)")
          kinds[spelling] = option.isSwitch
        }
      }
    }
    #expect(kinds["help"] == nil)
    #expect(!kinds.keys.contains { $0.hasPrefix("no-") })
  }

  @Test func namesAreUniqueWithinACommand() {
    for (path, command) in commands {
      let options = command.options.flatMap(\.spellings)
      #expect(Set(options).count == options.count, "\(path): \(options)")
      let subcommands = command.subcommands.flatMap { [$0.name] + $0.aliases }
      #expect(Set(subcommands).count == subcommands.count, "\(path)")
      #expect(command.action != nil || !command.subcommands.isEmpty, "\(path) does nothing")
      let isLastOpen = command.positionals.dropLast().allSatisfy { $0.count == .one }
      #expect(isLastOpen, "\(path): only the last positional may be left out")
    }
  }

  @Test func helpFitsTheTerminal() {
    for (path, command) in commands {
      let text = HelpText.render(command, path: path)
      #expect(text.contains("USAGE: \(path.joined(separator: " "))"))
      for line in text.split(separator: "\n") where !line.hasPrefix("USAGE") && !line.hasPrefix("OVERVIEW") {
        #expect(line.count <= 80, "\(path): \(line)")
      }
    }
  }
}
