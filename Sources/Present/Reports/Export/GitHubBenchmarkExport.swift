import Analysis
import HostState
import Records

/// The two files of github-action-benchmark: what is better when it is smaller, and what is better when it is bigger. The
/// action has one direction a file (`customSmallerIsBetter`, `customBiggerIsBetter`).
struct GitHubBenchmarkExport: Exporter {
  private let runs: [ExportRun]

  init(_ runs: [ExportRun]) { self.runs = runs }

  var texts: [String] { [Metric.Direction.lower, .higher].map { entries($0).file } }

  private func entries(_ better: Metric.Direction) -> JSONText {
    let cells = runs.flatMap { run in run.cells.map { (run, $0) } }
    return .array(
      cells.flatMap { run, cell in
        cell.figures.filter { $0.kind.better == better }.map { entry($0, of: cell, in: run) }
      })
  }

  private func entry(_ figure: ExportFigure, of cell: ExportCell, in run: ExportRun) -> JSONText {
    let unit =
      switch figure.kind {
      case .error: "relative error"
      case .accuracy: "share"
      default: figure.kind.unit
      }
    var members: [(String, JSONText)] = [
      ("name", .text("\(cell.id) \(figure.kind.rawValue)")), ("unit", .text(unit)), ("value", .number(figure.value)),
    ]
    if let lower = figure.lower, let upper = figure.upper {
      members.append(("range", .text("± \(Figure.significant((upper - lower) / 2))")))
    }
    return .object(members + [("extra", .text(extra(figure, of: cell, in: run).joined(separator: "\n")))])
  }

  /// Lines that the action shows beside a point.
  private func extra(_ figure: ExportFigure, of cell: ExportCell, in run: ExportRun) -> [String] {
    var lines = ["\(figure.kind.meaning)"]
    if figure.lower != nil { lines.append("range: \(figure.kind.bounds)") }
    if let source = figure.source { lines.append("\(figure.kind == .modelledEnergy ? "model" : "meter"): \(source)") }
    lines.append("rounds: \(cell.summary.finishedRounds) of \(cell.summary.plannedRounds)")
    if let failure = cell.result.failure { lines.append("failed: \(failure.reason)") }
    if !cell.summary.disturbances.isEmpty {
      lines.append("disturbed: \(cell.summary.disturbances.map(\.kind.rawValue).joined(separator: ", "))")
    }
    lines.append("cpu: \(run.record.machine.cpuModel)")
    return lines.map(\.printable)
  }
}
