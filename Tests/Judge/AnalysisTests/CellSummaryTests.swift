import Energy
import NumericFormats
import Records
import Statistics
import Testing

@testable import Analysis

@Suite struct CellSummaryTests {
  @Test func latencyPoolsTheQueriesOfAllRounds() throws {
    // 1...100 in one round and 101...300 in another, out of order: floor(300 * p) picks 151, 271 and 298.
    let first = Sample.round(0, Sample.performance(latencies: (1...100).reversed()))
    let second = Sample.round(1, Sample.performance(latencies: (101...300).reversed()))
    let latency = try #require(CellSummary(of: Sample.result(rounds: [first, second])).latency)
    #expect(latency.p50.nanoseconds == 151)
    #expect(latency.p90.nanoseconds == 271)
    #expect(latency.p99.nanoseconds == 298)
    #expect([latency.p50, latency.p90, latency.p99].map(\.count) == [300, 300, 300])
    #expect([latency.p50, latency.p90, latency.p99].map(\.minimumCount) == [5, 29, 299])
  }

  @Test func latencyKeepsThePercentilesOfEachRound() throws {
    // The fast round has ten times the queries, so it decides the pooled p90; the slow round's own is far above.
    let fast = Sample.round(0, Sample.performance(latencies: Array(repeating: 10, count: 1000)))
    let slow = Sample.round(2, Sample.performance(latencies: (1...100).map { 100 + $0 }))
    let latency = try #require(
      CellSummary(of: Sample.result(rounds: [fast, Sample.round(1, nil), slow])).latency)
    #expect(latency.p90.nanoseconds == 10)
    #expect(
      latency.rounds == [
        .init(index: 0, count: 1000, p50: 10, p90: 10, p99: 10),
        .init(index: 2, count: 100, p50: 151, p90: 191, p99: 200),
      ])
  }

  @Test(
    "p99 is believed from 299 queries, p90 from 29, p50 from 5",
    arguments: [
      (4, [false, false, false]), (5, [true, false, false]), (28, [true, false, false]), (29, [true, true, false]),
      (298, [true, true, false]), (299, [true, true, true]),
    ])
  func trust(count: Int, expected: [Bool]) throws {
    let round = Sample.round(0, Sample.performance(latencies: (0..<count).map(Int64.init)))
    let latency = try #require(CellSummary(of: Sample.result(rounds: [round])).latency)
    #expect([latency.p50, latency.p90, latency.p99].map(\.isTrustworthy) == expected)
  }

  @Test func throughputCountsSamplesNotQueries() throws {
    let rounds = [2, 4, 3].enumerated().map { index, seconds in
      Sample.round(
        index,
        Sample.performance(
          latencies: [1, 1, 1], samplesPerQuery: 8, duration: Int64(seconds) * 1_000_000_000, observedCPUs: [[0]]))
    }
    let throughput = try #require(CellSummary(of: Sample.result(rounds: rounds)).throughput)
    #expect(throughput.rounds == [12, 6, 8])
    #expect(abs(throughput.mean - 26.0 / 3) < 1e-12)
    // Mean 8.667, s = 3.055, t(2) = 4.303: half-width 7.589.
    let interval = try #require(throughput.interval)
    #expect(abs(interval.halfWidth - 7.589) < 5e-4)
    #expect(interval.count == 3)
  }

  @Test func oneRoundHasNoInterval() throws {
    let throughput = try #require(CellSummary(of: Sample.result(rounds: [Sample.round()])).throughput)
    #expect(throughput.mean == 3)
    #expect(throughput.interval == nil)
  }

  @Test func offlineHasNoLatency() {
    let cell = Sample.cell(measurement: .performance(.offline))
    let summary = CellSummary(of: Sample.result(cell, rounds: [Sample.round()]))
    #expect(summary.latency == nil)
    #expect(summary.throughput?.mean == 3)
  }

  @Test func emulatedCellsHaveNoSpeedWhateverTheRecordHolds() {
    let cell = Sample.cell(precision: .bf16, execution: .emulated)
    let round = Sample.round(0, Sample.performance(steal: 0.5, throttled: 9), fidelity: Sample.fidelity())
    let summary = CellSummary(of: Sample.result(cell, rounds: [round]))
    #expect(summary.latency == nil)
    #expect(summary.throughput == nil)
    #expect(summary.energy == nil)
    #expect(summary.warmUp == nil)
    #expect(summary.disturbances.isEmpty)
    #expect(summary.fidelity == Sample.fidelity())
  }

  @Test func warmUpAddsUp() {
    let rounds = [
      Sample.round(0, Sample.performance(discarded: 5)),
      Sample.round(1, Sample.performance(discarded: 7, settled: false)),
    ]
    let warmUp = CellSummary(of: Sample.result(rounds: rounds)).warmUp
    #expect(warmUp?.discarded == 12)
    #expect(warmUp?.seconds == 1)
    #expect(warmUp?.unsettledRounds == 1)
  }

  @Test func allocationsAddUpAndAreUnknownWhereOneRoundIs() {
    func allocations(_ counts: [Int?]) -> Int? {
      let rounds = counts.enumerated().map { Sample.round($0, Sample.performance(allocations: $1)) }
      return CellSummary(of: Sample.result(rounds: rounds)).allocations
    }
    #expect(allocations([0, 3, 4]) == 7)
    #expect(allocations([0, 0]) == 0)
    #expect(allocations([0, nil]) == nil)
    #expect(allocations([]) == nil)
  }

  @Test(
    "The limit is plan + 150 MB",
    arguments: [(125_000_000, true), (275_000_000, true), (275_000_001, false), (UInt64.max, false)]
      as [(UInt64, Bool)])
  func memory(peak: UInt64, isWithinLimit: Bool) {
    let memory = CellSummary(
      of: Sample.result(rounds: [
        Sample.round(0, observation: Sample.observation(peak: 1)),
        Sample.round(1, observation: Sample.observation(peak: peak)),
      ])
    ).memory
    #expect(memory?.peak == peak)
    #expect(memory?.planned == 125_000_000)
    #expect(memory?.isWithinLimit == isWithinLimit)
  }

  @Test func outputsAreComparedBetweenRounds() {
    func agree(_ observations: [Round.Observation]) -> Bool? {
      let rounds = observations.enumerated().map { Sample.round($0, observation: $1) }
      return CellSummary(of: Sample.result(rounds: rounds)).outputsAgree
    }
    #expect(agree([Sample.observation()]) == nil)
    #expect(agree([Sample.observation(), Sample.observation()]) == true)
    #expect(agree([Sample.observation(), Sample.observation(norm: 3.000001)]) == true)
    #expect(agree([Sample.observation(), Sample.observation(norm: 3.01)]) == false)
    #expect(agree([Sample.observation(), Sample.observation(argmax: 5)]) == false)
  }

  @Test func survivesDamagedNumbers() {
    let wild = Sample.performance(
      latencies: [.min, .max], samplesPerQuery: .max, duration: -1, discarded: .max, allocations: .max)
    let rounds = [Sample.round(0, wild, observation: Sample.observation(weights: .max)), Sample.round(1, wild)]
    let summary = CellSummary(of: Sample.result(rounds: rounds))
    #expect(summary.throughput == nil)
    #expect(summary.warmUp?.discarded == .max)
    #expect(summary.allocations == .max)
    #expect(summary.memory?.planned == 125_000_000)
  }

  @Test func failedCellKeepsItsFailureAndFinishedRounds() {
    let failure = Record.Failure(reason: "killed by signal 11 (SIGSEGV)", lastErrorLines: ["boom"])
    let summary = CellSummary(of: Sample.result(rounds: [Sample.round()], planned: 3, failure: failure))
    #expect(summary.failure == failure)
    #expect(summary.finishedRounds == 1)
    #expect(summary.plannedRounds == 3)
    #expect(summary.throughput?.mean == 3)
  }

  @Test func cellWithoutRoundsClaimsNothing() {
    let summary = CellSummary(of: Sample.result(rounds: [], planned: 3))
    #expect(summary.latency == nil)
    #expect(summary.throughput == nil)
    #expect(summary.memory == nil)
    #expect(summary.energy == nil)
    #expect(summary.outputsAgree == nil)
    #expect(summary.disturbances.isEmpty)
  }
}
