import Energy
import NumericFormats
import Records

/// A record of contracts: two networks; BF16 and INT8 timed natively, FP8 emulated, one contract failed, one not yet done.
enum ContractSample {
  static func cell(_ contract: NumericsContract, workload: String = "resnet50", calibration: String? = nil) -> Cell {
    Cell(
      workload: workload, precision: contract.precision, execution: .emulated, contract: contract.name,
      engine: Cell.emulator, placement: Placement(pus: [0]), batch: 1, measurement: .fidelity, calibration: calibration)
  }

  /// A cell that compared outputs; bytes are those of weights and activations, in millions.
  static func compared(
    _ contract: NumericsContract, workload: String = "resnet50", sqnr: Double?, _ weights: Int, _ activations: Int,
    calibration: String? = nil, task: Fidelity.TaskScore? = nil
  ) -> Record.CellResult {
    var fidelity = Sample.fidelity(sqnr: sqnr, task: task)
    fidelity.top5Agreement = 1
    var observation = Sample.observation(
      weightBytesMoved: weights * 1_000_000, activationBytesMoved: activations * 1_000_000)
    observation.fp32MemoryPlan =
      Sample.observation(
        weightBytesMoved: 100_000_000, activationBytesMoved: 100_000_000
      ).memoryPlan
    return Sample.result(
      cell(contract, workload: workload, calibration: calibration),
      rounds: [
        Sample.round(0, nil, fidelity: fidelity, quantisation: calibration.map(quantisation), observation: observation)
      ])
  }

  /// What a round says of ranges that were chosen by a method.
  static func quantisation(_ method: String) -> Quantisation {
    Quantisation(
      method: method, samples: 16, file: nil,
      activations: [
        .init(tensor: "pool", format: "u8", least: 0, greatest: 2.55, scale: 0.01, zeroPoint: 0)
      ], weights: [])
  }

  /// A natively timed cell with so many samples per second in each round.
  static func timed(
    _ contract: NumericsContract, threads: Int = 1, rates: [Int],
    energy: EnergyReading = .unavailable(reason: "No meter.")
  ) -> Record.CellResult {
    let cell = Cell(
      workload: "resnet50", precision: contract.precision, execution: .native, contract: contract.name,
      engine: "native", placement: Placement(pus: Array(0..<threads)), batch: 1,
      measurement: .performance(.singleStream))
    return Sample.result(
      cell,
      rounds: rates.enumerated().map { index, rate in
        Sample.round(
          index,
          Sample.performance(
            latencies: [Int64](repeating: 1, count: rate), energy: energy,
            observedCPUs: (0..<threads).map { [$0] }))
      })
  }

  static func record() -> Record {
    let failure = Record.Failure(
      reason: "The outputs of sample 0 hold NaN or infinity under fp16-fma.", lastErrorLines: [])
    let task = Fidelity.TaskScore(
      pairs: 100, spearmanWithFP32: 0.99, spearmanWithLabels: 0.81, fp32SpearmanWithLabels: 0.82)
    var record = Sample.record(
      [
        compared(.vdpbf16ps, sqnr: 40, 50, 50),
        compared(.bf16Truncate, sqnr: 34, 50, 50),
        compared(.u8s8VNNI, sqnr: 20, 25, 30, calibration: "entropy"),
        compared(.fp8E4M3FP32Acc, sqnr: 26, 25, 40, calibration: "entropy"),
        Sample.result(cell(.fp16FMA), rounds: [], planned: 1, failure: failure),
        Sample.result(cell(.mxint8), rounds: [], planned: 1),
        timed(.fp32FMA, rates: [50, 54]), timed(.vdpbf16ps, rates: [90, 94]), timed(.u8s8VNNI, rates: [150, 154]),
        timed(.u8s8VNNI, threads: 2, rates: [280]),
        compared(.vdpbf16ps, workload: "minilm-l6", sqnr: nil, 50, 50, task: task),
      ], status: .incomplete)
    record.spec.groups = [
      RunSpec.CellGroup(
        workloads: ["resnet50", "minilm-l6"], precisions: [.bf16, .int8, .fp8, .fp16, .mx], engines: ["native"],
        threads: [1, 2], batches: [1], scenarios: [.singleStream],
        contracts: ["vdpbf16ps", "bf16-truncate", "u8s8-vnni", "fp8-e4m3-fp32acc", "fp16-fma", "mxint8"])
    ]
    return record
  }
}
