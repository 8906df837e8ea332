import Records
import Statistics

/// What a gate says of one metric of one cell, and by which figures.
public struct GateCase: Codable, Hashable, Sendable {
  /// The cell's id.
  public let cell: String
  /// The metric.
  public let metric: Metric
  /// The verdict.
  public var verdict: Verdict
  /// Whether the candidate is better by more than the limit.
  public var isImprovement: Bool
  /// Why there is no verdict by figures, or what decided without them; a sentence.
  public var reason: String?
  /// The median of the base's rounds, in the metric's unit; nil where it has none.
  public var base: Double?
  /// The median of the candidate's rounds.
  public var candidate: Double?
  /// By how much the candidate is worse, as a share of the base (of accuracy: a difference); negative where it is better.
  public var worseBy: Double?
  /// The interval of ``worseBy``; nil where too few rounds allow none, and for metrics that do not scatter.
  public var interval: Interval?
  /// By how much it may be worse.
  public var limit: Double?
  /// Whether the limit was chosen from the noise that the null arm shows.
  public var isLimitAutomatic: Bool
  /// Half of the interval of the base against itself, as a share: the noise.
  public var noise: Double?
  /// The least true worsening that these rounds would have shown in four of five gates; nil where it does not scatter.
  public var detectable: Double?
  /// Rounds that were compared.
  public var rounds: Int
  /// The rounds after which it was decided; nil where it was not.
  public var decidedAt: Int?

  /// Whether it is worse by what does not scatter: by a failure, or by outputs that are the same in every round.
  var isCertainRegression: Bool { verdict == .regression && (metric.scale == .difference || limit == nil) }

  /// Makes a case without figures.
  public init(cell: String, metric: Metric, verdict: Verdict, reason: String?) {
    self.cell = cell
    self.metric = metric
    self.verdict = verdict
    self.reason = reason
    isImprovement = false
    isLimitAutomatic = false
    rounds = 0
  }
}
