import NumericFormats
import Records
import Testing

@testable import Analysis

@Suite struct DisturbanceTests {
  func kinds(_ rounds: [Round], cell: Cell = Sample.cell()) -> [Disturbance] {
    CellSummary(of: Sample.result(cell, rounds: rounds)).disturbances
  }

  @Test func quietRoundsHaveNone() { #expect(kinds([Sample.round(0), Sample.round(1)]) == []) }

  @Test("Steal counts above 1 %", arguments: [(nil, false), (0, false), (0.01, false), (0.0101, true), (0.5, true)])
  func steal(share: Double?, expected: Bool) {
    let found = kinds([Sample.round(0, Sample.performance(steal: share))])
    #expect(found == (expected ? [Disturbance(kind: .steal, rounds: [0], worst: share)] : []))
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
