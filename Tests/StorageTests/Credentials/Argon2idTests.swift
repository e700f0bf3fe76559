import Testing

@testable import Storage

@Suite struct Argon2idTests {
  let cheap = Argon2id(memoryKibibytes: 64, passes: 1)

  /// From the tests of the reference implementation (P-H-C/phc-winner-argon2, src/test.c).
  @Test(arguments: [
    ("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password"),
    ("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password"),
  ])
  func knownHashesAreRecognised(hash: String, text: String) throws {
    #expect(try Argon2id.matches(try Password(text), hash))
    #expect(try !Argon2id.matches(try Password(text + "!"), hash))
  }

  @Test func aHashMatchesItsPasswordOnlyAndIsSalted() throws {
    let password = try Password("correct horse battery staple")
    let hash = try cheap.hash(password)
    #expect(hash.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$"))
    #expect(try Argon2id.matches(password, hash))
    #expect(try !Argon2id.matches(try Password("correct horse battery staplE"), hash))
    #expect(try cheap.hash(password) != hash)
  }

  @Test func theCostOfAHashIsKnown() throws {
    let hash = try cheap.hash(try Password("something long"))
    #expect(cheap.made(hash))
    #expect(!Argon2id(memoryKibibytes: 64, passes: 2).made(hash))
    #expect(!Argon2id(memoryKibibytes: 640, passes: 1).made(hash))
    #expect(!cheap.made("$argon2i$v=19$m=64,t=1,p=1$"))
  }

  @Test func aDamagedHashIsAnErrorAndNoMatch() throws {
    let password = try Password("something long")
    for hash in ["", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$", "plain"] {
      #expect(throws: Argon2id.Failure.self) { try Argon2id.matches(password, hash) }
    }
  }
}
