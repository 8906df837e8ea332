import Analysis
import HostState
import NumericFormats
import Records

/// Runs as a JUnit report: a suite a run, a test case a cell. A cell that failed is a failure; one that was not measured to its
/// end is skipped. Nothing here is a verdict about speed: that takes something to compare with.
struct JUnitExport: Exporter {
  private let runs: [ExportRun]

  init(_ runs: [ExportRun]) { self.runs = runs }

  var texts: [String] {
    let suites = runs.map { run in
      JUnitReport.Suite(
        name: "assay \(run.record.spec.suite)", startedAt: run.record.createdAt, properties: properties(of: run),
        cases: run.cells.map(item))
    }
    return [JUnitReport(name: "assay", suites: suites).text]
  }

  private func properties(of run: ExportRun) -> [(name: String, value: String)] {
    let record = run.record
    let facts: [(name: String, value: String)] = [
      ("assay.version", record.tool.version), ("assay.configuration", record.tool.configuration),
      ("run.started", record.createdAt), ("run.status", record.status.rawValue),
      ("machine.cpu", record.machine.cpuModel), ("machine.cores", "\(record.machine.cores)"),
      ("machine.system", record.machine.operatingSystem), ("machine.kernel", record.machine.kernel),
      ("machine.hypervisor", record.machine.hypervisor ?? "none"),
    ]
    return facts + (run.commit.map { [("commit", $0)] } ?? []) + record.warnings.map { ("warning", $0) }
  }

  private func item(_ cell: ExportCell) -> JUnitCase {
    JUnitCase(
      name: cell.id, className: cell.cell.workload, seconds: seconds(of: cell), outcome: outcome(of: cell),
      output: output(of: cell))
  }

  /// How long the windows lasted; nil where no time is meant to be taken.
  private func seconds(of cell: ExportCell) -> Double? {
    guard cell.cell.execution == .native, cell.cell.measurement != .fidelity else { return nil }
    let durations = cell.result.rounds.compactMap { $0.performance.map { Double($0.duration) / 1e9 } }
    return durations.isEmpty ? nil : durations.reduce(0, +)
  }

  private func outcome(of cell: ExportCell) -> JUnitCase.Outcome {
    if let failure = cell.result.failure {
      return .failed(
        type: "failed", message: failure.reason, details: failure.lastErrorLines + ["again: \(cell.result.repro)"])
    }
    guard cell.result.isFinished else {
      let rounds = Figure.counted(cell.result.plannedRounds, "round")
      return .skipped(message: "not finished: \(cell.result.rounds.count) of \(rounds)")
    }
    return .passed
  }

  private func output(of cell: ExportCell) -> [String] {
    let figures = cell.figures.map { figure in
      let bounds =
        figure.lower.flatMap { lower in
          figure.upper.map { " (\(Figure.significant(lower)) to \(Figure.significant($0)): \(figure.kind.bounds))" }
        } ?? ""
      let unit = figure.kind.unit.isEmpty ? "" : " \(figure.kind.unit)"
      let source = figure.source.map { " by \($0)" } ?? ""
      return "\(figure.kind.rawValue): \(Figure.significant(figure.value))\(unit)\(source)\(bounds)"
    }
    return figures + cell.missing.map { "without \($0.kind.title): \($0.reason)" }
      + cell.summary.disturbances.map { "disturbed: \($0.kind.rawValue)" }
  }
}
