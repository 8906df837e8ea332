/// What is wrong with the numbers of a gate's rule.
public enum GateRuleFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Alpha is not a probability that could be meant.
  case alpha(Double)
  /// Looks that cannot be.
  case looks([Int])
  /// A limit that cannot be.
  case limit(Double)

  /// A sentence for people.
  public var description: String {
    switch self {
    case .alpha(let value): "The false-alarm rate must lie above 0 and be at most 0.5, not \(value)."
    case .looks(let looks):
      "Looks must be ascending numbers of rounds, the first at least \(GateRule.leastRounds), because fewer can never be "
        + "significant, the last at most \(GateRule.mostRounds), not \(looks.map(String.init).joined(separator: ", "))."
    case .limit(let value): "A practical limit must be 0 or more, such as 0.03 for 3 %, not \(value)."
    }
  }
}
