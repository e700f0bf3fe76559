import Testing

@testable import Benchmarks

struct ArgumentsTests {
  @Test func optionsAreReadInBothForms() throws {
    let arguments = try Arguments([
      "fanout", "--subscribers", "5000", "--window=64", "--keep", "--token", "a", "--token=b",
    ])
    #expect(arguments.scenario == .fanout)
    #expect(try arguments.integer(.subscribers, default: 1, in: Limits.sockets) == 5000)
    #expect(try arguments.integer(.window, default: 1, in: Limits.window) == 64)
    #expect(try arguments.integer(.messageBytes, default: 250, in: Limits.messageBytes) == 250)
    #expect(arguments.has(.keep))
    #expect(arguments.values[.token] == ["a", "b"])
  }

  @Test(arguments: [
    ([], ArgumentError.unknownScenario("")),
    (["fly"], .unknownScenario("fly")),
    (["fanout", "--nonsense"], .unknownOption("--nonsense", scenario: .fanout)),
    (["writes", "--window", "3"], .unknownOption("--window", scenario: .writes)),
    (["fanout", "--window"], .missingValue(.window)),
    (["fanout", "--keep=yes"], .unexpectedValue(.keep)),
    (["fanout", "--window", "1", "--window", "2"], .repeated(.window)),
    (["fanout", "extra"], .unexpectedArgument("extra")),
  ])
  func mistakesAreNamed(line: [String], expected: ArgumentError) {
    #expect(throws: expected) { try Arguments(line) }
  }

  @Test(arguments: ["0", "-1", "many", "5000", "1.5", ""])
  func valuesOutOfRangeAreRefused(text: String) throws {
    let arguments = try Arguments(["fanout", "--window", text])
    #expect(throws: ArgumentError.self) { try arguments.integer(.window, default: 1, in: Limits.window) }
  }

  @Test func theErrorSaysWhatWasExpected() throws {
    let arguments = try Arguments(["fanout", "--window", "many"])
    let error = #expect(throws: ArgumentError.self) { try arguments.integer(.window, default: 1, in: Limits.window) }
    #expect(
      error?.description == "The value 'many' is invalid for '--window <n>': expected a whole number from 1 to 4096")
  }

  @Test func filesAreOnlyForCompare() throws {
    let arguments = try Arguments(["compare", "a.json", "b.json", "--baseline", "floor"])
    #expect(arguments.files == ["a.json", "b.json"])
    #expect(arguments.text(.baseline) == "floor")
  }

  @Test(arguments: Scenario.allCases)
  func everyOptionOfAScenarioIsInItsHelp(scenario: Scenario) {
    let help = Help.scenario(scenario)
    for option in scenario.options { #expect(help.contains(option.flag)) }
    #expect(help.split(separator: "\n").allSatisfy { $0.utf8.count <= 160 })
  }
}
