import Glibc
import Records
import Statistics

extension GateJudge {
  /// What two records say that were measured at different times: rounds are no pairs, and nobody knows what moved between.
  ///
  /// - Throws: ``GateRefusal`` where they cannot be held against each other.
  public func result(base: Record, candidate: Record) throws(GateRefusal) -> GateResult {
    var notes = try GateRefusal.check(base: base, candidate: candidate)
    notes += Self.disturbed(base, "base") + Self.disturbed(candidate, "candidate")
    var (cases, tested): ([GateCase], [(index: Int, p: Double)]) = ([], [])
    var gaps = GateGaps()
    let others = Dictionary(candidate.cells.map { ($0.id, $0) }) { first, _ in first }
    for before in base.cells {
      guard let after = others[before.id] else {
        notes.append("Only the base has \(before.id), so that nothing is said of it.")
        continue
      }
      let judged = limits.judged(in: before.cell)
      guard let first = judged.first?.metric else {
        notes.append(Self.unlimited(before.id))
        continue
      }
      if let failed = GateCase(
        cell: before.id, metric: first, baseFailure: before.failure, candidateFailure: after.failure)
      {
        cases.append(failed)
        continue
      }
      for (metric, limit) in judged {
        switch unpaired(metric, limit, before, after) {
        case .missing(let reason, let isOneSided):
          if isOneSided || limits.isGiven(metric, in: before.cell) {
            cases.append(GateCase(cell: before.id, metric: metric, verdict: .inconclusive, reason: reason))
          } else if limits.isAskedFor(metric, in: before.cell) {
            gaps.add(metric, reason)
          }
        case .settled(let entry): cases.append(entry)
        case .tested(let entry, let p):
          tested.append((cases.count, p))
          cases.append(entry)
        }
      }
    }
    let known = Set(base.cells.map(\.id))
    notes += candidate.cells.filter { !known.contains($0.id) }
      .map { "Only the candidate has \($0.id), so that nothing is said of it." }
    for (place, adjusted) in zip(tested, Holm.adjusted(tested.map(\.p))) {
      if adjusted <= alpha { cases[place.index].verdict = .regression }
      explain(&cases[place.index], p: place.p, family: tested.count)
    }
    notes += gaps.notes + idleRules(base)
    return summary(
      cases, notes: notes,
      odds: GateOdds(falseAlarms: alpha, looks: [], nullAlarms: 0, family: tested.count, isPaired: false), effort: nil,
      isUnfit: false)
  }

  /// Says of an open case that is worse taken alone why that is not enough beside others.
  private func explain(_ entry: inout GateCase, p: Double, family: Int) {
    guard entry.verdict == .inconclusive, p <= alpha else { return }
    entry.reason =
      "It is worse than the limit taken alone, but not for certain among \(family) cases that are judged at once: "
      + "record more rounds, or judge fewer metrics and cells."
  }

  /// How many cells of a record were disturbed: what a gate that measures both in turns would have measured again.
  private static func disturbed(_ record: Record, _ name: String) -> [String] {
    let count = record.cells.count { !Disturbance.all(in: $0, latency: nil).isEmpty }
    guard count > 0 else { return [] }
    return [
      "The \(name) was disturbed in \(count) of \(record.cells.count) cells (see assay show); a gate that measures both in turns "
        + "repeats such rounds."
    ]
  }

  /// What two records say of a metric of a cell.
  private enum Unpaired {
    /// Passed or open so far, with the p-value of "no worse than the limit".
    case tested(GateCase, p: Double)
    /// Decided without a test, or without hope of one.
    case settled(GateCase)
    /// No values on one side or both.
    case missing(String, isOneSided: Bool)
  }

  private func unpaired(
    _ metric: Metric, _ limit: GateLimits.Limit, _ before: Record.CellResult, _ after: Record.CellResult
  ) -> Unpaired {
    let series = (MetricSeries(metric, of: before), MetricSeries(metric, of: after))
    var entry = GateCase(cell: before.id, metric: metric, verdict: .inconclusive, reason: nil)
    if let reason = series.0.missing ?? series.1.missing {
      return .missing(reason, isOneSided: series.0.missing == nil || series.1.missing == nil)
    }
    guard series.0.source == series.1.source else {
      entry.reason =
        "The base was metered by \(series.0.source ?? "nothing"), the candidate by \(series.1.source ?? "nothing")."
      return .settled(entry)
    }
    let share =
      switch limit {
      case .share(let share): share
      case .automatic, .off: GateLimits.least
      }
    let values = (series.0.independent, series.1.independent)
    if metric.scale == .difference {
      return .settled(GateCase(exact: metric, limit: share, base: values.0, candidate: values.1, into: entry))
    }
    let logarithms = (
      values.0.map { metric.worsening(from: 1, to: $0) }, values.1.map { metric.worsening(from: 1, to: $0) }
    )
    entry.fill(base: values.0, candidate: values.1)
    entry.worseBy = MannWhitney.hodgesLehmann(logarithms.0, logarithms.1).map(metric.share(of:))
    entry.interval = MannWhitney.interval(logarithms.0, logarithms.1).map(metric.shares(of:))
    (entry.limit, entry.isLimitAutomatic) = (share, limit == .automatic)
    let shift = metric.worsening(of: share)
    let above = MannWhitney.p(logarithms.0, logarithms.1, shift: shift, .greater)
    let below = MannWhitney.p(logarithms.0, logarithms.1, shift: shift, .less)
    if let below, below <= alpha { entry.verdict = .pass }
    entry.isImprovement =
      MannWhitney.p(logarithms.0, logarithms.1, shift: -shift, .less).map { $0 <= alpha } ?? false
    return above.map { .tested(entry, p: $0) } ?? .settled(entry)
  }
}
