import Energy
import Records
import Statistics
import Testing

@testable import Analysis

@Suite struct RoundProcessesTests {
  static let second: Int64 = 1_000_000_000

  /// An instance whose queries of two samples take the given tenths of a second.
  static func instance(
    _ tenths: [Int64], begin: Int64, gaps: Int64 = 0, energy: EnergyReading = .unavailable(reason: "No meter.")
  ) -> Round.Performance {
    let latencies = tenths.map { $0 * second / 10 }
    return Sample.performance(
      latencies: latencies, samplesPerQuery: 2, duration: latencies.reduce(gaps, +), energy: energy, begin: begin)
  }

  @Test func oneInstanceIsSamplesOverItsDuration() {
    #expect(Sample.round(0, Self.instance([5, 5, 10], begin: 0, gaps: Self.second)).throughput == 2)
    #expect(Sample.round(0, Sample.performance(latencies: [])).throughput == nil)
    #expect(Sample.round(0, Sample.performance(duration: 0)).throughput == nil)
    #expect(Sample.round(0, nil, fidelity: Sample.fidelity()).throughput == nil)
  }

  /// The first runs from 10.0 to 12.0 s, the other from 10.5 to 14.5 s: 1.5 s together. In these the first completes
  /// 1.5 of its queries of 1 s, the other one of 1 s and half of a query of 1 s.
  @Test func onlyWhatAllInstancesRanTogetherCounts() throws {
    let begin = 10 * Self.second
    let round = Sample.round(
      0, Self.instance([10, 10], begin: begin), peers: [Self.instance([10, 10, 20], begin: begin + Self.second / 2)])
    let rate = try #require(round.throughput)
    #expect(abs(rate - 2 * (1.5 + 1.5) / 1.5) < 1e-9)
  }

  @Test func aFastInstanceDoesNotCountAfterTheOthersEnd() throws {
    // Ten queries in the first second, then, alone, twenty a second.
    let fast = Self.instance(Array(repeating: 1, count: 10), begin: 0)
    var long = fast
    long.latencies += Array(repeating: Self.second / 20, count: 20)
    long.duration += Self.second
    let slow = Self.instance([5, 5], begin: 0)
    let rate = try #require(Sample.round(0, long, peers: [slow]).throughput)
    #expect(abs(rate - 2 * (10 + 2)) < 1e-9)
  }

  @Test func windowsThatDoNotMeetHaveNoThroughput() {
    let apart = Self.instance([10], begin: 5 * Self.second)
    #expect(Sample.round(0, Self.instance([10], begin: 0), peers: [apart]).throughput == nil)
    var unknown = apart
    unknown.begin = nil
    #expect(Sample.round(0, Self.instance([10], begin: 0), peers: [unknown]).throughput == nil)
  }

  @Test func roundsOfAProcessAreOneValue() {
    let rounds = [(3, 0), (5, 0), (10, 1), (6, nil), (8, nil), (1, 1)].enumerated().map { index, given in
      Sample.round(index, Sample.performance(latencies: Array(repeating: 1, count: given.0)), process: given.1)
    }
    #expect(rounds.meansOfProcesses(\.throughput) == [4, 5.5, 6, 8])
    let twice = rounds.filter { $0.process != nil }
    let throughput = CellSummary(of: Sample.result(rounds: twice)).throughput
    #expect(throughput?.rounds == [3, 5, 10, 1])
    #expect(throughput?.processes == [4, 5.5])
    #expect(throughput?.interval?.count == 2)
    #expect(CellSummary(of: Sample.result(rounds: Array(twice.prefix(2)))).throughput?.processes == [4])
    let own = CellSummary(of: Sample.result(rounds: rounds.filter { $0.process == nil }))
    #expect(own.throughput?.processes == [6, 8])
  }

  @Test func rowsOfSeveralInstancesHaveTheFiguresOfAll() throws {
    let energy = EnergyReading.measured(
      MeasuredEnergy(
        source: "powercap-rapl", domains: [.init(name: "package-0", joules: 60)], seconds: 2, uncertaintyJoules: 0.6))
    let round = Sample.round(
      0, Self.instance([10, 10], begin: 0, energy: energy),
      peers: [Self.instance([5, 5, 5, 5], begin: 0, energy: energy)])
    let cell = Sample.cell(batch: 2, placement: Placement(instances: [[0], [1]]))
    let summary = CellSummary(of: Sample.result(cell, rounds: [round]))
    #expect(summary.throughput?.mean == 6)
    #expect(summary.latency?.p50.count == 6)
    #expect(summary.latency?.p99.nanoseconds == Self.second)
    #expect(summary.latency?.rounds.first?.count == 6)
    // The meter counts the machine: 60 J in 2 s, in which both did 12 samples; not 120 J.
    guard case .measured(let perSample) = summary.energy else {
      Issue.record("\(String(describing: summary.energy))")
      return
    }
    #expect(perSample.joules == 5)
    #expect(perSample.rounds == 1)
  }
}
