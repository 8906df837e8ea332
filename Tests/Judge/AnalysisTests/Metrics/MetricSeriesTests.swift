import Energy
import NumericFormats
import Records
import Testing

@testable import Analysis

@Suite struct MetricSeriesTests {
  private static func joules(_ joules: Double, source: String = "rapl") -> EnergyReading {
    .measured(
      MeasuredEnergy(
        source: source, domains: [.init(name: "package-0", joules: joules)], seconds: 1, uncertaintyJoules: 0.1))
  }

  private static func result(
    _ performances: [Round.Performance?], cell: Cell = Sample.cell(), fidelity: Fidelity? = nil
  ) -> Record.CellResult {
    var result = Record.CellResult(cell: cell, plannedRounds: 9, repro: "assay run")
    result.rounds = performances.enumerated().map { index, performance in
      Round(
        index: index, startedAt: "2026-01-01T00:00:00Z", performance: performance, fidelity: fidelity,
        observation: Sample.observation(peak: 200_000_000 + UInt64(index)))
    }
    return result
  }

  @Test func latencyIsThePercentileOfEachRoundInSeconds() {
    let latencies = (1...100).map { Int64($0) * 1_000_000 }
    let result = Self.result([Sample.performance(latencies: latencies), Sample.performance(latencies: [7_000_000])])
    #expect(MetricSeries(.latency, of: result).points.map(\.value) == [0.051, 0.007])
    #expect(MetricSeries(.tailLatency, of: result).points.map(\.value) == [0.1, 0.007])
    #expect(MetricSeries(.throughput, of: result).points.map(\.value) == [100, 1])
    #expect(MetricSeries(.memory, of: result).points.map(\.value) == [200_000_000, 200_000_001])
  }

  @Test func energyIsOfTheMeterThatTellsEveryRound() {
    let result = Self.result([
      Sample.performance(latencies: [1, 2], energy: Self.joules(8)),
      Sample.performance(latencies: [1], energy: Self.joules(5)),
    ])
    let series = MetricSeries(.energy, of: result)
    #expect(series.points.map(\.value) == [4, 5])
    #expect(series.source == "rapl")
  }

  @Test func modelledJoulesAreNoValues() {
    let modelled = EnergyReading.modelled(ModelledEnergy(model: "tdp", joules: 8, lower: 4, upper: 12))
    let series = MetricSeries(.energy, of: Self.result([Sample.performance(energy: modelled)]))
    #expect(series.points.isEmpty)
    #expect(series.missing == "Its joules are modelled by tdp, and modelled joules are not compared.")
  }

  @Test func emulatedTimeIsNoValue() {
    let cell = Sample.cell(execution: .emulated)
    for metric in [Metric.latency, .tailLatency, .throughput, .energy] {
      let series = MetricSeries(metric, of: Self.result([Sample.performance()], cell: cell))
      #expect(series.points.isEmpty)
      #expect(series.missing == "The precision is emulated, and the time of imitation is not speed.")
    }
  }

  @Test func offlineHasNoLatency() {
    let cell = Sample.cell(measurement: .performance(.offline))
    let series = MetricSeries(.latency, of: Self.result([Sample.performance()], cell: cell))
    #expect(series.points.isEmpty)
    #expect(series.missing?.hasPrefix("The scenario is not SingleStream") == true)
    #expect(MetricSeries(.throughput, of: Self.result([Sample.performance()], cell: cell)).points.count == 1)
  }

  @Test func fidelityAndAccuracyAreThoseOfTheOutputs() {
    let cell = Sample.cell(precision: .int8, measurement: .fidelity)
    var fidelity = Sample.fidelity(sqnr: 40)
    fidelity.decisions = 30
    let result = Self.result([nil], cell: cell, fidelity: fidelity)
    #expect(MetricSeries(.fidelity, of: result).points.map(\.value) == [0.01])
    #expect(MetricSeries(.accuracy, of: result).points.map(\.value) == [0.9375])
    fidelity.decisions = 29
    let few = MetricSeries(.accuracy, of: Self.result([nil], cell: cell, fidelity: fidelity))
    #expect(few.points.isEmpty && few.missing == "29 decisions are too few for a share; it takes 30.")
    #expect(MetricSeries(.throughput, of: result).missing == "The cell measures closeness to FP32, not speed.")
    let task = Fidelity.TaskScore(
      pairs: 9, spearmanWithFP32: 0.9, spearmanWithLabels: 0.8, fp32SpearmanWithLabels: 0.85)
    let scored = Self.result([nil], cell: cell, fidelity: Sample.fidelity(sqnr: nil, task: task))
    #expect(MetricSeries(.fidelity, of: scored).points.map(\.value) == [0])
    #expect(MetricSeries(.accuracy, of: scored).points.map(\.value) == [0.8])
  }

  @Test func roundsOfOneProcessAreOneWitness() {
    var result = Self.result([
      Sample.performance(latencies: [1]), Sample.performance(latencies: [1, 2]),
      Sample.performance(latencies: [1, 2, 3]),
    ])
    for index in 0..<2 { result.rounds[index].process = 0 }
    result.rounds[2].process = 1
    #expect(MetricSeries(.throughput, of: result).independent == [1.5, 3])
  }

  @Test func aFailedCellSaysWhy() {
    var result = Self.result([])
    #expect(MetricSeries(.throughput, of: result).missing == "The cell has no round yet.")
    result.failure = Record.Failure(reason: "killed by signal 11 (SIGSEGV)", lastErrorLines: [])
    #expect(MetricSeries(.throughput, of: result).missing == "The cell failed: killed by signal 11 (SIGSEGV).")
  }
}
