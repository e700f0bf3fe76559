import Glibc
import HTTP
import Storage
import Testing

extension EndToEnd {
  /// Files of uploads that somebody else changed or removed.
  @Suite struct LostUploads {
    /// Where the only finished file is.
    private func file(of server: TestServer) throws -> String {
      for shard in 0...UInt8.max {
        let name = (shard < 16 ? "0" : "") + String(shard, radix: 16)
        let folder = "\(server.data)/uploads/\(name)"
        if let found = try TestDirectory.names(in: folder).first(where: { $0.utf8.count == 32 }) {
          return "\(folder)/\(found)"
        }
      }
      throw TestFailure("there is no file")
    }

    @Test func lostFilesAreNotFoundAndTheLogSaysSo() throws {
      let server = try TestServer()
      let place = try server.place()
      let client = try server.client()
      let upload = try client.upload("some bytes", to: place.workspace)
      let file = try file(of: server)
      let ways: [(what: String, harm: () -> Int32, line: String)] = [
        ("truncated", { truncate(file, 3) }, "has 3 bytes instead of 10"),
        ("removed", { unlink(file) }, "is not there"),
      ]
      for way in ways {
        #expect(way.harm() == 0)
        let answer = try client.request(.get, "/api/uploads/\(upload)")
        #expect(answer.status == 404, "\(way.what): \(answer.status) \(answer.text)")
        #expect(try answer.json()["error"].text == "the file of this upload is lost")
        _ = try eventually("the log says so") {
          server.directory.read("server.log").contains("the file of upload \(upload) \(way.line)") ? true : nil
        }
      }
    }

    @Test func aBackupNamesFilesThatAreNotWhole() throws {
      let server = try TestServer()
      let place = try server.place()
      let upload = try server.client().upload("some bytes", to: place.workspace)
      #expect(truncate(try file(of: server), 3) == 0)
      let copy = server.directory.path + "/copy"
      let backup = try server.command(["backup", "--out", copy + ".db", "--uploads", copy])
      #expect(backup.exitCode == 1, "\(backup.output)")
      #expect(backup.errors.contains("1 upload(s) have no whole file any more, first \(upload)"), "\(backup.errors)")
      #expect(fileSize(copy + ".db") != nil, "the rest is kept")
    }

    @Test func directoriesThatWereRemovedAreMadeAgain() throws {
      let server = try TestServer()
      let place = try server.place()
      let client = try server.client()
      let lost = try client.upload("lost", to: place.workspace)
      #expect(rename("\(server.data)/uploads", "\(server.data)/elsewhere") == 0)
      #expect(try client.request(.get, "/api/uploads/\(lost)").status == 404)
      let upload = try client.upload("afterwards", to: place.workspace)
      #expect(try client.request(.get, "/api/uploads/\(upload)").text == "afterwards")
    }

    @Test func aSizeThatCantBeIsAnsweredLikeALostFile() throws {
      let server = try TestServer()
      let client = try server.client()
      let upload = try client.upload("some bytes", to: try server.place().workspace)
      for size in [Int64.min, -1, .max] {
        try SQLiteEngine(directory: server.data).openWriter().execute(
          "UPDATE uploads SET byte_size = ?1 WHERE id = ?2", [.integer(size), .text(upload)])
        for range in [[], [("Range", "bytes=-1")], [("Range", "bytes=0-")]] {
          let answer = try client.request(.get, "/api/uploads/\(upload)", headers: range)
          #expect(answer.status == 404 || answer.status == 416, "\(size) \(range): \(answer.status) \(answer.text)")
        }
      }
    }
  }
}
