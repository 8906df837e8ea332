import Energy
import HostState
import NumericFormats
import Records

/// A made-up record of `assay precision` with one of everything that its report can show.
enum ContractSample {
  private static func compared(
    _ contract: NumericsContract, _ workload: String = "resnet50", sqnr: Double?, top1: Double?, top5: Double? = nil,
    decisions: Int = 32, weights: Int, activations: Int, fp32: (weights: Int, activations: Int),
    task: Fidelity.TaskScore? = nil
  ) -> Record.CellResult {
    let cell = Cell(
      workload: workload, precision: contract.precision, execution: .emulated, contract: contract.name,
      engine: Cell.emulator, placement: Placement(pus: [0, 1]), batch: 1, measurement: .fidelity,
      calibration: contract.needsCalibration ? "entropy" : nil)
    var result = Record.CellResult(
      cell: cell, plannedRounds: 1, repro: "assay precision \(workload) --contracts \(contract.name)")
    var observation = Sample.observation(weights: weights, activations: activations)
    observation.blas = nil
    observation.fp32MemoryPlan = Sample.observation(weights: fp32.weights, activations: fp32.activations).memoryPlan
    result.rounds = [
      Round(
        index: 0, startedAt: "2025-03-01T12:09:00Z", performance: nil,
        fidelity: Fidelity(
          samples: 32, sqnrDecibels: sqnr, cosine: sqnr == nil ? 1 : 0.99, leastCosine: 0.98, largestError: 0.04,
          largestReference: 11.3, top1Agreement: top1, top5Agreement: top5, decisions: top1 == nil ? 0 : decisions,
          task: task),
        quantisation: contract.needsCalibration
          ? Quantisation(
            method: "entropy", samples: 16, file: nil,
            activations: [
              .init(tensor: "x", format: "u8", least: 0, greatest: 2.55, scale: 0.01, zeroPoint: 0)
            ], weights: []) : nil,
        observation: observation)
    ]
    return result
  }

  private static func timed(_ contract: NumericsContract, milliseconds: Double, energy: EnergyReading)
    -> Record.CellResult
  {
    let cell = Cell(
      workload: "resnet50", precision: contract.precision, execution: .native, contract: contract.name,
      engine: "native", placement: Placement(pus: [0, 1]), batch: 1, measurement: .performance(.singleStream))
    return Sample.performance(cell, milliseconds: milliseconds, count: 200, energy: energy)
  }

  static let record: Record = {
    let whole = (weights: 102_228_128, activations: 115_000_000)
    let small = (weights: 43_000_000, activations: 8_500_000)
    var failed = compared(.fp16FMA, sqnr: 1, top1: 1, weights: 1, activations: 1, fp32: whole)
    failed.rounds = []
    failed.failure = Record.Failure(
      reason: "The outputs of sample 0 hold NaN or infinity under fp16-fma.", lastErrorLines: [])
    var record = Sample.record(
      [
        compared(
          .vdpbf16ps, sqnr: 32.9, top1: 1, top5: 1, weights: 51_114_064, activations: 57_500_000, fp32: whole),
        compared(
          .bf16Truncate, sqnr: 24.5, top1: 0.969, top5: 1, weights: 51_114_064, activations: 57_500_000, fp32: whole),
        compared(
          .fp8E4M3FP32Acc, sqnr: 21.7, top1: 0.938, top5: 1, weights: 25_557_032, activations: 40_000_000, fp32: whole),
        compared(
          .mxfp4E2M1, sqnr: 8.2, top1: 0.5, top5: 0.906, weights: 13_577_000, activations: 34_000_000, fp32: whole),
        compared(
          .u8s8VNNI, sqnr: 19.5, top1: 0.938, top5: 1, weights: 25_557_032, activations: 29_200_000, fp32: whole),
        compared(
          .w4FP32Acc, sqnr: 12.1, top1: 0.75, top5: 0.969, weights: 15_973_000, activations: 115_000_000, fp32: whole),
        failed,
        timed(.fp32FMA, milliseconds: 19.4, energy: Sample.measured(60)),
        timed(.vdpbf16ps, milliseconds: 11.5, energy: Sample.measured(40)),
        timed(.u8s8VNNI, milliseconds: 6.3, energy: Sample.noMeter),
        compared(
          .vdpbf16ps, "minilm-l6", sqnr: 43.9, top1: nil, weights: 21_500_000, activations: 4_230_000, fp32: small,
          task: Fidelity.TaskScore(
            pairs: 120, spearmanWithFP32: 0.9999, spearmanWithLabels: 0.9631, fp32SpearmanWithLabels: 0.9632)),
        compared(
          .tf32FP32Acc, "minilm-l6", sqnr: nil, top1: nil, weights: 43_000_000, activations: 8_500_000, fp32: small),
      ], status: .complete, warnings: [])
    record.spec.suite = "contracts"
    record.blas = nil
    return record
  }()

  /// The same with names that want to be more than names.
  static func record(named evil: String) -> Record {
    var record = record
    for index in record.cells.indices {
      let cell = record.cells[index].cell
      record.cells[index].cell = Cell(
        workload: evil, precision: cell.precision, execution: cell.execution, contract: cell.contract + evil,
        engine: cell.engine, placement: cell.placement, batch: cell.batch, measurement: cell.measurement,
        calibration: cell.calibration.map { _ in evil })
      record.cells[index].id = record.cells[index].cell.id
    }
    record.machine.cpuModel = evil
    return record
  }
}
