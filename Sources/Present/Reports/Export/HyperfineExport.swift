import Analysis
import Records
import Statistics

/// Runs as hyperfine's JSON: a result a SingleStream cell, whose times are the median latencies of its rounds in seconds.
///
/// Source: hyperfine's README, "Export formats", and its `--export-json`. The time of CPUs in user and system mode is not
/// measured, so that both are `null`.
struct HyperfineExport: Exporter {
  private let runs: [ExportRun]

  init(_ runs: [ExportRun]) { self.runs = runs }

  var texts: [String] { [JSONText.object([("results", .array(runs.flatMap(\.cells).compactMap(result)))]).file] }

  var leftOut: [(id: String, reason: String)] {
    runs.flatMap(\.cells).filter { !$0.figures.isEmpty && $0.points(.latency).isEmpty }.map {
      ($0.id, "has no place in the file, which holds latencies alone.")
    }
  }

  private func result(_ cell: ExportCell) -> JSONText? {
    let times = cell.points(.latency).map(\.value)
    guard let mean = Average.mean(times), let least = times.min(), let most = times.max(),
      let median = Median.of(times)
    else { return nil }
    let exitCodes = times.map { _ in JSONText.whole(0) }
    return .object([
      ("command", .text(cell.id)), ("mean", .number(mean)),
      ("stddev", Average.standardDeviation(times).map { .number($0) } ?? .null), ("median", .number(median)),
      ("user", .null), ("system", .null), ("min", .number(least)), ("max", .number(most)),
      ("times", .array(times.map { .number($0) })), ("exit_codes", .array(exitCodes)),
      (
        "parameters",
        .object([
          ("workload", .text(cell.cell.workload)), ("precision", .text(cell.precision)),
          ("engine", .text(cell.cell.engine)),
          ("threads", .text("\(cell.cell.placement.threads)")), ("batch", .text("\(cell.cell.batch)")),
        ])
      ),
    ])
  }
}
