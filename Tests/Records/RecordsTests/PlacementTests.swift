import FoundationEssentials
import NumericFormats
import Records
import Testing

@Suite struct PlacementTests {
  private static let memory = MemoryPlacement(policy: .bind, nodes: [[0], [1]], hugePages: false)

  @Test(arguments: [
    (Placement(pus: [2, 0]), #"{"pus":[2,0]}"#),
    (Placement(instances: [[0], [1]]), #"{"instances":[[0],[1]]}"#),
    (Placement(instances: [[3]], words: "E:N:1"), #"{"pus":[3],"words":"E:N:1"}"#),
    (
      Placement(instances: [[0, 1], [0, 1]], words: "scatter", memory: memory, isOversubscribed: true),
      #"{"instances":[[0,1],[0,1]],"memory":{"hugePages":false,"nodes":[[0],[1]],"policy":"bind"},"#
        + #""oversubscribed":true,"words":"scatter"}"#
    ),
  ])
  func eachFormIsWrittenAndRead(placement: Placement, json: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    #expect(String(decoding: try encoder.encode(placement), as: UTF8.self) == json)
    #expect(try JSONDecoder().decode(Placement.self, from: Data(json.utf8)) == placement)
  }

  @Test(arguments: ["{}", #"{"pus":0}"#, #"{"instances":[0]}"#, #"{"pus":["a"]}"#])
  func whatNamesNoPUsIsRefused(json: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Placement.self, from: Data(json.utf8)) }
  }

  @Test func threadsAreThoseOfTheLargestInstance() {
    let placement = Placement(instances: [[4], [0, 2, 1]])
    #expect(placement.threads == 3)
    #expect(placement.pus == [4, 0, 2, 1])
    #expect(Placement(instances: []).threads == 0)
  }

  @Test(arguments: [
    (Placement(pus: [0, 1]), "resnet50/fp32/openblas/t2/b1/SingleStream"),
    (Placement(instances: [[0, 1], [2, 3]]), "resnet50/fp32/openblas/i2/t2/b1/SingleStream"),
    (
      Placement(instances: [[0], [1]], words: "scatter", memory: memory),
      "resnet50/fp32/openblas/i2/t1/b1/SingleStream/scatter/memory-bind/small-pages"
    ),
    (
      Placement(instances: [[0]], memory: MemoryPlacement(policy: .interleave, nodes: [[0]], hugePages: true)),
      "resnet50/fp32/openblas/t1/b1/SingleStream/memory-interleave/huge-pages"
    ),
    (Placement(instances: [[0]], memory: MemoryPlacement(policy: nil)), "resnet50/fp32/openblas/t1/b1/SingleStream"),
  ])
  func whatSetsACellApartIsInItsName(placement: Placement, id: String) {
    let cell = Cell(
      workload: "resnet50", precision: .fp32, execution: .native, contract: "c", engine: "openblas",
      placement: placement, batch: 1, measurement: .performance(.singleStream))
    #expect(cell.id == id)
  }

  @Test func threadsOfBLASAreInTheName() {
    let cell = Cell(
      workload: "resnet50", precision: .fp32, execution: .native, contract: "c", engine: "openblas",
      placement: Placement(instances: [[0, 1]], words: "cores"), batch: 1, measurement: .performance(.offline),
      blasThreads: 2)
    #expect(cell.id == "resnet50/fp32/openblas/t2/b1/Offline/blas2/cores")
  }
}
