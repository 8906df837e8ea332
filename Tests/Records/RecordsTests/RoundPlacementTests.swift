import NumericFormats
import Records
import Testing

@Suite struct RoundPlacementTests {
  private static func cell(
    _ instances: [[Int]], memory: MemoryPlacement? = nil, blasThreads: Int? = nil
  ) -> Cell {
    Cell(
      workload: "resnet50", precision: .fp32, execution: .native, contract: "c", engine: "openblas",
      placement: Placement(instances: instances, memory: memory), batch: 1, measurement: .performance(.singleStream),
      blasThreads: blasThreads)
  }

  private static func round(_ observedCPUs: [[[Int]]], _ edit: (inout ObservedPlacement) -> Void = { _ in }) -> Round {
    let performances = observedCPUs.map { cpus in
      var performance = Examples.performance()
      performance.observedCPUs = cpus
      var placement = ObservedPlacement(threads: [], memory: .init(nodes: [], hugeBytes: nil))
      edit(&placement)
      performance.placement = placement
      performance.duration = 1000
      return performance
    }
    var round = Examples.round()
    round.performance = performances.first
    round.peers = performances.dropFirst().map { .init(performance: $0, observation: Examples.observation()) }
    return round
  }

  @Test(arguments: [
    ([[0, 1]], [[[0], [1]]], false),
    ([[0, 1]], [[[0], [0, 1]]], true),
    ([[0, 1]], [[[1], [0]]], true),
    ([[0, 1]], [[[0], []]], true),
    ([[0, 1]], [[[0]]], true),
    ([[0], [1]], [[[0]], [[1]]], false),
    ([[0], [1]], [[[0]], [[0]]], true),
    ([[0], [1]], [[[0]]], true),
  ])
  func threadsMustBeSeenOnTheirOwnPUAlone(instances: [[Int]], seen: [[[Int]]], strayed: Bool) {
    let round = Self.round(seen)
    let cell = Self.cell(instances)
    #expect(round.hasStrayedThreads(in: cell) == strayed)
    #expect(round.isMisplaced(in: cell) == strayed)
  }

  @Test func threadsOfALibraryAreNotOfTheTeam() {
    let cell = Self.cell([[0, 1]], blasThreads: 2)
    #expect(!Self.round([[[0]]]).hasStrayedThreads(in: cell))
    #expect(Self.round([[[1]]]).hasStrayedThreads(in: cell))
    #expect(Self.round([[[0], [1]]]).hasStrayedThreads(in: cell))
  }

  @Test(
    arguments: [
      ([0: 95, 1: 5], nil), ([0: 94, 1: 6], 0.06), ([1: 10], 1), ([:], nil), ([0: 10], nil),
    ] as [([Int: Int], Double?)])
  func memoryMustLieOnTheNodesAskedFor(bytes: [Int: Int], share: Double?) {
    let cell = Self.cell([[0], [1]], memory: MemoryPlacement(policy: .bind, nodes: [[0], [0]]))
    let round = Self.round([[[0]], [[1]]]) { placement in
      placement.memory?.nodes = bytes.map { .init(node: $0.key, bytes: $0.value) }
    }
    #expect(round.memoryElsewhere(in: cell) == share)
    #expect(round.isMisplaced(in: cell) == (share != nil))
    // Nothing was asked for.
    #expect(round.memoryElsewhere(in: Self.cell([[0], [1]])) == nil)
  }

  @Test func oneInstancesMemoryIsEnoughToMarkARound() {
    let cell = Self.cell([[0], [1]], memory: MemoryPlacement(policy: .local, nodes: [[0], [1]]))
    let round = Self.round([[[0]], [[1]]]) { $0.memory?.nodes = [.init(node: 0, bytes: 10)] }
    #expect(round.memoryElsewhere(in: cell) == 1)
  }

  @Test(
    arguments: [
      (true, 0, 0), (true, 4096, nil), (false, 0, nil), (false, 4096, 4096), (nil, 4096, nil), (true, nil, nil),
      (false, nil, nil),
    ] as [(Bool?, Int?, Int?)])
  func hugePagesMustBeAsAskedFor(wanted: Bool?, bytes: Int?, unwanted: Int?) {
    let cell = Self.cell([[0]], memory: MemoryPlacement(policy: nil, hugePages: wanted))
    let round = Self.round([[[0]]]) { $0.memory?.hugeBytes = bytes }
    #expect(round.unwantedPages(in: cell) == unwanted)
    #expect(round.isMisplaced(in: cell) == (unwanted != nil))
  }

  /// The window takes 1000 ns.
  @Test(
    arguments: [
      ([], 500, nil), ([1], 10, nil), ([1], 11, 0.011), ([1], nil, nil),
    ] as [([Int], Int64?, Double?)])
  func threadsOfLibrariesMustNotRunElsewhere(unbound: [Int], nanoseconds: Int64?, share: Double?) {
    let round = Self.round([[[0]]]) {
      $0.others = .init(count: 1, unboundCPUs: unbound, nanoseconds: nanoseconds)
    }
    #expect(round.shareOfStrangers == share)
    #expect(round.isMisplaced(in: Self.cell([[0]])) == (share != nil))
  }

  @Test func recordsOfBuildsThatDidNotLookAreNotMarked() {
    var round = Examples.round()
    round.performance?.placement = nil
    #expect(!round.isMisplaced(in: Self.cell([[0, 1]], memory: MemoryPlacement(policy: .bind, nodes: [[0]]))))
    round.performance = nil
    #expect(!round.isMisplaced(in: Self.cell([[0, 1]])))
  }
}
