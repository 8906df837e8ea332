import LoadGen

/// What a test on a system did, as text: latencies, how much load there was, and what went wrong.
public struct TestReport {
  private let result: TestResult
  private let style: ReportStyle

  /// Makes a report.
  public init(_ result: TestResult, style: ReportStyle = ReportStyle()) {
    self.result = result
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String { (latencies + [""] + load).joined(separator: "\n") + "\n" }

  /// A table of percentiles, in milliseconds.
  private var latencies: [String] {
    guard let samples = result.sampleLatency else {
      return [style.text("No sample was answered, so there is no latency.", .bad)]
    }
    let percents = LatencySummary.percentiles.map { "p" + Figure.plain($0 * 100) }
    var table = TextTable(
      [.init("latency", unit: "ms")]
        + (percents + ["min", "mean", "max"]).map {
          .init($0, .right, dropOrder: ["p95", "p97"].contains($0) ? 1 : nil)
        }
        + [.init("n", .right, dropOrder: 2)])
    if let queries = result.queryLatency, queries != samples { table.add(row: row("queries", queries)) }
    table.add(row: row("samples", samples))
    var notes: [(lead: String, text: String)] = []
    if samples.resolution > 0 {
      notes.append(
        (
          "n",
          "beyond 10 million, percentiles come from a histogram and are rounded up by at most "
            + "\(Figure.percent(samples.resolution, decimals: 2))."
        ))
    }
    return table.rendered(style) + style.footnotes(notes)
  }

  private func row(_ name: String, _ summary: LatencySummary) -> [String] {
    let values = summary.values.map(Figure.milliseconds)
    return [name] + values
      + [
        Figure.milliseconds(summary.min), Figure.significant(summary.mean / 1e6), Figure.milliseconds(summary.max),
        Figure.exact(summary.count),
      ]
  }

  private var load: [String] {
    let faults = result.faults
    let share = Double(result.completedCount) / Double(max(result.sampleCount, 1))
    var lines: [(lead: String, text: String)] = [
      ("issued", "\(counted(result.queryCount, "query", "queries")), \(counted(result.sampleCount, "sample"))"),
      (
        "answered",
        "\(Figure.exact(result.completedCount)) samples: \(Figure.percent(share, decimals: share == 1 ? 0 : 3))"
      ),
    ]
    let bad = [
      (faults.failed, "failed"), (faults.unanswered, "never answered"), (faults.duplicates, "answered again"),
      (faults.unknown, "answers to nothing"),
    ].filter { $0.0 > 0 }
    if !bad.isEmpty {
      lines.append(("faults", bad.map { "\(Figure.exact($0.0)) \($0.1)" }.joined(separator: ", ")))
    }
    for reason in faults.reasons { lines.append(("reason", reason)) }
    if result.effective.scenario == .server, let bound = result.effective.targetLatency {
      let late = Double(result.overLatencyCount) / Double(max(result.completedCount, 1))
      lines.append(
        (
          "late",
          "\(Figure.exact(result.overLatencyCount)) beyond \(Figure.plain(Double(bound) / 1e6)) ms: "
            + Figure.percent(late, decimals: 3)
        ))
    }
    lines.append(
      (
        "concurrency",
        "\(Figure.plain(result.concurrency.mean)) samples on average, "
          + "\(Figure.exact(result.concurrency.peak)) at most"
      ))
    if faults.outOfOrder > 0 {
      lines.append(("order", "\(Figure.exact(faults.outOfOrder)) answered after a later one"))
    }
    if let lateness = result.lateness {
      lines.append(
        (
          "issued late",
          "p50 \(micro(lateness.values[0])), p99 \(micro(lateness.target)), "
            + "most \(micro(lateness.max)) us; counted as latency"
        ))
    }
    if let allocations = result.allocations, allocations > 0 {
      lines.append(("allocations", "\(Figure.exact(allocations)) on the measured thread"))
    }
    lines.append(("ended", Self.sentence(result.end)))
    return style.footnotes(lines)
  }

  private func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(Figure.exact(count)) \(count == 1 ? singular : plural ?? singular + "s")"
  }

  private func micro(_ nanoseconds: Int64) -> String { Figure.plain(Double(nanoseconds) / 1e3) }

  private static func sentence(_ end: TestResult.End) -> String {
    switch end {
    case .rule: "when the scenario's rule was met"
    case .maxDuration: "at the longest duration"
    case .maxQueryCount: "at the greatest number of queries"
    case .traceEnded: "with the trace"
    case .overloaded: "because too many samples waited for their answers: the system is slower than the load"
    case .silent: "because the system stopped answering"
    case .decided: "as soon as the verdict was clear"
    case .interrupted: "because it was stopped"
    }
  }
}
