import Glibc
import NumericFormats
import Records
import Statistics

/// Judges a candidate against its base: a pure function of what was measured.
///
/// The rule is ``GateRule``'s; here rounds become the numbers that it decides about, and its decisions become verdicts.
public struct GateJudge: Sendable {
  /// What a candidate may be worse by.
  public let limits: GateLimits
  /// The share of gates on candidates within their limits that may end in a regression.
  public let alpha: Double

  /// Makes a judge.
  public init(limits: GateLimits = GateLimits(), alpha: Double = 0.05) {
    self.limits = limits
    self.alpha = alpha
  }

  /// The fewest rounds with which anything can be told.
  public static let leastRounds = GateRule.leastRounds

  /// When it is looked whether everything is decided, for a number of rounds: at half of them, at three quarters and at the end. Earlier
  /// looks could decide hardly anything with what they may spend.
  public static func looks(rounds: Int) -> [Int] {
    let shares = [0.5, 0.75, 1].map { Int((Double(rounds) * $0).rounded(.up)) }
    return Array(Set(shares.map { max($0, leastRounds) })).sorted()
  }

  /// What the rounds of a trial say.
  ///
  /// - Throws: ``GateRefusal`` where the arms cannot be held against each other.
  public func result(of trial: Trial) throws(GateRefusal) -> GateResult {
    guard let base = trial.arms[.base]?.record, let candidate = trial.arms[.candidate]?.record else {
      return nothing(of: trial)
    }
    let differences = try GateRefusal.check(base: base, candidate: candidate)
    let ended = trial.end.map { $0 != .decided } ?? true
    let looks = Self.effectiveLooks(trial)
    let family = pairs(of: trial)
    let rule = try rule(looks)
    let judgement = rule.judge(family.timed.map(\.comparison), isOver: ended)
    var cases = zip(family.timed, judgement.outcomes).map { pairs, outcome in
      GateCase(
        pairs, outcome, looks: looks, isUnfit: trial.end == .disturbed,
        leastRounds: rule.leastRounds(family: family.timed.count))
    }
    cases += family.exact.map { GateCase(exact: $0) }
    cases += family.failed
    return summary(
      cases, notes: differences + family.notes + family.gaps.notes + idleRules(base) + Self.notes(of: trial),
      odds: GateOdds(
        falseAlarms: alpha, looks: looks, nullAlarms: judgement.nullAlarms?.alarms ?? 0, family: family.timed.count,
        isPaired: true), effort: GateResult.Effort(trial), isUnfit: trial.end == .disturbed)
  }

  /// Whether nothing is left to decide at a look.
  public func isDecided(_ trial: Trial, look: Int) -> Bool {
    let family = pairs(of: trial)
    guard !family.timed.isEmpty else { return true }
    guard let rule = try? GateRule(alpha: alpha, looks: trial.plan.looks) else { return false }
    return rule.decide(family.timed.map(\.comparison)).decisions.allSatisfy { $0.verdict != .undecided }
  }

  /// Whether more rounds could tell nothing: nothing that is judged scatters, and two rounds have shown so.
  public func isSettled(_ trial: Trial) -> Bool { trial.kept.count >= 2 && pairs(of: trial).timed.isEmpty }

  /// Refuses records whose difference would be called the candidate's.
  public static func requireAlike(base: Record, candidate: Record) throws(GateRefusal) {
    _ = try GateRefusal.check(base: base, candidate: candidate)
  }

  // MARK: Families

  /// What is judged of a trial.
  private struct Family {
    var timed: [GatePairs] = []
    var exact: [GatePairs] = []
    var failed: [GateCase] = []
    var notes: [String] = []
    var gaps = GateGaps()
  }

  private func pairs(of trial: Trial) -> Family {
    func results(_ arm: TrialArm) -> [String: Record.CellResult] {
      Dictionary((trial.arms[arm]?.record.cells ?? []).map { ($0.id, $0) }) { first, _ in first }
    }
    let arms = Dictionary(uniqueKeysWithValues: TrialArm.allCases.map { ($0, results($0)) })
    let ids = (trial.arms[.base]?.record.cells ?? []).map(\.id)
    var family = Family()
    for id in ids {
      let cell = arms.compactMapValues { $0[id] }
      add(cell, rounds: trial.kept.count, to: &family)
    }
    let known = Set(ids)
    for id in (trial.arms[.candidate]?.record.cells ?? []).map(\.id) where !known.contains(id) {
      family.notes.append("Only the candidate measures \(id), so that nothing is said of it.")
    }
    return family
  }

  private func add(_ results: [TrialArm: Record.CellResult], rounds: Int, to family: inout Family) {
    guard let base = results[.base] else { return }
    let judged = limits.judged(in: base.cell)
    guard let first = judged.first?.metric else {
      family.notes.append(Self.unlimited(base.id))
      return
    }
    let candidate = results[.candidate]
    if let failed = GateCase(
      cell: base.id, metric: first, baseFailure: base.failure ?? results[.null]?.failure,
      candidateFailure: candidate?.failure)
    {
      family.failed.append(failed)
      return
    }
    guard candidate != nil else {
      family.failed.append(
        GateCase(cell: base.id, metric: first, verdict: .inconclusive, reason: "The candidate does not measure it."))
      return
    }
    for (metric, limit) in judged {
      let pairs = GatePairs(metric, limit: limit, results, cell: base.cell, rounds: rounds)
      if let missing = pairs.missing {
        // What is only judged where it is measured is no gap.
        if limits.isGiven(metric, in: base.cell) {
          family.failed.append(GateCase(cell: base.id, metric: metric, verdict: .inconclusive, reason: missing))
        } else if limits.isAskedFor(metric, in: base.cell) {
          family.gaps.add(metric, missing)
        }
      } else if metric.scale == .difference {
        family.exact.append(pairs)
      } else {
        family.timed.append(pairs)
      }
    }
  }

  /// A note of a cell that nothing is judged of.
  static func unlimited(_ cell: String) -> String {
    "No limit says anything of \(cell), so that nothing is said of it."
  }

  // MARK: Rules

  /// Looks at the rounds that there are: where a trial ended before its plan did, and not for what it saw, the last look is at its end.
  static func effectiveLooks(_ trial: Trial) -> [Int] {
    let rounds = trial.kept.count
    guard let end = trial.end, end != .decided, end != .rounds, rounds >= leastRounds else { return trial.plan.looks }
    return trial.plan.looks.filter { $0 < rounds } + [rounds]
  }

  private func rule(_ looks: [Int]) throws(GateRefusal) -> GateRule {
    do { return try GateRule(alpha: alpha, looks: looks) } catch { throw GateRefusal("\(error)") }
  }
}
