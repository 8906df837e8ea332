import Energy
import Foundation
import NumericFormats
import Records

@testable import Analysis

/// Rows and records of made-up sweeps.
enum SweepSample {
  /// A cell whose rounds, each of a process of its own unless `processes` says otherwise, have one query for each
  /// sample.
  ///
  /// - Parameters:
  ///   - rates: samples per second of each round, of all instances together.
  ///   - milliseconds: latency of every query but of every fiftieth, which takes twice as long.
  ///   - joules: of each round's second; nil where there is no meter.
  static func cell(
    _ rates: [Int], instances: Int = 1, threads: Int = 1, batch: Int = 1, words: String? = nil,
    milliseconds: Double = 1, joules: [Double]? = nil, precision: Precision = .fp32, workload: String = "resnet50",
    scenario: Scenario = .singleStream, moved: Bool = false, processes: [Int]? = nil
  ) -> Record.CellResult {
    let pus = (0..<instances).map { instance in (0..<threads).map { instance * threads + $0 } }
    let rounds = rates.enumerated().map { index, rate in
      let each = rate / instances
      let performances = pus.enumerated().map { instance, list in
        // Latencies say what a query took; throughput comes from counts and durations alone.
        let latencies = (0..<each).map { Int64(milliseconds * 1e6) * ($0 % 50 == 49 ? 2 : 1) }
        return Sample.performance(
          latencies: latencies, energy: joules.map { reading($0[index]) } ?? .unavailable(reason: "No meter here."),
          observedCPUs: list.enumerated().map { moved && $0.offset == 0 && instance == 0 ? [63] : [$0.element] },
          begin: 0)
      }
      return Sample.round(
        index, performances[0], peers: Array(performances.dropFirst()), process: processes.map { $0[index] })
    }
    return Sample.result(
      Sample.cell(
        workload: workload, precision: precision, batch: batch, measurement: .performance(scenario),
        placement: Placement(instances: pus, words: words)), rounds: rounds)
  }

  private static func reading(_ joules: Double) -> EnergyReading {
    .measured(
      MeasuredEnergy(
        source: "powercap-rapl", domains: [.init(name: "package-0", joules: joules)], seconds: 1,
        uncertaintyJoules: joules / 100))
  }

  /// - Parameter time: seconds of everything, and of these measured, loading and warming up; beside the canaries' own.
  static func sweep(
    ladder: [Record.CellResult] = [], rungs: [[Record.CellResult]] = [], canaries: [(Double, Double)] = [],
    time: (all: Double, measured: Double, loading: Double, warming: Double)? = nil, goal: String = "throughput"
  ) -> Sweep {
    func visit(_ cell: String, rung: Int, time: (Double, Double, Double, Double)) -> Sweep.Event {
      .visit(
        Sweep.Visit(
          cell: cell, firstRound: 0, rounds: 2, rung: rung, seconds: time.0, loading: time.2, warming: time.3,
          measured: time.1))
    }
    var events = rungs.enumerated().flatMap { rung, cells in cells.map { visit($0.id, rung: rung, time: (0, 0, 0, 0)) }
    }
    if let time { events.append(visit("", rung: max(rungs.count - 1, 0), time: time)) }
    events += canaries.enumerated().map {
      .canary(.init(at: Double($0.offset), seconds: 1, multiplyAdds: $0.element.0, bytes: $0.element.1))
    }
    return Sweep(
      goal: goal, budgetSeconds: 600, seed: 1, isFullGrid: rungs.isEmpty, roundSeconds: 1, candidates: 40,
      pruned: [], leftOut: 0, ladder: ladder.map(\.id), events: events)
  }

  static func summary(
    _ cells: [Record.CellResult], goal: RankingGoal = .throughput, sweep: Sweep = SweepSample.sweep()
  ) -> SweepSummary? {
    var record = Sample.record(cells)
    record.sweep = sweep
    return SweepSummary(of: record, goal: goal)
  }
}
