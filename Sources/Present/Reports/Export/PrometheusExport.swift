import Analysis
import HostState
import NumericFormats
import Records

/// Runs for the textfile collector of node_exporter: gauges in base units, without timestamps, every cell by its labels.
///
/// When the run began is a metric of its own, so that an alert can see that figures are old.
struct PrometheusExport: Exporter {
  private let runs: [ExportRun]

  init(_ runs: [ExportRun]) { self.runs = runs }

  var texts: [String] {
    var text = PrometheusText()
    let names = ExportNames(runs.flatMap(\.cells).map(\.id))
    for (index, run) in runs.enumerated() { describe(run, index, in: &text) }
    for cell in runs.flatMap(\.cells) {
      let labels = Self.labels(of: cell, names[cell.id])
      state(of: cell, labels, in: &text)
      for figure in cell.figures { add(figure, labels, to: &text) }
      for gap in cell.missing { text.comment("\(cell.id) without \(gap.kind.title): \(gap.reason)") }
    }
    return [text.text]
  }

  private func describe(_ run: ExportRun, _ index: Int, in text: inout PrometheusText) {
    let record = run.record
    // The number tells runs of one suite on one machine apart.
    let labels = [("run", "\(index)"), ("suite", record.spec.suite)]
    text.add(
      "assay_run_info", "What was run; always 1.",
      labels + [
        ("version", record.tool.version), ("status", record.status.rawValue), ("cpu", record.machine.cpuModel),
        ("commit", run.commit ?? "unknown"),
      ], 1)
    guard let time = ISOTime(record.createdAt) else { return }
    text.add(
      "assay_run_start_time_seconds", "Start of the run, seconds since 1970.", labels, Double(time.unixSeconds))
  }

  private func state(of cell: ExportCell, _ labels: [(name: String, value: String)], in text: inout PrometheusText) {
    text.add("assay_cell_rounds", "Rounds that were measured.", labels, Double(cell.summary.finishedRounds))
    text.add("assay_cell_planned_rounds", "Rounds that were planned.", labels, Double(cell.summary.plannedRounds))
    text.add("assay_cell_failed", "Whether a round failed, 1 or 0.", labels, cell.result.failure == nil ? 0 : 1)
    text.add(
      "assay_cell_disturbances", "Kinds of disturbances in the cell's rounds.", labels,
      Double(cell.summary.disturbances.count))
  }

  private func add(_ figure: ExportFigure, _ labels: [(name: String, value: String)], to text: inout PrometheusText) {
    let kind = figure.kind
    let stem = Self.stem(kind)
    let source = figure.source.map { [(kind == .modelledEnergy ? "model" : "meter", $0)] } ?? []
    func add(_ part: String, _ help: String, _ value: Double?) {
      guard let value else { return }
      text.add("assay_\(stem.name)\(part)_\(stem.unit)", help, labels + source, value)
    }
    add("", "\(kind.meaning).", figure.value)
    add("_lower", "Lower bound of it: \(kind.bounds).", figure.lower)
    add("_upper", "Upper bound of it: \(kind.bounds).", figure.upper)
  }

  /// Names end with their unit, as Prometheus asks: seconds, joules, bytes, ratios.
  private static func stem(_ kind: ExportFigure.Kind) -> (name: String, unit: String) {
    switch kind {
    case .latency: ("latency_p50", "seconds")
    case .tailLatency: ("latency_p99", "seconds")
    case .throughput: ("throughput", "samples_per_second")
    case .energy: ("energy_per_sample", "joules")
    case .modelledEnergy: ("energy_modelled_per_sample", "joules")
    case .memory: ("peak_memory", "bytes")
    case .error: ("relative_error", "ratio")
    case .accuracy: ("accuracy", "ratio")
    }
  }

  private static func labels(of cell: ExportCell, _ name: String) -> [(name: String, value: String)] {
    let placement = cell.cell.placement
    return [
      ("cell", name), ("workload", cell.cell.workload), ("precision", cell.precision),
      ("execution", cell.cell.execution.rawValue), ("engine", cell.cell.engine),
      ("instances", "\(placement.instances.count)"), ("threads", "\(placement.threads)"),
      ("batch", "\(cell.cell.batch)"), ("scenario", cell.cell.measurement.name),
    ]
  }
}
