import Glibc
import Records
import Statistics

extension GatePairs {
  /// What the rule decides about.
  var comparison: GateComparison {
    let share: Double? =
      switch limit {
      case .share(let share): expm1(metric.worsening(of: share))
      case .automatic, .off: nil
      }
    return GateComparison(id: "\(cell.id) \(metric.rawValue)", effects: effects, null: noise, limit: share)
  }
}

extension GateCase {
  /// What the rule decided about rounds that scatter.
  init(_ pairs: GatePairs, _ outcome: GateOutcome, looks: [Int], isUnfit: Bool) {
    self.init(cell: pairs.cell.id, metric: pairs.metric, verdict: .inconclusive, reason: nil)
    fill(base: pairs.base, candidate: pairs.candidate)
    switch outcome.decision.verdict {
    case .pass: verdict = .pass
    case .regression: verdict = .regression
    case .undecided, .inconclusive: verdict = isUnfit ? .unfit : .inconclusive
    }
    isImprovement = outcome.decision.isImprovement
    worseBy = outcome.estimate.map(metric.share(of:))
    interval = outcome.interval.map(metric.shares(of:))
    limit = metric.share(of: log1p(outcome.limit))
    isLimitAutomatic = pairs.limit == .automatic
    noise = outcome.nullHalfWidth.map(metric.share(of:))
    detectable = outcome.minimumDetectableEffect.map { metric.share(of: log1p($0)) }
    self.rounds = outcome.pairs
    let isDecided = outcome.decision.verdict == .pass || outcome.decision.verdict == .regression
    decidedAt = isDecided ? outcome.decision.look.flatMap { looks.indices.contains($0) ? looks[$0] : nil } : nil
  }

  /// What is the same in every round of one program.
  init(exact pairs: GatePairs) {
    let entry = GateCase(cell: pairs.cell.id, metric: pairs.metric, verdict: .inconclusive, reason: nil)
    let share: Double =
      switch pairs.limit {
      case .share(let share): share
      case .automatic, .off: GateLimits.automatic(pairs.metric)
      }
    self.init(exact: pairs.metric, limit: share, base: pairs.base, candidate: pairs.candidate, into: entry)
  }

  /// Holds the worst rounds of both sides against each other: every round of a program should say the same.
  ///
  /// - Parameter limit: of ``Metric/accuracy`` a difference, of other metrics a share of the base's value.
  init(exact metric: Metric, limit: Double, base: [Double], candidate: [Double], into entry: GateCase) {
    self = entry
    rounds = min(base.count, candidate.count)
    self.limit = limit
    func worst(_ values: [Double]) -> Double? { metric.better == .lower ? values.max() : values.min() }
    guard let before = worst(base), let after = worst(candidate) else { return }
    (self.base, self.candidate) = (before, after)
    let worse = metric.better == .lower ? after - before : before - after
    // Of nothing every error is infinitely much more.
    let worseBy = metric == .accuracy ? worse : worse == 0 ? 0 : worse / abs(before)
    self.worseBy = worseBy.isFinite ? worseBy : nil
    verdict = worseBy > limit ? .regression : .pass
    isImprovement = worseBy < -limit
    if !worseBy.isFinite { reason = "The base has no error at all, and the candidate has one." }
    guard Set(base).count > 1 || Set(candidate).count > 1 else { return }
    reason = "Outputs are not the same in every round, which they should be; the worst rounds are compared."
    // Where the base's come and go too, the worst of a few rounds is chance.
    if verdict == .regression, Set(base).count > 1 { verdict = .inconclusive }
    isImprovement = false
  }

  /// Takes the figures of both sides.
  mutating func fill(base: [Double], candidate: [Double]) {
    self.base = Median.of(base)
    self.candidate = Median.of(candidate)
    rounds = min(base.count, candidate.count)
  }
}
