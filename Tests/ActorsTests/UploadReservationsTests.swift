import SeededRandom
import Testing

@testable import Actors

@Suite struct UploadReservationsTests {
  @Test func countsPeopleAndWorkspacesApart() {
    let reservations = UploadReservations()
    #expect(reservations.reserve(10, of: "a", in: "w") == .init(userBytes: 10, workspaceBytes: 10))
    #expect(reservations.reserve(5, of: "b", in: "w") == .init(userBytes: 5, workspaceBytes: 15))
    #expect(reservations.reserve(1, of: "a", in: "x") == .init(userBytes: 11, workspaceBytes: 1))
    reservations.release(10, of: "a", in: "w")
    #expect(reservations.reserve(0, of: "a", in: "w") == .init(userBytes: 1, workspaceBytes: 5))
    reservations.release(1, of: "a", in: "x")
    reservations.release(5, of: "b", in: "w")
    #expect(reservations.reserve(0, of: "b", in: "w") == .init(userBytes: 0, workspaceBytes: 0))
  }

  /// However reservations and what is stored interleave, no two uploads that are let in pass the limit together.
  @Test(arguments: [UInt64.random(in: 0...UInt64.max)])
  func uploadsSideBySideNeverPassTheLimitTogether(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    struct Upload {
      let bytes: Int64
      var isLetIn = false
    }
    for _ in 0..<200 {
      let reservations = UploadReservations()
      let limit: Int64 = 100
      var stored: Int64 = 0
      var underWay: [Upload] = []
      for _ in 0..<50 {
        if Bool.random(using: &random) || underWay.isEmpty {
          var upload = Upload(bytes: .random(in: 0...60, using: &random))
          let totals = reservations.reserve(upload.bytes, of: "a", in: "w")
          upload.isLetIn = stored + totals.userBytes <= limit
          if upload.isLetIn {
            underWay.append(upload)
          } else {
            reservations.release(upload.bytes, of: "a", in: "w")
          }
        } else {
          let upload = underWay.remove(at: .random(in: 0..<underWay.count, using: &random))
          // Some are broken off, the others are stored before they let go.
          if Bool.random(using: &random) { stored += upload.bytes }
          reservations.release(upload.bytes, of: "a", in: "w")
        }
        #expect(stored + underWay.reduce(0) { $0 + $1.bytes } <= limit, "seed \(seed)")
      }
    }
  }
}
