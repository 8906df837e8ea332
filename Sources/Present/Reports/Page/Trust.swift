import Analysis
import NumericFormats
import Records

/// How far a run can be trusted, by what it saw of itself: the doubts, each with what to do, and a verdict over all of them.
struct Trust {
  /// The verdict.
  enum Verdict: String {
    /// Nothing was seen that would distort the figures.
    case good
    /// Something was seen; the figures hold with that in mind.
    case care
    /// Something was seen under which figures mean little.
    case bad

    /// The verdict in words, behind a sign that needs no colour.
    var words: String {
      switch self {
      case .good: "✓ Nothing was seen that would distort these figures"
      case .care: "! With care: something may have moved these figures"
      case .bad: "✗ Do not rely on these figures yet"
      }
    }
  }

  /// The worst of the doubts.
  let verdict: Verdict
  /// What was seen, each a sentence.
  let doubts: [String]

  /// Intervals that are wider than this share of the mean, either way, hide differences that people look for.
  static let wide = 0.05

  init(record: Record, summary: RunSummary, canaries: CanaryDrift?) {
    var doubts: [(verdict: Verdict, text: String)] = []
    func doubt(_ verdict: Verdict, _ text: String) { doubts.append((verdict, text)) }
    func cells(_ count: Int, _ verb: (one: String, many: String)) -> String {
      "\(count) of \(Figure.counted(summary.cells.count, "cell")) \(count == 1 ? verb.one : verb.many)"
    }
    if record.tool.configuration != "release" {
      doubt(
        .bad,
        "Assay was built for \(record.tool.configuration), not release: its own loops are slow. Build with -c release.")
    }
    if let canaries, canaries.arithmetic.hasMoved || canaries.memory.hasMoved {
      doubt(
        .bad,
        "The machine itself moved while it was measured, by loops that never change. Measure again when it is quiet.")
    }
    let differing = summary.cells.count { $0.outputsAgree == false }
    if differing > 0 {
      doubt(
        .bad,
        "\(cells(differing, ("computed", "computed"))) other outputs from round to round, so the work was not the same."
      )
    }
    let timed = summary.cells.filter { $0.throughput != nil }
    let single = timed.count { ($0.throughput?.processes.count ?? 0) < 2 }
    if single > 0 {
      doubt(
        single == timed.count ? .bad : .care,
        "\(cells(single, ("has", "have"))) one process only, so nothing says how much another would differ. "
          + "Take more rounds."
      )
    }
    if record.status == .incomplete {
      let missing = record.cells.count { !$0.isFinished }
      doubt(.care, "The run is incomplete: \(cells(missing, ("has", "have"))) rounds to go. Complete it with --resume.")
    }
    let failed = summary.cells.count { $0.failure != nil }
    if failed > 0 { doubt(.care, "\(cells(failed, ("failed", "failed"))); see below.") }
    let misplaced = summary.cells.count(where: \.isMisplaced)
    if misplaced > 0 {
      doubt(
        .care,
        "\(cells(misplaced, ("ran", "ran"))) elsewhere than asked for and compete\(misplaced == 1 ? "s" : "") for nothing here."
      )
    }
    let disturbed = timed.filter { !$0.disturbances.isEmpty && !$0.isMisplaced }.count
    if disturbed > 0 {
      doubt(.care, "\(cells(disturbed, ("was", "were"))) disturbed; the warnings say by what and what to do.")
    }
    let wide = timed.count { ($0.throughput?.relativeHalfWidth ?? 0) > Self.wide }
    if wide > 0 {
      doubt(
        .care,
        "The intervals of \(cells(wide, ("are", "are"))) wider than ±5 %. More rounds, or a quieter "
          + "machine, make them narrower."
      )
    }
    let few = timed.count { $0.latency.map { !$0.p99.isTrustworthy } ?? false }
    if few > 0 {
      doubt(.care, "\(cells(few, ("has", "have"))) too few queries for p99 (marked ?). Ask for more (--min-queries).")
    }
    if !record.warnings.isEmpty {
      doubt(
        .care, "The machine gave cause for \(Figure.counted(record.warnings.count, "warning")) before anything ran.")
    }
    if summary.cells.allSatisfy({ $0.finishedRounds == 0 }) { doubt(.bad, "No cell has a result yet.") }
    self.doubts = doubts.sorted { ($0.verdict == .bad ? 0 : 1) < ($1.verdict == .bad ? 0 : 1) }.map(\.text)
    verdict = doubts.contains { $0.verdict == .bad } ? .bad : doubts.isEmpty ? .good : .care
  }
}
