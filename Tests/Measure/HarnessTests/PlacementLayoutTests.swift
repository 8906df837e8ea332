import Placements
import Records
import Testing

@testable import Harness

@Suite struct PlacementLayoutTests {
  private static func layout(
    _ words: String = "compact", nodes: [[Int]] = [[0], [1]], departures: [PlacementLayout.Departure] = []
  ) -> PlacementLayout {
    PlacementLayout(
      instances: nodes.enumerated().map { .init(pus: [2 * $0, 2 * $0 + 1], nodes: $1) }, words: words,
      departures: departures)
  }

  private static func placement(
    _ layout: PlacementLayout = layout(), _ policy: MemoryPolicy? = nil, hugePages: Bool? = nil, nodes: [Int] = [0, 1]
  ) throws -> Placement {
    try Placement(layout, policy: policy, hugePages: hugePages, nodes: nodes)
  }

  @Test(
    arguments: [
      (nil, nil, nil), (nil, true, MemoryPlacement(policy: nil, hugePages: true)),
      (.local, nil, MemoryPlacement(policy: .local, nodes: [[0], [1]])),
      (.bind, false, MemoryPlacement(policy: .bind, nodes: [[0], [1]], hugePages: false)),
      (.interleave, nil, MemoryPlacement(policy: .interleave, nodes: [[0, 1], [0, 1]])),
    ] as [(MemoryPolicy?, Bool?, MemoryPlacement?)])
  func eachPolicyNamesItsNodes(policy: MemoryPolicy?, hugePages: Bool?, memory: MemoryPlacement?) throws {
    let placement = try Self.placement(Self.layout(), policy, hugePages: hugePages)
    #expect(placement.memory == memory)
    #expect(placement.instances == [[0, 1], [2, 3]])
  }

  @Test func nodesThatAreNotKnownAreRefusedWhereTheyAreNeeded() throws {
    for policy in [MemoryPolicy.bind, .interleave] {
      let error = #expect(throws: PlanError.self) {
        try Self.placement(Self.layout(nodes: [[]]), policy, nodes: [])
      }
      #expect(error?.description.contains(policy.rawValue) == true)
    }
    #expect(try Self.placement(Self.layout(nodes: [[]]), .local, nodes: []).memory?.policy == .local)
  }

  @Test func onlyUnusualWordsArePartOfThePlacement() throws {
    #expect(try Self.placement().words == nil)
    #expect(try Self.placement(Self.layout("scatter")).words == "scatter")
    #expect(try !Self.placement().isOversubscribed)
    #expect(try Self.placement(Self.layout(departures: [.oversubscribed])).isOversubscribed)
  }
}
