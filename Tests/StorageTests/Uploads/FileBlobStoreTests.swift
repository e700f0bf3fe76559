import Glibc
import Testing

@testable import Storage

@Suite struct FileBlobStoreTests {
  let fixture: UploadsFixture

  init() throws { fixture = try UploadsFixture() }

  @Test func whatIsWrittenIsReadBackInRanges() async throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let sink = try await fixture.blobs.create()
    try await sink.write(Array(bytes[..<100_000]))
    try await sink.write(Array(bytes[100_000...]))
    let key = try await sink.finish()
    let source = try #require(try await fixture.blobs.open(key))
    #expect(source.byteCount == 300_000)
    #expect(try await source.read(at: 0, byteCount: 300_000) == bytes)
    #expect(try await source.read(at: 99_990, byteCount: 20) == Array(bytes[99_990..<100_010]))
    #expect(try await source.read(at: 299_999, byteCount: 10) == [bytes[299_999]])
    #expect(try await source.read(at: 300_000, byteCount: 10) == [])
    try await fixture.blobs.remove(key)
    // An open blob stays readable, and removing twice is no error.
    #expect(try await source.read(at: 0, byteCount: 3) == Array(bytes[..<3]))
    try await fixture.blobs.remove(key)
    #expect(try await fixture.blobs.open(key) == nil)
    #expect(try fixture.files.isEmpty)
  }

  @Test func nothingHasItsNameBeforeItIsFinished() async throws {
    let sink = try await fixture.blobs.create()
    try await sink.write([1, 2, 3])
    let incoming = try #require(try fixture.files.first)
    #expect(try await fixture.blobs.open(incoming) == nil)
    let key = try await sink.finish()
    #expect(key == incoming)
    #expect(try await fixture.blobs.open(key) != nil)
    #expect(try fixture.files == [key])
    var status = stat()
    #expect(stat(FileBlobStore.path(of: key, in: fixture.directory), &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test func whatIsNotFinishedLeavesNothing() async throws {
    let discarded = try await fixture.blobs.create()
    try await discarded.write([1])
    await discarded.discard()
    await discarded.discard()
    await #expect(throws: FileError.self) { _ = try await discarded.finish() }
    do {
      let forgotten = try await fixture.blobs.create()
      try await forgotten.write([1])
    }
    #expect(try fixture.files.isEmpty)
  }

  @Test func aFileThatCannotGetItsNameIsNotFinished() async throws {
    let sink = try await fixture.blobs.create()
    let key = try #require(try fixture.files.first)
    // Something in the way, as a damaged directory would be.
    let place = FileBlobStore.path(of: key, in: fixture.directory)
    #expect(mkdir(place, 0o700) == 0)
    await #expect(throws: FileError.self) { _ = try await sink.finish() }
    rmdir(place)
    #expect(try fixture.files.isEmpty)
  }

  @Test func directoriesThatWereRemovedAreMadeAgain() async throws {
    let begun = try await fixture.blobs.create()
    let key = try #require(try fixture.files.first)
    // The directory that the finished file belongs into.
    rmdir("\(fixture.directory)/\(key.prefix(2))")
    try await begun.write([1])
    #expect(try await begun.finish() == key)
    try await fixture.blobs.remove(key)
    // All of them.
    for folder in FileBlobStore.folders { #expect(rmdir("\(fixture.directory)/\(folder)") == 0) }
    #expect(rmdir(fixture.directory) == 0)
    #expect(try await fixture.blobs.open(key) == nil)
    let sink = try await fixture.blobs.create()
    try await sink.write([2])
    let other = try await sink.finish()
    #expect(try await fixture.blobs.open(other)?.byteCount == 1)
  }

  @Test func aFullDiskAndALackOfDescriptorsAreToldToTheClient() {
    for code in [EMFILE, ENFILE, EIO, EACCES] { #expect(FileError("x", code).refusal?.kind == .unavailable) }
    for code in [ENOSPC, EDQUOT] { #expect(FileError("x", code).refusal?.kind == .full) }
    #expect(FileError("what is in the file is wrong").refusal == nil)
  }
}
