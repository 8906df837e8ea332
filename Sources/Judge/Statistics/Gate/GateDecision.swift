/// What a gate decided about one comparison.
public struct GateDecision: Codable, Hashable, Sendable {
  /// The verdict so far.
  public var verdict: GateVerdict = .undecided
  /// The index of the look that decided; of the last one that was taken where none did; nil before the first.
  public var look: Int?
  /// The p-value, after Holm's correction, of "no worse than the limit" at ``look``; small for a regression. nil without
  /// values.
  public var p: Double?
  /// The p-value of "at least as bad as the limit" at ``look``, uncorrected; small for a pass. nil without values.
  public var passP: Double?
  /// Whether the candidate is better than the base by more than the limit; decided like a regression, in a family of its own.
  public var isImprovement = false
  /// The p-value, after Holm's correction, of "not better by more than the limit", at the look at which this was decided or the
  /// last one.
  public var improvementP: Double?
}
