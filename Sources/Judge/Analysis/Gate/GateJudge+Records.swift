import Glibc
import Records
import Statistics

extension GateJudge {
  /// What two records say that were measured at different times: rounds are no pairs, and nobody knows what moved between.
  ///
  /// - Throws: ``GateRefusal`` where they cannot be held against each other.
  public func result(base: Record, candidate: Record) throws(GateRefusal) -> GateResult {
    var notes = try GateRefusal.check(base: base, candidate: candidate)
    var (cases, tested): ([GateCase], [(index: Int, p: Double)]) = ([], [])
    let others = Dictionary(candidate.cells.map { ($0.id, $0) }) { first, _ in first }
    for before in base.cells {
      guard let after = others[before.id] else {
        notes.append("Only the base has \(before.id), so that nothing is said of it.")
        continue
      }
      for metric in Metric.allCases {
        guard let limit = limits.limit(of: metric, in: before.cell) else { continue }
        guard let (entry, p) = unpaired(metric, limit, before, after) else { continue }
        if let p { tested.append((cases.count, p)) }
        cases.append(entry)
      }
    }
    let known = Set(base.cells.map(\.id))
    notes += candidate.cells.filter { !known.contains($0.id) }
      .map { "Only the candidate has \($0.id), so that nothing is said of it." }
    for (place, adjusted) in zip(tested, Holm.adjusted(tested.map(\.p))) where adjusted <= alpha {
      cases[place.index].verdict = .regression
    }
    return summary(
      cases, notes: notes,
      odds: GateOdds(falseAlarms: alpha, looks: [], nullAlarms: 0, family: tested.count, isPaired: false), effort: nil,
      isUnfit: false)
  }

  /// One case, passed or open, and the p-value of "no worse than the limit"; nil where it is not judged.
  private func unpaired(
    _ metric: Metric, _ limit: GateLimits.Limit, _ before: Record.CellResult, _ after: Record.CellResult
  ) -> (GateCase, Double?)? {
    let series = (MetricSeries(metric, of: before), MetricSeries(metric, of: after))
    var entry = GateCase(cell: before.id, metric: metric, verdict: .inconclusive, reason: nil)
    if let failure = after.failure, before.failure == nil {
      entry.verdict = .regression
      entry.reason = "The candidate failed where the base does not: \(failure.reason)."
      return (entry, nil)
    }
    guard series.0.missing == nil, series.1.missing == nil else {
      guard limits.isGiven(metric, in: before.cell) || series.0.missing == nil || series.1.missing == nil else {
        return nil
      }
      entry.reason = series.0.missing ?? series.1.missing
      return (entry, nil)
    }
    guard series.0.source == series.1.source else {
      entry.reason =
        "The base was metered by \(series.0.source ?? "nothing"), the candidate by \(series.1.source ?? "nothing")."
      return (entry, nil)
    }
    let share =
      switch limit {
      case .share(let share): share
      case .automatic, .off: GateLimits.least
      }
    let values = (series.0.independent, series.1.independent)
    if metric.scale == .difference {
      return (GateCase(exact: metric, limit: share, base: values.0, candidate: values.1, into: entry), nil)
    }
    let sign = metric.better == .lower ? 1.0 : -1
    let logarithms = (values.0.map { sign * log($0) }, values.1.map { sign * log($0) })
    entry.fill(base: values.0, candidate: values.1)
    entry.worseBy = MannWhitney.hodgesLehmann(logarithms.0, logarithms.1).map { expm1($0) }
    entry.interval = MannWhitney.interval(logarithms.0, logarithms.1).map(\.ratios)
    (entry.limit, entry.isLimitAutomatic) = (share, limit == .automatic)
    let shift = log1p(share)
    let above = MannWhitney.p(logarithms.0, logarithms.1, shift: shift, .greater)
    let below = MannWhitney.p(logarithms.0, logarithms.1, shift: shift, .less)
    if let below, below <= alpha { entry.verdict = .pass }
    entry.isImprovement =
      MannWhitney.p(logarithms.0, logarithms.1, shift: -shift, .less).map { $0 <= alpha } ?? false
    return (entry, above)
  }
}

extension Interval {
  /// The interval of ratios less 1 behind one of logarithms.
  var ratios: Interval {
    Interval(lower: expm1(lower), upper: expm1(upper), confidence: confidence, count: count)
  }
}
