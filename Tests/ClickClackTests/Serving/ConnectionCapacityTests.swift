import Testing

@testable import clickclack

@Suite struct ConnectionCapacityTests {
  @Test(arguments: [
    (20_000, 16_384, 256, 1_250), (1_024, 768, 64, 64), (256, 144, 16, 16), (64, 1, 4, 4), (1, 1, 1, 1),
    (1 << 20, 16_384, 256, 65_536),
  ])
  func fewConnectionsFitIntoFewDescriptors(descriptors: Int, served: Int, refused: Int, files: Int) {
    let capacity = ConnectionCapacity(wanted: 16_384, descriptors: descriptors)
    #expect(capacity.served == served && capacity.refused == refused && capacity.files == files)
  }
}
