import Glibc

/// What a program that tests start must have in its environment when the tests run under a sanitizer; empty otherwise.
///
/// Tests give their programs nothing else of their own environment.
public enum SanitizerEnvironment {
  /// The variables, as `NAME=value`, beside those that a test gives. A library that both load is loaded for both.
  public static func variables(beside given: [String]) -> [String] {
    let preloads = given.filter { $0.hasPrefix(preload) } + inherited.filter { $0.hasPrefix(preload) }
    let libraries = preloads.map { $0.dropFirst(preload.count) }.joined(separator: ":")
    var variables = (given + inherited).filter { !$0.hasPrefix(preload) }
    // The symbolizer would load the test's library as well, and fail; without it no suppression matches.
    if given.contains(where: { $0.hasPrefix(preload) }) {
      variables = variables.map { $0.hasPrefix("ASAN_OPTIONS=") ? $0 + ":detect_leaks=0" : $0 }
    }
    return variables + (libraries.isEmpty ? [] : [preload + libraries])
  }

  /// Whether a program that is killed misses a check that it makes when it ends by itself.
  public static let looksForLeaks = getenv("LSAN_OPTIONS") != nil

  /// How many times more memory and time programs take: a sanitizer keeps notes of every byte.
  public static let factor = getenv("TSAN_OPTIONS") != nil || getenv("ASAN_OPTIONS") != nil ? 10 : 1

  private static let preload = "LD_PRELOAD="
  private static let names = ["ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "SWIFT_BACKTRACE", "LD_PRELOAD"]
  private static let inherited = names.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
}
