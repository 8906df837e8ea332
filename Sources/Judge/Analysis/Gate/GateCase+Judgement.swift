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
  ///
  /// - Parameter leastRounds: the fewest with which one of the cases can be told to be worse.
  init(_ pairs: GatePairs, _ outcome: GateOutcome, looks: [Int], isUnfit: Bool, leastRounds: Int) {
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
    if verdict == .inconclusive, rounds < leastRounds {
      reason = "\(rounds) rounds can tell nothing of so many cases; it takes \(leastRounds) at least."
    }
  }

  /// What a failure decides before any value is looked at; nil where nothing failed.
  init?(cell: String, metric: Metric, baseFailure: Record.Failure?, candidateFailure: Record.Failure?) {
    if let baseFailure {
      self.init(cell: cell, metric: metric, verdict: .inconclusive, reason: "The base failed: \(baseFailure.reason).")
    } else if let candidateFailure {
      self.init(
        cell: cell, metric: metric, verdict: .regression,
        reason: "The candidate failed where the base does not: \(candidateFailure.reason).")
    } else {
      return nil
    }
  }

  /// What is the same in every round of one program.
  init(exact pairs: GatePairs) {
    let entry = GateCase(cell: pairs.cell.id, metric: pairs.metric, verdict: .inconclusive, reason: nil)
    let share: Double =
      switch pairs.limit {
      case .share(let share): share
      case .automatic, .off: GateLimits.least
      }
    self.init(exact: pairs.metric, limit: share, base: pairs.base, candidate: pairs.candidate, into: entry)
  }

  /// Holds medians of values against each other that do not scatter.
  ///
  /// - Parameter limit: of ``Metric/accuracy`` a difference, of other metrics a share of the base's value.
  init(exact metric: Metric, limit: Double, base: [Double], candidate: [Double], into entry: GateCase) {
    self = entry
    fill(base: base, candidate: candidate)
    self.limit = limit
    guard let before = self.base, let after = self.candidate else { return }
    let worse = metric.better == .lower ? after - before : before - after
    // Of nothing every error is infinitely much more.
    worseBy = metric == .accuracy ? worse : worse == 0 ? 0 : worse / abs(before)
    guard let worseBy else { return }
    verdict = worseBy > limit ? .regression : .pass
    isImprovement = worseBy < -limit
    if !worseBy.isFinite {
      self.worseBy = nil
      reason = "The base has no error at all, and the candidate has one."
    }
    if Set(base).count > 1 || Set(candidate).count > 1 {
      reason = "The values differ from round to round, which they should not: outputs are not the same every time."
    }
  }

  /// Takes the figures of both sides.
  mutating func fill(base: [Double], candidate: [Double]) {
    self.base = Median.of(base)
    self.candidate = Median.of(candidate)
    rounds = min(base.count, candidate.count)
  }
}
