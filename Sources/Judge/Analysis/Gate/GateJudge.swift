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
      GateCase(pairs, outcome, looks: looks, isUnfit: trial.end == .disturbed)
    }
    cases += family.exact.map { GateCase(exact: $0) }
    cases += family.decided
    return summary(
      cases,
      notes: shortfall(family.timed.count, rounds: trial.kept.count) + differences + family.notes + family.gaps.notes
        + idleRules(base) + RunComparison.warnings(base, candidate),
      odds: GateOdds(
        falseAlarms: alpha, looks: looks, nullAlarms: judgement.nullAlarms?.alarms ?? 0, family: family.timed.count,
        isPaired: true), effort: GateResult.Effort(trial), isUnfit: trial.end == .disturbed)
  }

  /// Whether nothing is left to decide at a look.
  public func isDecided(_ trial: Trial, look: Int) -> Bool {
    let family = pairs(of: trial)
    guard let rule = try? GateRule(alpha: alpha, looks: trial.plan.looks) else { return false }
    return rule.decide(family.timed.map(\.comparison)).decisions.allSatisfy { $0.verdict != .undecided }
  }

  /// Whether more rounds could tell nothing: nothing that is judged scatters, and two rounds have shown so.
  public func isSettled(_ trial: Trial) -> Bool { trial.kept.count >= 2 && pairs(of: trial).timed.isEmpty }

  /// Refuses, after the first round, arms whose difference would be called the candidate's, and a gate that cannot fail: with so few
  /// rounds that a regression of none of its cases could be told from chance.
  ///
  /// - Parameter rounds: how many are planned.
  public func requireUseful(_ arms: [TrialArm: Record], rounds: Int) throws(GateRefusal) {
    guard let base = arms[.base], let candidate = arms[.candidate] else { return }
    _ = try GateRefusal.check(base: base, candidate: candidate)
    guard let why = shortfall(pairs(of: arms, rounds: 1).timed.count, rounds: rounds).first else { return }
    throw GateRefusal("\(why) Give more --rounds, or judge fewer cells and metrics.")
  }

  /// A sentence where no case of so many can be told to be worse; nothing where one can.
  private func shortfall(_ cases: Int, rounds: Int) -> [String] {
    guard cases > 0, rounds > 0, let rule = try? rule([max(rounds, Self.leastRounds)]) else { return [] }
    let least = rule.leastRounds(family: cases)
    guard rounds < least else { return [] }
    return [
      "\(rounds) round\(rounds == 1 ? "" : "s") can tell no regression of \(cases) case\(cases == 1 ? "" : "s") from chance; "
        + "it takes \(least) at least."
    ]
  }

  // MARK: Families

  /// What is judged of a trial.
  private struct Family {
    var timed: [GatePairs] = []
    var exact: [GatePairs] = []
    var decided: [GateCase] = []
    var notes: [String] = []
    var gaps = GateGaps()
  }

  private func pairs(of trial: Trial) -> Family {
    pairs(of: trial.arms.mapValues(\.record), rounds: trial.kept.count)
  }

  private func pairs(of records: [TrialArm: Record], rounds: Int) -> Family {
    let arms = records.mapValues { Dictionary($0.cells.map { ($0.id, $0) }) { first, _ in first } }
    var family = Family()
    guard let record = records[.base] else { return family }
    let ids = record.cells.map(\.id)
    for id in ids {
      let cell = arms.compactMapValues { $0[id] }
      add(cell, rounds: rounds, of: record, to: &family)
    }
    let known = Set(ids)
    for id in (records[.candidate]?.cells ?? []).map(\.id) where !known.contains(id) {
      family.notes.append("Only the candidate measures \(id), so that nothing is said of it.")
    }
    return family
  }

  private func add(_ results: [TrialArm: Record.CellResult], rounds: Int, of record: Record, to family: inout Family) {
    guard let base = results[.base] else { return }
    switch GateCell.opening(base, null: results[.null], candidate: results[.candidate], of: record, limits) {
    case .unjudged(let why): family.notes.append(why)
    case .decided(let entry): family.decided.append(entry)
    case .open(let cell, let judged, let note):
      if let note { family.notes.append(note) }
      for (metric, limit) in judged {
        switch cell.gap(metric, limits) {
        case .open(let entry): family.decided.append(entry)
        case .unmeasured(let why): family.gaps.add(metric, why)
        case .unasked: break
        case nil:
          let pairs = GatePairs(metric, limit: limit, results, cell: base.cell, rounds: rounds)
          if metric.scale == .difference { family.exact.append(pairs) } else { family.timed.append(pairs) }
        }
      }
    }
  }

  // MARK: Rules

  /// Looks at the rounds that there are: where a trial ended before its plan did, and not for what it saw, the last look is at its end.
  static func effectiveLooks(_ trial: Trial) -> [Int] {
    let rounds = trial.kept.count
    guard let end = trial.end, end != .decided, rounds >= leastRounds else { return trial.plan.looks }
    return trial.plan.looks.filter { $0 < rounds } + [rounds]
  }

  private func rule(_ looks: [Int]) throws(GateRefusal) -> GateRule {
    do { return try GateRule(alpha: alpha, looks: looks) } catch { throw GateRefusal("\(error)") }
  }
}
