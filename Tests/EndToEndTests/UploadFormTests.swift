import HTTP
import Testing

extension EndToEnd {
  /// What forms with a file may look like.
  @Suite struct UploadForm {
    private static let file = #"form-data; name="file"; filename="a.txt""#
    private static let workspace = #"form-data; name="workspace_id""#

    private func upload(
      _ parts: [(disposition: String, content: String)], query: String = "", to server: TestServer
    ) throws -> Response {
      let client = try server.client()
      let body =
        parts.map { "--b\r\nContent-Disposition: \($0.disposition)\r\n\r\n\($0.content)\r\n" }.joined() + "--b--\r\n"
      let head = client.bytes(
        .post, "/api/uploads\(query)",
        headers: [("Content-Type", "multipart/form-data; boundary=b"), ("Content-Length", "\(body.utf8.count)")])
      try client.socket.send(head + Array(body.utf8))
      return try client.receive(answering: .post)
    }

    @Test func aFormNamesOneWorkspaceInFrontOfItsFile() throws {
      let server = try TestServer()
      let place = try server.place()
      let query = "?workspace_id=\(place.workspace)"
      let file = (Self.file, "x")
      let named = (Self.workspace, place.workspace)
      let odd = (Self.workspace, "wsp_other")
      #expect(try upload([named, file], to: server).status == 201)
      #expect(try upload([file], query: query, to: server).status == 201)
      #expect(try upload([file, named], query: query, to: server).status == 201)
      #expect(try upload([file, named], to: server).status == 400)
      #expect(try upload([file], to: server).status == 400)
      for parts in [[odd, file], [file, odd]] {
        let refused = try upload(parts, query: query, to: server)
        #expect(refused.status == 400)
        #expect(refused.text.contains("different workspaces"))
      }
      // A byte of each that was taken.
      let status = try server.client().call(.get, "/api/admin/status")
      #expect(status["disk"]["uploads_bytes"].integer == 3)
    }
  }
}
