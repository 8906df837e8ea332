import Glibc

/// What a gate knows of one cell in one metric.
public struct GateComparison: Codable, Hashable, Sendable {
  /// Names it in what is reported.
  public let id: String
  /// ln(B/A1) of every round, signed so that positive is worse; nil for a round without a value.
  public let effects: [Double?]
  /// ln(A2/A1) of every round, signed alike; nil for a round without a value. Empty where there was no null arm.
  public let null: [Double?]
  /// By which ratio less 1 the candidate may be worse, for example 0.03; nil for the larger of the rule's least limit and twice
  /// the half-width of the null's interval, ``mostAutomatic`` at most.
  public let limit: Double?

  /// Makes a comparison; values that are not finite count as missing.
  public init(id: String, effects: [Double?], null: [Double?] = [], limit: Double? = nil) {
    self.id = id
    self.effects = effects.map { $0.flatMap { $0.isFinite ? $0 : nil } }
    self.null = null.map { $0.flatMap { $0.isFinite ? $0 : nil } }
    self.limit = limit.flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
  }

  /// The widest limit, as a ratio less 1, that noise may bring about: a machine that is noisier still leaves open what it
  /// cannot tell instead of letting it pass.
  public static let mostAutomatic = 0.1

  /// Where a limit is from.
  public enum LimitSource: String, Codable, Hashable, Sendable {
    /// Given by the user.
    case given
    /// The rule's least limit: the null's interval is narrower, or there are not enough values of the null for one.
    case least
    /// Twice the half-width of the null's interval, or ``mostAutomatic``.
    case null
  }

  /// The limit as a logarithm after some rounds, and where it is from.
  func limit(after rounds: Int, _ rule: GateRule) -> (logarithm: Double, source: LimitSource) {
    if let limit { return (log1p(limit), .given) }
    let least = log1p(rule.leastLimit)
    guard let halfWidth = nullHalfWidth(after: rounds), 2 * halfWidth > least else { return (least, .least) }
    return (min(2 * halfWidth, max(least, log1p(Self.mostAutomatic))), .null)
  }

  /// Half of the width of the null's exact interval of 95 %, as a logarithm; nil for fewer than 6 values.
  public func nullHalfWidth(after rounds: Int) -> Double? {
    SignedRank.interval(null.prefix(max(0, rounds)).compactMap { $0 })?.halfWidth
  }

  /// The same comparison of A2 with A1 instead of B with A1, with a limit that is given.
  func ofNull(limit: Double) -> GateComparison {
    GateComparison(id: id, effects: null, null: [], limit: limit)
  }
}
