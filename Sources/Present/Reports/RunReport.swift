import Analysis
import HostState
import Records

/// What `assay run` and `assay show` print: the machine, the tables, what failed, what to be careful with, what next.
public struct RunReport {
  let record: Record
  let summary: RunSummary
  let path: String?
  let precision: PrecisionOptions
  let style: ReportStyle

  /// Makes a report. `summary` must be the record's own; `path` is where the record lies, for the closing commands;
  /// `precision` says how contracts are shown.
  public init(
    record: Record, summary: RunSummary, path: String?, precision: PrecisionOptions = PrecisionOptions(),
    style: ReportStyle = ReportStyle()
  ) {
    self.record = record
    self.summary = summary
    self.path = path
    self.precision = precision
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let sections = [
      headline, contractSection, performanceSection, energySection, costSection, precisionSection, nodeSection,
      memorySection,
      pendingSection,
      failureSection,
      warningSection, closing,
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var headline: [String] {
    let finished = record.cells.count { $0.failure == nil && $0.isFinished }
    let failed = record.cells.count { $0.failure != nil }
    var parts = [
      "Assay \(record.tool.version)", "suite \(record.spec.suite)", record.createdAt,
      "\(finished) of \(Figure.counted(record.cells.count, "cell"))",
    ]
    if failed > 0 { parts.append("\(failed) failed") }
    if record.status == .incomplete { parts.append("incomplete") }
    return parts.joined(separator: " · ").printable.wrapped(to: style.width).map { style.text($0, .title) }
      + MachineLines(record: record, blas: summary.blas).facts.flatMap { name, value in
        style.paragraph(value, lead: name.padded(to: 8, .left), .subdued)
      }
  }

  private var contractSection: [String] {
    ContractSection(comparisons: summary.contracts, cells: summary.cells, options: precision, style: style).lines
  }

  private var warningSection: [String] {
    guard !record.warnings.isEmpty else { return [] }
    return [style.text("Warnings", .title)]
      + record.warnings.flatMap { style.paragraph($0, lead: "  ! ", .caution) }
  }

  private var memorySection: [String] {
    guard !summary.memory.isEmpty else { return [] }
    var table = TextTable([
      .init("cell with the largest peak of its kind", isShortenable: true), .init("peak", unit: "MB", .right),
      .init("plan", unit: "MB", .right), .init("limit", unit: "MB", .right),
    ])
    for entry in summary.memory {
      let memory = entry.memory
      table.add(row: [
        entry.id, Figure.megabytes(memory.peak) + (memory.isWithinLimit ? "" : " !"), Figure.megabytes(memory.planned),
        Figure.megabytes(memory.limit),
      ])
    }
    return [style.text("Memory of a worker", .title)] + table.rendered(style)
  }

  private var pendingSection: [String] {
    let pending = record.cells.filter { !$0.isFinished }
    guard !pending.isEmpty else { return [] }
    return [style.text("Not finished", .title)]
      + pending.map { style.text("  \($0.id): \($0.rounds.count) of \(Figure.counted($0.plannedRounds, "round"))") }
  }

  private var failureSection: [String] {
    let failed = summary.cells.filter { $0.failure != nil }
    guard !failed.isEmpty else { return [] }
    return [style.text("Failed", .title)]
      + failed.flatMap { cell -> [String] in
        guard let failure = cell.failure else { return [] }
        // A worker's reason is a sentence, a signal none.
        let reason = failure.reason.hasSuffix(".") ? String(failure.reason.dropLast()) : failure.reason
        let rounds = "\(cell.finishedRounds) of \(Figure.counted(cell.plannedRounds, "round")) done"
        return style.paragraph("\(cell.id): \(reason); \(rounds).", lead: "  ✗ ", .bad)
          + failure.lastErrorLines.map { style.text("    | " + $0.printable.shortened(to: style.width - 6), .subdued) }
          // Commands are not broken: they are there to be copied.
          + [style.text("    again: ", .subdued) + style.text(cell.repro)]
      }
  }

  private var closing: [String] {
    var commands: [(String, String)] = []
    if let path {
      if record.status == .incomplete {
        let models = (record.spec.models ?? []).map { " \($0.resumeOptions)" }.joined()
        commands.append(("resume", "assay \(record.isOfContracts ? "precision" : "run") --resume \(path)\(models)"))
      }
      commands.append(("show", "assay show \(path)"))
    }
    if let cell = record.cells.first { commands.append(("one cell", cell.repro)) }
    return commands.map { style.text($0.padded(to: 10, .left), .subdued) + style.text($1) }
  }
}
