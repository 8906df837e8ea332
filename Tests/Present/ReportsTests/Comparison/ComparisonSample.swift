import Analysis
import Energy
import HostState
import NumericFormats
import Records

/// Two runs with one of everything that a comparison can say.
enum ComparisonSample {
  /// A cell whose rounds each have one query of that many milliseconds.
  static func timed(_ milliseconds: [Double], _ cell: Cell, joules: [Double] = []) -> Record.CellResult {
    var result = Record.CellResult(cell: cell, plannedRounds: milliseconds.count, repro: "assay run ...")
    result.rounds = milliseconds.enumerated().map { index, value in
      let performance = Round.Performance(
        latencies: [Int64(value * 1e6)], samplesPerQuery: cell.batch, duration: Int64(value * 1e6),
        warmUp: Round.WarmUp(discarded: 6, seconds: 0.4, settled: true),
        energy: index < joules.count ? Sample.measured(joules[index]) : Sample.noMeter,
        disturbance: HostDisturbance(
          stealShare: 0, throttledPeriods: 0, cpuPressureMicroseconds: 0, involuntarySwitches: 0, minorFaults: 0,
          megahertz: nil), allocations: 0, observedCPUs: cell.placement.pus.map { [$0] })
      return Round(
        index: index, startedAt: "2025-03-01T12:00:00Z", performance: performance, fidelity: nil,
        observation: Sample.observation(weights: 1, activations: 1))
    }
    return result
  }

  static func cell(_ workload: String, _ precision: Precision = .fp32, threads: Int = 1, native: Bool = true) -> Cell {
    Cell(
      workload: workload, precision: precision, execution: native ? .native : .emulated,
      contract: "\(precision.rawValue)-contract", engine: "native", placement: Placement(pus: Array(0..<threads)),
      batch: 1,
      measurement: native ? .performance(.singleStream) : .fidelity)
  }

  private static func run(_ cells: [Record.CellResult], at time: String) -> Record {
    var record = Sample.record(cells, status: .complete, warnings: [])
    record.createdAt = time
    return record
  }

  static let base = run(
    [
      timed([44.1, 44.6, 45.2, 44.8], cell("resnet50"), joules: [2.1, 2.2, 2.15, 2.18]),
      timed([23.5, 23.8, 24.1, 23.9], cell("resnet50", threads: 2)),
      timed([180, 182, 181, 183], cell("bert-base-384")),
      timed([12, 12.2, 12.1, 12.3], cell("minilm-l6")),
      timed([30, 31], cell("vit-b16")),
      Sample.fidelity(
        cell("resnet50", .int8, native: false), sqnr: 40, cosine: 0.999, top1: 0.9375, weights: 25, activations: 11),
      timed([9, 9, 9, 9], cell("old|model_<b>")),
    ], at: "2025-03-01T12:00:00Z")

  static let candidate: Record = {
    var failed = Record.CellResult(cell: cell("minilm-l6"), plannedRounds: 4, repro: "assay run ...")
    failed.failure = Record.Failure(reason: "killed by signal 11 (SIGSEGV) \u{1B}[31m@team | <b>", lastErrorLines: [])
    var record = run(
      [
        timed([40.1, 40.6, 41.2, 40.8], cell("resnet50"), joules: [2.3, 2.4, 2.35, 2.38]),
        timed([23.6, 23.7, 24.2, 24.0], cell("resnet50", threads: 2)),
        timed([900, 910, 905, 915], cell("bert-base-384")), failed, timed([30, 31], cell("vit-b16")),
        Sample.fidelity(
          cell("resnet50", .int8, native: false), sqnr: 34, cosine: 0.999, top1: 0.9375, weights: 25, activations: 11),
        timed([9, 9, 9, 9], cell("new-model")),
      ], at: "2025-03-02T12:00:00Z")
    record.tool.version = "0.2.0"
    record.machine.kernel = "6.12.0"
    return record
  }()

  static let comparison = RunComparison(base: base, candidate: candidate, isPaired: false)

  /// One run with a mode natively slower, one faster and two emulated.
  static let modes = ModeComparison(
    of: run(
      [
        timed([44.1, 44.6, 45.2, 44.8], cell("resnet50"), joules: [2.1, 2.2, 2.15, 2.18]),
        timed([22.1, 22.6, 23.2, 22.8], cell("resnet50", .int8), joules: [1.1, 1.2, 1.15, 1.18]),
        timed([44.2, 44.5, 45.3], cell("resnet50", .bf16)),
        Sample.fidelity(
          cell("resnet50", .int8, native: false), sqnr: 25, cosine: 0.999, top1: 0.9375, weights: 25, activations: 11),
        Sample.fidelity(
          cell("resnet50", .fp8, native: false), sqnr: 30, cosine: 0.999, top1: 0.9375, weights: 25, activations: 11),
        Sample.fidelity(
          cell("resnet50", .int4, native: false), sqnr: 12, cosine: 0.9, top1: nil, weights: 25, activations: 11),
        timed([9, 9, 9, 9], cell("alone")),
      ], at: "2025-03-01T12:00:00Z"), by: .precision)
}
