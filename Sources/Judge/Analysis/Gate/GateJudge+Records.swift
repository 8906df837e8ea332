import Glibc
import Records
import Statistics

extension GateJudge {
  /// What two records say that were measured at different times: rounds are no pairs, and nobody knows what moved between.
  ///
  /// - Throws: ``GateRefusal`` where they cannot be held against each other.
  public func result(base: Record, candidate: Record) throws(GateRefusal) -> GateResult {
    guard base.createdAt != candidate.createdAt || base.cells != candidate.cells else {
      throw GateRefusal(
        "Base and candidate are the same measurement, which says nothing of a candidate; give another record.")
    }
    var notes = try GateRefusal.check(base: base, candidate: candidate)
    notes +=
      RunComparison.warnings(base, candidate) + Self.disturbed(base, "base") + Self.disturbed(candidate, "candidate")
    var (cases, tested): ([GateCase], [(index: Int, p: Double)]) = ([], [])
    var gaps = GateGaps()
    let others = Dictionary(candidate.cells.map { ($0.id, $0) }) { first, _ in first }
    for before in base.cells {
      let after = others[before.id]
      switch GateCell.opening(before, null: nil, candidate: after, of: base, limits) {
      case .unjudged(let why): notes.append(why)
      case .decided(let entry): cases.append(entry)
      case .open(let cell, let judged, let note):
        guard let after else { continue }
        if let note { notes.append(note) }
        for (metric, limit) in judged {
          switch cell.gap(metric, limits) {
          case .open(let entry): cases.append(entry)
          case .unmeasured(let why): gaps.add(metric, why)
          case .unasked: break
          case nil:
            let (entry, p) = unpaired(metric, limit, before, after)
            if let p { tested.append((cases.count, p)) }
            cases.append(entry)
          }
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
  ///
  /// - Returns: the case, passed or open so far; and the p-value of "no worse than the limit", nil where there is no test.
  private func unpaired(
    _ metric: Metric, _ limit: GateLimits.Limit, _ before: Record.CellResult, _ after: Record.CellResult
  ) -> (GateCase, p: Double?) {
    var entry = GateCase(cell: before.id, metric: metric, verdict: .inconclusive, reason: nil)
    let share =
      switch limit {
      case .share(let share): share
      case .automatic, .off: GateLimits.automatic(metric)
      }
    let values = (MetricSeries(metric, of: before).independent, MetricSeries(metric, of: after).independent)
    if metric.scale == .difference {
      return (GateCase(exact: metric, limit: share, base: values.0, candidate: values.1, into: entry), nil)
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
    return (entry, above)
  }
}
