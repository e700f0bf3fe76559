// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target of the package is built the same way: Swift 6 mode, strict concurrency, no warning let through,
/// and plain async functions stay on their caller's executor, so a connection never leaves its event loop by accident.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "clickclack",
  products: [
    .executable(name: "clickclack", targets: ["clickclack"]),
    .executable(name: "Benchmarks", targets: ["Benchmarks"]),
    .executable(name: "FanoutEngine", targets: ["FanoutEngine"]),
    .library(name: "DiskFaults", type: .dynamic, targets: ["DiskFaults"]),
  ],
  targets: [
    .systemLibrary(name: "CLibUV", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

    .target(name: "WebClient", exclude: ["assets"]),
    .target(name: "Runtime", dependencies: ["CLibUV", "CCurl", "COpenSSL"], swiftSettings: strict),
    .target(name: "Storage", dependencies: ["CSQLite", "COpenSSL", "CArgon2"], swiftSettings: strict),
    .target(name: "Actors", dependencies: ["Runtime", "Storage"], swiftSettings: strict),
    .target(
      name: "HTTP", dependencies: ["Actors", "Runtime", "Storage", "CZlib", "COpenSSL", "WebClient"],
      swiftSettings: strict),
    .executableTarget(
      name: "clickclack", dependencies: ["HTTP", "Actors", "Runtime", "Storage", "CCurl", "WebClient"],
      swiftSettings: strict),
    .systemLibrary(name: "CEpoll", path: "Benchmarks/CEpoll"),
    .executableTarget(
      name: "Benchmarks", dependencies: ["CEpoll", "SeededRandom"], path: "Benchmarks/Sources", swiftSettings: strict),
    .executableTarget(
      name: "FanoutEngine", dependencies: ["HTTP", "Actors", "Runtime", "Storage"], path: "Benchmarks/Engine",
      swiftSettings: strict),

    .target(name: "DescriptorTable", path: "Tests/Support/DescriptorTable"),
    .target(name: "SeededRandom", path: "Tests/Support/SeededRandom", swiftSettings: strict),
    .target(
      name: "PasskeyAuthenticator", dependencies: ["COpenSSL"], path: "Tests/PasskeyAuthenticator",
      swiftSettings: strict),
    .target(name: "SanitizerEnvironment", path: "Tests/SanitizerEnvironment", swiftSettings: strict),
    .target(name: "DiskFaults", path: "Tests/Crash", exclude: ["powerloss.py"]),
    .testTarget(name: "RuntimeTests", dependencies: ["SeededRandom", "Runtime"], swiftSettings: strict),
    .testTarget(name: "StorageTests", dependencies: ["Storage"], swiftSettings: strict),
    .testTarget(
      name: "ActorsTests", dependencies: ["DescriptorTable", "SeededRandom", "Actors", "Runtime", "Storage"],
      swiftSettings: strict),
    .testTarget(
      name: "HTTPTests",
      dependencies: ["SeededRandom", "PasskeyAuthenticator", "HTTP", "Actors", "Runtime", "Storage"],
      swiftSettings: strict),
    .testTarget(
      name: "ClickClackTests", dependencies: ["SeededRandom", "SanitizerEnvironment", "clickclack"],
      swiftSettings: strict),
    .testTarget(name: "BenchmarksTests", dependencies: ["SeededRandom", "Benchmarks"], swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "SeededRandom", "PasskeyAuthenticator", "SanitizerEnvironment", "clickclack", "Benchmarks", "HTTP", "Runtime",
        "Storage", "COpenSSL",
      ],
      exclude: ["ReleasedSchemas"], swiftSettings: strict),
  ]
)
