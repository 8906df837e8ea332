import HostState
import NumericFormats
import Records
import Testing

@testable import Analysis

@Suite struct DisturbanceTests {
  func kinds(_ rounds: [Round], cell: Cell = Sample.cell()) -> [Disturbance] {
    CellSummary(of: Sample.result(cell, rounds: rounds)).disturbances
  }

  /// Ten times a second and thread is what every machine has; a short window with a few switches says nothing.
  @Test(arguments: [
    (2, Int64(1_000_000_000), false), (300, 1_000_000_000, true), (300, 60_000_000_000, false), (20, 1_000_000, false),
  ])
  func preemption(switches: Int, duration: Int64, expected: Bool) {
    var performance = Sample.performance()
    performance.disturbance.involuntarySwitches = switches
    performance.duration = duration
    let found = kinds([Sample.round(0, performance)]).filter { $0.kind == .preemption }
    #expect(found.count == (expected ? 1 : 0))
  }

  @Test func quietRoundsHaveNone() { #expect(kinds([Sample.round(0), Sample.round(1)]) == []) }

  @Test("Steal counts above 1 %", arguments: [(nil, false), (0, false), (0.01, false), (0.0101, true), (0.5, true)])
  func steal(share: Double?, expected: Bool) {
    let found = kinds([Sample.round(0, Sample.performance(steal: share))])
    #expect(found == (expected ? [Disturbance(kind: .steal, rounds: [0], worst: share)] : []))
  }

  /// What happens to any instance distorts the figures of all of them.
  @Test func everyInstanceIsLookedAt() {
    let cell = Sample.cell(placement: Placement(instances: [[0], [3]]))
    let calm = Sample.performance(observedCPUs: [[3]], begin: 0)
    func kinds(peer: Round.Performance) -> [Disturbance] {
      self.kinds([Sample.round(0, Sample.performance(begin: 0), peers: [peer])], cell: cell)
    }
    #expect(kinds(peer: calm) == [])
    var stolen = calm
    stolen.disturbance.stealShare = 0.3
    #expect(kinds(peer: stolen) == [Disturbance(kind: .steal, rounds: [0], worst: 0.3)])
    let strayed = Sample.performance(observedCPUs: [[0]], begin: 0)
    #expect(kinds(peer: strayed) == [Disturbance(kind: .strayedThreads, rounds: [0], worst: nil)])
    var allocating = calm
    allocating.allocations = 7
    #expect(kinds(peer: allocating) == [Disturbance(kind: .allocations, rounds: [0], worst: 7)])
  }

  @Test func worstRoundIsNamed() {
    let found = kinds([
      Sample.round(0, Sample.performance(throttled: 3)), Sample.round(1, Sample.performance(throttled: 0)),
      Sample.round(2, Sample.performance(throttled: 8)), Sample.round(3, Sample.performance(throttled: nil)),
    ])
    #expect(found == [Disturbance(kind: .throttling, rounds: [0, 2], worst: 8)])
  }

  @Test(
    "Every thread must be seen on its own CPU and on no other",
    arguments: [
      ([[2], [5]], false), ([[5], [2]], true), ([[2], [5, 6]], true), ([[2]], true), ([[2], []], true), ([], true),
      ([[2], [5], [6]], true),
    ])
  func strayedThreads(observed: [[Int]], expected: Bool) {
    let found = kinds(
      [Sample.round(0, Sample.performance(observedCPUs: observed))], cell: Sample.cell(pus: [2, 5]))
    #expect(found == (expected ? [Disturbance(kind: .strayedThreads, rounds: [0], worst: nil)] : []))
  }

  @Test(
    "Rounds differ where a median is more than 10 % above the least",
    arguments: [
      ([100, 110], nil, []), ([111, 100, 105, 150], 1.5, [0, 3]), ([100], nil, []), ([0, 100], nil, []),
      ([-5, 100], nil, []),
    ] as [([Int64], Double?, [Int])])
  func differingRounds(medians: [Int64], worst: Double?, rounds: [Int]) {
    let all = medians.enumerated().map { Sample.round($0, Sample.performance(latencies: [$1])) }
    #expect(kinds(all) == (worst.map { [Disturbance(kind: .differingRounds, rounds: rounds, worst: $0)] } ?? []))
    // A query's latency says nothing under Offline, and nothing in an emulator.
    #expect(kinds(all, cell: Sample.cell(measurement: .performance(.offline))) == [])
    #expect(kinds(all, cell: Sample.cell(precision: .bf16, execution: .emulated)) == [])
  }

  @Test func othersAreFound() {
    #expect(kinds([Sample.round(0, Sample.performance(settled: false))]).map(\.kind) == [.unsettledWarmUp])
    #expect(
      kinds([Sample.round(0, Sample.performance(allocations: 12))])
        == [Disturbance(kind: .allocations, rounds: [0], worst: 12)])
    #expect(
      kinds([Sample.round(0, observation: Sample.observation(peak: 300_000_000))])
        == [Disturbance(kind: .excessMemory, rounds: [0], worst: 175_000_000)])
    #expect(
      kinds([Sample.round(0), Sample.round(1, observation: Sample.observation(argmax: 7))])
        == [Disturbance(kind: .differingOutputs, rounds: [1], worst: nil)])
  }
}
