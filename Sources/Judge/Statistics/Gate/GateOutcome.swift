/// A gate's decision about one comparison, with the figures behind it. Effects and bounds are logarithms of ratios, positive
/// for worse.
public struct GateOutcome: Codable, Hashable, Sendable {
  /// Names the comparison.
  public let id: String
  /// What was decided.
  public let decision: GateDecision
  /// Rounds with a value of this comparison at the look of the decision.
  public let pairs: Int
  /// The practical limit as a ratio less 1, as it was at that look.
  public let limit: Double
  /// Where the limit is from.
  public let limitSource: GateComparison.LimitSource
  /// Hodges and Lehmann's estimate of the effect; nil without values.
  public let estimate: Double?
  /// The exact interval of the effect, of 95 %, looked at alone; nil for too few values.
  public let interval: Interval?
  /// The bound that lies above the limit for a regression: one-sided, at the look's level shared over the family. nil for too
  /// few values.
  public let lowerBound: Double?
  /// The bound that lies below the limit for a pass: one-sided, at the look's level. nil for too few values.
  public let upperBound: Double?
  /// Half of the width of the null's interval of 95 %: the noise floor. nil for too few values.
  public let nullHalfWidth: Double?
  /// The smallest true effect, as a ratio less 1, that the last look would have called a regression in 80 % of gates; nil where
  /// the null has too few values or the looks too few rounds for any.
  public let minimumDetectableEffect: Double?
}
