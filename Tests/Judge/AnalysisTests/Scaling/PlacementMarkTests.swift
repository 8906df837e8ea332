import NumericFormats
import Records
import Testing

@testable import Analysis

@Suite struct PlacementMarkTests {
  func marks(
    _ placement: Placement, _ rounds: [Round], execution: Execution = .native
  ) -> [PlacementMark] {
    let result = Sample.result(Sample.cell(execution: execution, placement: placement), rounds: rounds)
    let marks = PlacementMark.all(in: result)
    // The two ways to ask whether a cell ran where it was placed.
    #expect(marks.isEmpty == !CellSummary(of: result).isMisplaced)
    return marks
  }

  func observed(
    strays: [Int?] = [], nodes: [Int: Int] = [:], hugeBytes: Int? = nil,
    others: ObservedPlacement.OtherThreads? = nil
  ) -> ObservedPlacement {
    ObservedPlacement(
      threads: strays.map { .init(cpus: [], migrations: $0 == nil ? 0 : 2, firstStray: $0, involuntarySwitches: 0) },
      memory: .init(
        nodes: nodes.sorted { $0.key < $1.key }.map { .init(node: $0.key, bytes: $0.value) }, hugeBytes: hugeBytes),
      others: others)
  }

  @Test func threadsWhereTheyBelongHaveNoMark() {
    let placement = Placement(instances: [[0, 2], [4, 6]])
    let round = Sample.round(
      0, Sample.performance(observedCPUs: [[0], [2]]), peers: [Sample.performance(observedCPUs: [[4], [6]])])
    #expect(marks(placement, [round]) == [])
  }

  @Test func aThreadThatWasMovedIsNamed() {
    let placement = Placement(instances: [[0, 2], [4, 6]])
    let moved = Sample.performance(observedCPUs: [[4], [3, 6]], placement: observed(strays: [nil, 17]))
    let round = Sample.round(0, Sample.performance(observedCPUs: [[0], [2]]), peers: [moved])
    let again = Sample.round(1, Sample.performance(observedCPUs: [[0], [2]]), peers: [moved])
    #expect(
      marks(placement, [round, again]) == [
        PlacementMark(
          kind: .thread, round: 0, instance: 1, thread: 1, wanted: [6], seen: [3, 6], query: 17, share: nil)
      ])
    // Emulated time is not speed, wherever it was spent.
    #expect(marks(placement, [round], execution: .emulated) == [])
  }

  @Test func aThreadThatNobodySawIsMarked() {
    let found = marks(Placement(pus: [0, 1]), [Sample.round(0, Sample.performance(observedCPUs: [[0]]))])
    #expect(found.map(\.seen) == [[]])
    #expect(found.map(\.thread) == [1])
  }

  @Test(
    "Memory on other nodes than the policy names",
    arguments: [
      (MemoryPolicy.bind, [[1]], [1: 100], nil), (.bind, [[1]], [0: 5, 1: 95], nil),
      (.bind, [[1]], [0: 6, 1: 94], 0.06),
      (.interleave, [[0, 1]], [0: 60, 1: 40], nil), (.interleave, [[0, 1]], [0: 50, 2: 50], 0.5),
      (.local, [], [3: 100], nil), (.local, [[]], [3: 100], nil), (.bind, [[1]], [:], nil),
    ] as [(MemoryPolicy, [[Int]], [Int: Int], Double?)])
  func memory(policy: MemoryPolicy, wanted: [[Int]], nodes: [Int: Int], share: Double?) {
    let placement = Placement(instances: [[0]], memory: MemoryPlacement(policy: policy, nodes: wanted))
    let found = marks(placement, [Sample.round(0, Sample.performance(placement: observed(nodes: nodes)))])
    #expect(found.map(\.kind) == (share == nil ? [] : [.memory]))
    #expect(found.first?.share == share)
    #expect(found.first?.wanted == (share == nil ? nil : wanted[0]))
  }

  @Test(
    "Huge pages are as they were wanted",
    arguments: [
      (true, 2 << 20, []), (true, 0, [.noHugePages]), (false, 0, []), (false, 2 << 20, [.hugePages]),
      (nil, 4 << 20, []),
      (true, nil, []),
    ] as [(Bool?, Int?, [PlacementMark.Kind])])
  func hugePages(wanted: Bool?, bytes: Int?, kinds: [PlacementMark.Kind]) {
    let placement = Placement(instances: [[0]], memory: MemoryPlacement(policy: nil, hugePages: wanted))
    let round = Sample.round(0, Sample.performance(placement: observed(nodes: [0: 1], hugeBytes: bytes)))
    #expect(marks(placement, [round]).map(\.kind) == kinds)
  }

  @Test(
    "Threads of libraries that may run anywhere and do",
    arguments: [([1], 20_000_000, true), ([1], 9_000_000, false), ([], 900_000_000, false), ([1], nil, false)]
      as [([Int], Int64?, Bool)])
  func libraryThreads(unbound: [Int], nanoseconds: Int64?, isMarked: Bool) {
    let others = ObservedPlacement.OtherThreads(count: 2, unboundCPUs: unbound, nanoseconds: nanoseconds)
    let round = Sample.round(0, Sample.performance(placement: observed(others: others)))
    #expect(marks(Placement(pus: [0]), [round]).map(\.kind) == (isMarked ? [.libraryThreads] : []))
  }
}
