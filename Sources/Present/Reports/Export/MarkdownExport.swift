import Analysis
import Energy
import NumericFormats
import Records
import Statistics

/// Runs as tables for a pull request, in the manner of llama-bench: what was measured to the left, the figure with its ± to
/// the right.
struct MarkdownExport: Exporter {
  private let runs: [ExportRun]

  init(_ runs: [ExportRun]) { self.runs = runs }

  var texts: [String] {
    [runs.map { MarkdownSections($0).whole.joined(separator: "\n") + "\n" }.joined(separator: "\n")]
  }
}

/// The parts of a run in Markdown, each a list of lines.
struct MarkdownSections {
  private let run: ExportRun

  init(_ run: ExportRun) { self.run = run }

  /// Everything, parts set apart by empty lines.
  var whole: [String] { Self.joined([heading, machine, speed, fidelity, unmeasured, failures, notes]) }

  /// Parts that have lines, set apart by empty ones.
  static func joined(_ parts: [[String]]) -> [String] {
    Array(parts.filter { !$0.isEmpty }.joined(separator: [""]))
  }

  var heading: [String] { ["### \(MarkdownText.escaped(run.title))"] }

  var machine: [String] {
    MachineLines(record: run.record, blas: run.summary.blas).facts.filter {
      ["CPU", "Memory", "System"].contains($0.name)
    }
    .map { "- **\($0.name):** \(MarkdownText.escaped($0.value))" }
  }

  /// Cells that are timed. Where nothing was timed yet the row says so.
  var speed: [String] {
    let cells = run.cells.filter { $0.cell.measurement != .fidelity }
    guard !cells.isEmpty else { return [] }
    let rows = cells.map { cell -> [String] in
      let summary = cell.summary
      let mark = summary.isMisplaced ? " (ran elsewhere)" : ""
      return place(of: cell) + [
        throughput(summary) + mark, summary.latency.map { Figure.milliseconds($0.p50.nanoseconds) } ?? "-",
        summary.latency.map { tail($0.p99) } ?? "-", energy(summary), Self.memory(summary),
      ]
    }
    return MarkdownText.table(
      Self.placeColumns + [
        ("samples/s", true), ("p50 ms", true), ("p99 ms", true), ("J/sample", true), ("peak MB", true),
      ], rows)
  }

  /// Cells that are held against FP32. They have no time, and emulated ones never could.
  var fidelity: [String] {
    let cells = run.cells.filter { $0.cell.measurement == .fidelity }
    guard !cells.isEmpty else { return [] }
    let rows = cells.map { cell -> [String] in
      let fidelity = cell.summary.fidelity
      let decibels = fidelity.map { $0.sqnrDecibels.map { Figure.fixed($0, 2) } ?? "identical" }
      return place(of: cell) + [
        cell.cell.execution.rawValue, decibels ?? "-", fidelity.map { Figure.significant($0.relativeError) } ?? "-",
        fidelity.map { Figure.fixed($0.cosine, 6) } ?? "-", fidelity.map(agreement) ?? "-", Self.memory(cell.summary),
      ]
    }
    return MarkdownText.table(
      Self.placeColumns + [
        ("execution", false), ("SQNR dB", true), ("relative error", true), ("cosine", true), ("top-1 as FP32", true),
        ("peak MB", true),
      ], rows)
  }

  private static let placeColumns: [(title: String, isNumber: Bool)] = [
    ("workload", false), ("precision", false), ("engine", false), ("threads", true), ("batch", true),
    ("scenario", false),
  ]

  private func place(of cell: ExportCell) -> [String] {
    let placement = cell.cell.placement
    let threads =
      placement.instances.count > 1 ? "\(placement.instances.count) × \(placement.threads)" : "\(placement.threads)"
    let precision = ([cell.precision] + cell.variations).joined(separator: ", ")
    return [
      MarkdownText.escaped(cell.cell.workload), MarkdownText.escaped(precision), MarkdownText.escaped(cell.cell.engine),
      threads, "\(cell.cell.batch)", cell.cell.measurement.name,
    ]
  }

  private func throughput(_ summary: CellSummary) -> String {
    guard let throughput = summary.throughput else {
      if summary.cell.execution == .emulated { return "emulated" }
      return summary.failure == nil ? "not measured yet" : "failed"
    }
    let half = throughput.interval.map { " ± \(Figure.significant($0.halfWidth))" } ?? ""
    return Figure.significant(throughput.mean) + half + (summary.failure == nil ? "" : " (failed)")
  }

  private func tail(_ estimate: CellSummary.PercentileEstimate) -> String {
    Figure.milliseconds(estimate.nanoseconds) + (estimate.isTrustworthy ? "" : " (n too small)")
  }

  private func energy(_ summary: CellSummary) -> String {
    switch summary.energy {
    case .measured(let energy):
      "\(Figure.significant(energy.joules)) ± \(Figure.significant(energy.widestShare * energy.joules))"
    case .modelled(let energy): "modelled: \(Figure.significant(energy.joules))"
    case .unavailable: "unavailable"
    case nil: "-"
    }
  }

  private static func memory(_ summary: CellSummary) -> String {
    summary.memory.map { Figure.megabytes($0.peak) } ?? "-"
  }

  private func agreement(_ fidelity: Fidelity) -> String {
    guard let share = fidelity.top1Agreement else { return "-" }
    return Figure.percent(share) + (fidelity.isTop1Trustworthy ? "" : " (n too small)")
  }

  /// Cells that lack rounds.
  var unmeasured: [String] {
    let cells = run.cells.filter { !$0.result.isFinished }
    guard !cells.isEmpty else { return [] }
    return ["**Not finished**", ""]
      + cells.map {
        "- \(MarkdownText.code($0.id)): \($0.result.rounds.count) of \(Figure.counted($0.result.plannedRounds, "round"))"
      }
  }

  /// What failed, with the last words of the worker and how to do it again.
  var failures: [String] {
    let cells = run.cells.filter { $0.result.failure != nil }
    guard !cells.isEmpty else { return [] }
    return ["**Failed**", ""]
      + cells.flatMap { cell -> [String] in
        guard let failure = cell.result.failure else { return [] }
        let rounds = "\(cell.result.rounds.count) of \(Figure.counted(cell.result.plannedRounds, "round")) done"
        return ["- \(MarkdownText.code(cell.id)): \(MarkdownText.escaped(failure.reason)); \(rounds)"]
          + failure.lastErrorLines.map { "  - \(MarkdownText.code($0))" }
          + ["  - again: \(MarkdownText.code(cell.result.repro))"]
      }
  }

  /// What the figures are, what is not there and why, and what disturbed them.
  var notes: [String] {
    var lines: [String] = []
    if run.cells.contains(where: { $0.summary.throughput?.interval != nil }) {
      lines.append("- samples/s ± the 95 % interval of the mean over rounds.")
    }
    if run.cells.contains(where: { $0.summary.latency?.p99.isTrustworthy == false }) {
      lines.append("- n too small: so few queries do not bound the percentile.")
    }
    if run.cells.contains(where: { $0.summary.fidelity?.isTop1Trustworthy == false }) {
      lines.append("- n too small: fewer than \(Fidelity.leastDecisions) decisions say little of the share.")
    }
    lines += EnergyNotes(run.summary.cells).lines.map {
      let lead = $0.lead == "~" ? "modelled" : $0.lead
      return "- **\(MarkdownText.escaped(lead)):** \(MarkdownText.escaped($0.text))"
    }
    let disturbances = NoteList(run.summary.cells)
    lines += disturbances.notes.map { note in
      let cells = run.cells.filter {
        disturbances.marks(of: $0.summary).split(separator: " ").contains(Substring(note.mark))
      }
      let names = cells.prefix(3).map { MarkdownText.code($0.id) }.joined(separator: ", ")
      let more = cells.count > 3 ? " and \(cells.count - 3) more" : ""
      return "- **disturbed:** \(MarkdownText.escaped(note.text)) In \(names)\(more)."
    }
    lines += run.record.warnings.map { "- **warning:** \(MarkdownText.escaped($0))" }
    return lines
  }
}
