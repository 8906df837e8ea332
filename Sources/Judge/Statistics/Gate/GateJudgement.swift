/// All that a gate's rule says of a family of comparisons.
public struct GateJudgement: Codable, Hashable, Sendable {
  /// The rule.
  public let rule: GateRule
  /// One for each comparison, in their order.
  public let outcomes: [GateOutcome]
  /// The looks that were taken, with what they might spend.
  public let looks: [GateLook]
  /// The number of rounds of the next look; nil where there is none.
  public let nextRounds: Int?
  /// The largest share of families without a regression in which all looks together raise a false alarm.
  public let falseAlarmBound: Double
  /// What the same rule said of the base against itself; nil without a null arm.
  public let nullAlarms: NullAlarms?

  /// The rule on the null arm, which is not worse by construction.
  public struct NullAlarms: Codable, Hashable, Sendable {
    /// Comparisons of A2 with A1 that were called a regression or an improvement.
    public let alarms: Int
    /// Comparisons with a null arm.
    public let count: Int
    /// Their names.
    public let ids: [String]
  }

  /// The verdict over all: a regression where any is one, a pass where all pass.
  public var verdict: GateVerdict {
    let verdicts = outcomes.map(\.decision.verdict)
    if verdicts.contains(.regression) { return .regression }
    if verdicts.contains(.undecided) { return .undecided }
    return verdicts.isEmpty || verdicts.contains(.inconclusive) ? .inconclusive : .pass
  }
}
