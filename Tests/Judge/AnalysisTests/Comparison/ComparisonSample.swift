import Energy
import HostState
import NumericFormats
import Records

@testable import Analysis

/// Runs whose figures are easily worked out by hand.
enum ComparisonSample {
  /// A SingleStream cell whose rounds each have one latency, in milliseconds.
  static func timed(
    _ milliseconds: [Int64], cell: Cell = Sample.cell(), processes: [Int?] = [], energy: [EnergyReading] = [],
    observation: Round.Observation = Sample.observation(), observedCPUs: [[Int]] = [[0]]
  ) -> Record.CellResult {
    Sample.result(
      cell,
      rounds: milliseconds.enumerated().map { index, value in
        Sample.round(
          index,
          Sample.performance(
            latencies: [value * 1_000_000], duration: value * 1_000_000,
            energy: index < energy.count ? energy[index] : .unavailable(reason: "No meter."),
            observedCPUs: observedCPUs),
          observation: observation, process: index < processes.count ? processes[index] : nil)
      })
  }

  /// A fidelity cell; 40 dB are a relative error of 0.01.
  static func compared(
    _ decibels: [Double?], top1: Double? = 0.9375, samples: Int = 16, cell: Cell? = nil, decisions: Int = 64
  ) -> Record.CellResult {
    Sample.result(
      cell ?? Sample.cell(precision: .int8, execution: .emulated, measurement: .fidelity),
      rounds: decibels.enumerated().map { index, value in
        Sample.round(
          index, nil,
          fidelity: Fidelity(
            samples: samples, sqnrDecibels: value, cosine: 0.9995, leastCosine: 0.998, largestError: 0.04,
            largestReference: 9.5, top1Agreement: top1, decisions: decisions, task: nil))
      })
  }

  static func joules(_ value: Double, source: String = "powercap-rapl", domain: String = "package-0") -> EnergyReading {
    .measured(
      MeasuredEnergy(
        source: source, domains: [.init(name: domain, joules: value)], seconds: 1, uncertaintyJoules: value / 100))
  }

  static func compare(
    _ base: [Record.CellResult], _ candidate: [Record.CellResult], isPaired: Bool = false, confidence: Double = 0.95
  ) -> RunComparison {
    RunComparison(
      base: Sample.record(base), candidate: Sample.record(candidate), isPaired: isPaired, confidence: confidence)
  }
}

extension RunComparison {
  /// One metric of the first cell.
  func first(_ metric: Metric) -> MetricComparison? { cells.first?.metrics.first { $0.metric == metric } }
}
