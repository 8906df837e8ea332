import Analysis
import Records
import Reports

/// Compares two records and shows what came of it: of saved ones, and of what was just measured.
struct ComparisonDisplay {
  /// What the base is called, for example its file or its command.
  let base: String
  /// What the candidate is called.
  let candidate: String
  let metrics: [Metric]
  /// Of intervals.
  let confidence: Double
  /// Whether unlike runs are compared all the same.
  let isForced: Bool
  let output: CompareOutputOptions

  /// Compares and shows.
  ///
  /// - Parameter isPaired: whether the two were measured in turns, so that rounds of equal index are pairs.
  /// - Throws: ``CommandFailure`` with code 65 where the runs have nothing in common or are unlike.
  func show(base one: Record, candidate other: Record, isPaired: Bool) throws {
    let comparison = RunComparison(
      base: one, candidate: other, isPaired: isPaired, metrics: metrics, confidence: confidence)
    guard !comparison.cells.isEmpty else { throw nothingInCommon(comparison) }
    if !isForced { try Self.requireAlike(base: one, candidate: other) }
    try output.draw(ComparisonChart(comparison, base: base, candidate: candidate).svg)
    if output.json {
      try output.deliver(Terminal.text(json: comparison))
    } else if output.markdown {
      try output.deliver(ComparisonMarkdown(comparison, base: base, candidate: candidate).text)
    } else {
      try output.deliver(
        ComparisonReport(comparison, base: base, candidate: candidate, style: output.style).text)
    }
  }

  /// Refuses unlike runs before more of them is measured.
  static func requireAlike(base: Record, candidate: Record) throws {
    let comparison = RunComparison(base: base, candidate: candidate, isPaired: true, metrics: [])
    if let refusal = comparison.refusal {
      throw CommandFailure("\(refusal); add --force to see the changes all the same.", exitCode: 65)
    }
  }

  /// Shows the cells of one record side by side.
  static func show(_ comparison: ModeComparison, record: String, _ output: CompareOutputOptions) throws {
    try output.draw(ComparisonChart(comparison, record: record).svg)
    if output.json {
      try output.deliver(Terminal.text(json: comparison))
    } else if output.markdown {
      try output.deliver(ModeMarkdown(comparison, record: record).text)
    } else {
      try output.deliver(ModeReport(comparison, record: record, style: output.style).text)
    }
  }

  private func nothingInCommon(_ comparison: RunComparison) -> CommandFailure {
    func example(_ ids: [String]) -> String { ids.first.map { "`\($0.prefix(120))`" } ?? "nothing" }
    return CommandFailure(
      "\(base) and \(candidate) have no cell in common: the base has \(example(comparison.onlyInBase)), the candidate "
        + "\(example(comparison.onlyInCandidate)); measure both with the same workloads, precisions, engines, threads, "
        + "batches and scenarios.", exitCode: 65)
  }
}

extension CompareOutputOptions {
  /// The terminal's style; in a file there are no colours.
  var style: ReportStyle { output == nil ? Terminal.style : ReportStyle(width: 100, tableWidth: ReportStyle.widest) }
}
