import Foundation
import Testing

@testable import clickclack

/// docs/configuration.md is written for people, but its tables must be the declared settings.
@Suite struct ConfigurationDocumentationTests {
  private static func table(_ section: Setting.Section) -> String {
    var lines = ["| setting | type | default | what it does |", "|---|---|---|---|"]
    // The settings of one provider stand for those of all.
    for setting in Setting.all + OpenIDProviderSetting.all(of: "NAME") where setting.section == section {
      let value = setting.defaultText.isEmpty ? "" : "`\(setting.defaultText)`"
      let secret = setting.isSecret ? " Secret." : ""
      lines.append("| `\(setting.key)` | \(setting.typeName) | \(value) | \(setting.summary)\(secret) |")
    }
    return lines.joined(separator: "\n")
  }

  @Test(arguments: Setting.Section.allCases)
  func theDocumentedTableIsTheDeclaredOne(section: Setting.Section) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/configuration.md"), encoding: .utf8)
    let parts = text.components(separatedBy: "\n## \(section.rawValue)\n")
    try #require(parts.count == 2, "docs/configuration.md needs one section '\(section.rawValue)'")
    let body = parts[1].components(separatedBy: "\n## ")[0]
    let documented = body.split(separator: "\n").filter { $0.hasPrefix("|") }.joined(separator: "\n")
    #expect(documented == Self.table(section))
  }
}
