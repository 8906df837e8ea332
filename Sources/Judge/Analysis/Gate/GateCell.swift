import Records

/// One cell of base and candidate, and what of it is decided before figures are: the same for trials and for two records.
struct GateCell {
  /// The cell of the base, and its second one where there is a null arm.
  private let bases: [Record.CellResult]
  /// The candidate's.
  private let candidate: Record.CellResult
  /// Why figures of speed belong to no configuration.
  private let misplaced: String?
  /// The candidate computes something else, and nothing judges how far off it is.
  private let isOtherWork: Bool

  /// What is known of a cell without its figures.
  enum Opening {
    /// Nothing is judged of it; a sentence says why.
    case unjudged(String)
    /// It is decided.
    case decided(GateCase)
    /// Figures decide, of these metrics. A note says what else should be known.
    case open(GateCell, judged: [(metric: Metric, limit: GateLimits.Limit)], note: String?)
  }

  /// Why a metric of a cell cannot be judged.
  enum Gap {
    /// It leaves the gate inconclusive.
    case open(GateCase)
    /// It was asked for where it is measured, and it is not.
    case unmeasured(String)
    /// Nobody asked for it.
    case unasked
  }

  /// Looks at a cell.
  ///
  /// - Parameters:
  ///   - null: the base's second one; nil where there is no null arm.
  ///   - candidate: nil where the candidate does not measure it.
  ///   - record: the base's.
  static func opening(
    _ base: Record.CellResult, null: Record.CellResult?, candidate: Record.CellResult?, of record: Record,
    _ limits: GateLimits
  ) -> Opening {
    let judged = limits.judged(in: base.cell)
    guard let first = judged.first?.metric else {
      return .unjudged("No limit says anything of \(base.id), so that nothing is said of it.")
    }
    func decided(_ verdict: Verdict, _ reason: String) -> Opening {
      .decided(GateCase(cell: base.id, metric: first, verdict: verdict, reason: reason))
    }
    if let failure = base.failure ?? null?.failure {
      return decided(.inconclusive, "The base failed: \(failure.reason).")
    }
    guard let candidate else { return decided(.inconclusive, "The candidate does not measure it.") }
    if let failure = candidate.failure {
      return decided(.regression, "The candidate failed where the base does not: \(failure.reason).")
    }
    let isOther = CellComparison.computesOtherOutputs(base, candidate)
    let judge = isOther ? FidelityFinder(record).fidelity(of: base.cell) : nil
    let isJudged = judge.map { limits.limit(of: .fidelity, in: $0.cell) != nil } ?? false
    let note =
      isJudged ? "\(base.id) computes other outputs in the candidate; \(judge?.id ?? "") judges by how far." : nil
    return .open(
      GateCell(base, null: null, candidate: candidate, isOtherWork: isOther && !isJudged), judged: judged, note: note)
  }

  private init(
    _ base: Record.CellResult, null: Record.CellResult?, candidate: Record.CellResult, isOtherWork: Bool
  ) {
    bases = [base, null].compactMap(\.self)
    self.candidate = candidate
    self.isOtherWork = isOtherWork
    misplaced = bases.lazy.compactMap { CellComparison.misplacement($0, candidate) }.first
  }

  /// Why a metric cannot be judged; nil where figures decide.
  func gap(_ metric: Metric, _ limits: GateLimits) -> Gap? {
    func open(_ reason: String) -> Gap {
      .open(GateCase(cell: candidate.id, metric: metric, verdict: .inconclusive, reason: reason))
    }
    let sides = bases.map { ("base", $0) } + [("candidate", candidate)]
    let missing = sides.map { (name: $0.0, reason: MetricSeries(metric, of: $0.1).missing) }
    if let first = missing.first(where: { $0.reason != nil }), let reason = first.reason {
      // What one side has and the other has not is lost.
      if missing.contains(where: { $0.reason == nil }) { return open("The \(first.name) has no value: \(reason)") }
      if limits.isGiven(metric, in: candidate.cell) { return open(reason) }
      return limits.isAskedFor(metric, in: candidate.cell) ? .unmeasured(reason) : .unasked
    }
    for base in bases {
      if let obstacle = MetricComparison.obstacle(metric, base, candidate, misplaced: misplaced) {
        return open(obstacle)
      }
    }
    guard metric.scale == .ratio, isOtherWork else { return nil }
    return open(
      "The candidate computes other outputs, and no limit of fidelity judges them: the work may not be the same.")
  }
}
