import Testing

@testable import HTTP

@Suite struct OpenAPITests {
  let document: OpenAPIDocument

  init() throws {
    let asset = try #require(StaticFiles.lookup(path: "/openapi.yaml"))
    document = OpenAPIDocument(String(decoding: asset.bytes, as: UTF8.self))
  }

  /// A file, served without being an endpoint.
  static let files: Set<String> = ["getOpenAPI"]

  @Test func everyEndpointIsDocumented() {
    let documented = Set(document.operations)
    for endpoint in API.endpoints {
      let operation = OpenAPIDocument.Operation(
        method: endpoint.method.rawValue, path: endpoint.pattern, name: endpoint.operation)
      #expect(documented.contains(operation), "\(operation) is not in openapi.yaml")
    }
  }

  @Test func everyDocumentedOperationExists() {
    let endpoints = Set(
      API.endpoints.map {
        OpenAPIDocument.Operation(method: $0.method.rawValue, path: $0.pattern, name: $0.operation)
      })
    for operation in document.operations where !Self.files.contains(operation.name) {
      #expect(endpoints.contains(operation), "\(operation) is not served")
    }
  }

  @Test func whoNeedsNoCredentialsIsDocumented() {
    for endpoint in API.endpoints {
      let isOpen = endpoint.access == .anyone
      #expect(document.open.contains(endpoint.operation) == isOpen, "\(endpoint.operation)")
    }
  }

  @Test func namesAreUniqueAndReferencesLead() {
    #expect(document.operations.count > 90)
    #expect(Set(document.operations.map(\.name)).count == document.operations.count)
    #expect(document.references.subtracting(document.components).isEmpty)
  }
}
