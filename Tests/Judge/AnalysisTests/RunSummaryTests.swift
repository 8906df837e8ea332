import Foundation
import NumericFormats
import Records
import Testing

@testable import Analysis

@Suite struct RunSummaryTests {
  /// A finished cell with the given samples per second.
  func cell(
    _ rate: Int, threads: Int, workload: String = "resnet50", scenario: Scenario = .singleStream,
    precision: Precision = .fp32, execution: Execution = .native
  ) -> Record.CellResult {
    let pus = Array(0..<threads)
    let performance = Sample.performance(
      latencies: Array(repeating: 1, count: rate), observedCPUs: pus.map { [$0] })
    return Sample.result(
      Sample.cell(
        workload: workload, precision: precision, execution: execution, pus: pus, measurement: .performance(scenario)),
      rounds: [Sample.round(0, performance)])
  }

  @Test func speedUpIsAgainstOneThreadOfTheSameFamily() throws {
    let summary = RunSummary(
      of: Sample.record([
        cell(18, threads: 2), cell(10, threads: 1), cell(30, threads: 4), cell(100, threads: 1, workload: "minilm-l6"),
        cell(150, threads: 2, workload: "minilm-l6"), cell(7, threads: 2, scenario: .offline),
        cell(5, threads: 1, precision: .bf16, execution: .emulated),
        cell(50, threads: 2, precision: .bf16, execution: .emulated),
      ]))
    #expect(summary.scaling.map(\.workload) == ["resnet50", "minilm-l6"])
    let points = try #require(summary.scaling.first?.points)
    #expect(points.map(\.threads) == [1, 2, 4])
    #expect(points.map(\.speedUp) == [1, 1.8, 3])
    #expect(summary.speedUp(of: "minilm-l6/fp32/openblas/t2/b1/SingleStream") == 1.5)
    // No one-thread cell of the family, and emulated cells have no speed at all.
    #expect(summary.speedUp(of: "resnet50/fp32/openblas/t2/b1/Offline") == nil)
    #expect(summary.speedUp(of: "resnet50/bf16/openblas/t2/b1/SingleStream") == nil)
  }

  @Test func trafficIsAgainstFP32OfTheSameWorkloadEngineAndBatch() {
    func fidelity(_ precision: Precision, batch: Int = 1, weights: Int, activations: Int) -> Record.CellResult {
      Sample.result(
        Sample.cell(
          precision: precision, execution: precision == .fp32 ? .native : .emulated, batch: batch,
          measurement: precision == .fp32 ? .performance(.singleStream) : .fidelity),
        rounds: [
          Sample.round(
            0, precision == .fp32 ? Sample.performance() : nil, fidelity: Sample.fidelity(),
            observation: Sample.observation(weightBytesMoved: weights, activationBytesMoved: activations))
        ])
    }
    let summary = RunSummary(
      of: Sample.record([
        fidelity(.fp32, weights: 400, activations: 80), fidelity(.int8, weights: 100, activations: 40),
        fidelity(.bf16, batch: 2, weights: 200, activations: 40),
      ]))
    #expect(
      summary.traffic == [
        Traffic(
          id: "resnet50/int8/openblas/t1/b1/fidelity", reference: "resnet50/fp32/openblas/t1/b1/SingleStream",
          weightShare: 0.25, activationShare: 0.5)
      ])
  }

  @Test func memoryNamesTheLargestPeakOfEachFamily() {
    func cell(_ peak: UInt64, threads: Int, batch: Int = 1) -> Record.CellResult {
      Sample.result(
        Sample.cell(pus: Array(0..<threads), batch: batch),
        rounds: [Sample.round(0, observation: Sample.observation(peak: peak))])
    }
    let summary = RunSummary(
      of: Sample.record([cell(5, threads: 1), cell(9, threads: 2), cell(7, threads: 4), cell(1, threads: 1, batch: 8)]))
    #expect(
      summary.memory.map(\.id) == [
        "resnet50/fp32/openblas/t2/b1/SingleStream", "resnet50/fp32/openblas/t1/b8/SingleStream",
      ])
    #expect(summary.memory.map(\.memory.peak) == [9, 1])
    #expect(summary.memory.map(\.memory.limit) == [275_000_000, 275_000_000])
  }

  @Test func blasStatesAreListedOnce() {
    let states = ["SkylakeX", "Haswell", "SkylakeX"].map {
      Round.BLASState(configuration: "OpenBLAS 0.3.21", core: $0, requestedCore: nil, threadsPerCall: 1)
    }
    let rounds = states.enumerated().map { Sample.round($0, observation: Sample.observation(blas: $1)) }
    #expect(
      RunSummary(of: Sample.record([Sample.result(rounds: rounds)])).blas.map(\.core) == ["SkylakeX", "Haswell"])
  }

  @Test func sameRecordSameSummaryAfterJSON() throws {
    let record = Sample.record([cell(10, threads: 1), cell(18, threads: 2)])
    let summary = RunSummary(of: record)
    let again = try JSONDecoder().decode(Record.self, from: JSONEncoder().encode(record))
    #expect(RunSummary(of: again) == summary)
    #expect(try JSONDecoder().decode(RunSummary.self, from: JSONEncoder().encode(summary)) == summary)
  }
}
