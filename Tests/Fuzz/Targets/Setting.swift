@testable import clickclack

/// Values of settings: whatever a setting accepts, it writes, accepts again and writes the same way.
func fuzzSetting(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
  let setting = settings[Int(first) % settings.count]
  var configuration = Configuration()
  do throws(BadValue) {
    try setting.apply(text, &configuration)
  } catch {
    return invariant(!error.message.isEmpty, "no words")
  }
  let written = setting.text(configuration)
  var again = Configuration()
  let accepted = outcome { () throws(BadValue) in try setting.apply(written, &again) } != nil
  invariant(accepted, "\(setting.key) refuses what it writes: \(written)")
  invariant(setting.text(again) == written, "\(setting.key) changes: \(written)")
}

/// One setting of each type: the others of the type are read the same way.
private let settings: [Setting] = {
  var known: Set<String> = []
  return (Setting.all + OpenIDProviderSetting.all(of: "example")).filter { known.insert($0.typeName).inserted }
}()
