import Analysis
import HostState
import NumericFormats
import Records
import Statistics

/// Summaries of runs as CSV (RFC 4180) for spreadsheets and data frames: one row a cell, units in the columns' names.
///
/// A figure that is not there is an empty field, never 0; `speed_reason`, `energy_reason` and `cost_reason` say why.
public struct CSVExport: Exporter {
  private let runs: [ExportRun]

  /// Makes an export. `summary` must be the record's own.
  public init(record: Record, summary: RunSummary) { runs = [ExportRun(record, summary)] }

  /// Makes an export of several runs: what tells their rows apart are the last columns.
  init(_ runs: [ExportRun]) { self.runs = runs }

  /// The file, its lines ended by CR and LF.
  public var text: String {
    let columns = Self.cellColumns + Self.speedColumns + Self.energyColumns + costColumns + Self.otherColumns
    let head = columns.map { CSVField.text($0.name) } + ["run_started_at", "cpu", "commit"]
    let rows = runs.flatMap { run in
      let facts = [run.record.createdAt, run.record.machine.cpuModel, run.commit ?? ""].map(CSVField.text)
      return run.summary.cells.map { cell in columns.map { $0.field(cell) } + facts }
    }
    return ([head] + rows).map { $0.joined(separator: ",") + "\r\n" }.joined()
  }

  var texts: [String] { [text] }

  /// One column: its name and a cell's field, ready to be written.
  struct Column {
    let name: String
    let field: (CellSummary) -> String

    init(_ name: String, _ field: @escaping (CellSummary) -> String) {
      self.name = name
      self.field = field
    }
  }

  private static var cellColumns: [Column] {
    [
      Column("cell") { CSVField.text($0.id) },
      Column("workload") { CSVField.text($0.cell.workload) },
      Column("precision") { CSVField.text($0.cell.precision.rawValue) },
      Column("execution") { CSVField.text($0.cell.execution.rawValue) },
      Column("engine") { CSVField.text($0.cell.engine) },
      Column("numerics") { CSVField.text($0.cell.numerics) },
      Column("instances") { CSVField.count($0.cell.placement.instances.count) },
      Column("threads") { CSVField.count($0.cell.placement.threads) },
      Column("placement") { CSVField.text($0.cell.placement.variations.joined(separator: " ")) },
      Column("blas_threads") { CSVField.count($0.cell.blasThreads) },
      Column("batch") { CSVField.count($0.cell.batch) },
      Column("scenario") { CSVField.text($0.cell.measurement.name) },
      Column("rounds") { CSVField.count($0.finishedRounds) },
      Column("planned_rounds") { CSVField.count($0.plannedRounds) },
      Column("failure") { CSVField.text($0.failure?.reason ?? "") },
      Column("disturbances") { cell in
        let kinds = cell.disturbances.map(\.kind.rawValue)
        return CSVField.text(
          kinds.enumerated().filter { !kinds[..<$0].contains($1) }.map(\.element).joined(separator: " "))
      },
      Column("ran_elsewhere") { CSVField.flag($0.isMisplaced) },
    ]
  }

  private static var speedColumns: [Column] {
    [
      Column("throughput_samples_per_s") { CSVField.number($0.throughput?.mean) },
      Column("throughput_lower95_samples_per_s") { CSVField.number($0.throughput?.interval?.lower) },
      Column("throughput_upper95_samples_per_s") { CSVField.number($0.throughput?.interval?.upper) },
    ] + percentile("p50", \.p50) + percentile("p90", \.p90) + percentile("p99", \.p99) + [
      Column("queries") { CSVField.count($0.latency?.p50.count) },
      Column("speed_reason") { CSVField.text(speedReason($0)) },
    ]
  }

  /// A percentile, and whether there were queries enough to bound it.
  private static func percentile(
    _ name: String, _ path: KeyPath<CellSummary.Latency, CellSummary.PercentileEstimate>
  ) -> [Column] {
    [
      Column("\(name)_ms") { CSVField.number($0.latency.map { Double($0[keyPath: path].nanoseconds) / 1e6 }) },
      Column("\(name)_has_enough_queries") { CSVField.flag($0.latency?[keyPath: path].isTrustworthy) },
    ]
  }

  private static func speedReason(_ cell: CellSummary) -> String {
    if cell.throughput != nil { return "" }
    if cell.cell.execution == .emulated { return "emulated: the time of imitation is not speed" }
    if cell.cell.measurement == .fidelity { return "closeness to FP32 alone is measured" }
    return cell.failure == nil ? "not measured yet" : "failed"
  }

  private static var otherColumns: [Column] {
    [
      Column("peak_memory_bytes") { $0.memory.map { "\($0.peak)" } ?? "" },
      Column("fidelity_samples") { CSVField.count($0.fidelity?.samples) },
      Column("sqnr_dB") { CSVField.number($0.fidelity?.sqnrDecibels) },
      Column("cosine") { CSVField.number($0.fidelity?.cosine) },
      Column("largest_error") { CSVField.number($0.fidelity?.largestError) },
      Column("top1_agreement_share") { CSVField.number($0.fidelity?.top1Agreement) },
      Column("decisions") { CSVField.count($0.fidelity?.decisions) },
      Column("top1_has_enough_decisions") {
        CSVField.flag($0.fidelity.flatMap { $0.top1Agreement == nil ? nil : $0.isTop1Trustworthy })
      },
      Column("command") { CSVField.text($0.repro) },
    ]
  }

  private var costColumns: [Column] {
    // Prices are said for one run; ids of cells may be those of another.
    guard runs.count == 1, let costs = runs[0].summary.costs else { return [] }
    let figures = Dictionary(costs.cells.map { ($0.id, $0.figures) }) { first, _ in first }
    return CSVCosts(figures, currency: costs.inputs.currency ?? "money").columns
  }
}
