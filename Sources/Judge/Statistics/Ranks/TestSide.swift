/// What a test holds to be the alternative to "no shift".
public enum TestSide: String, Codable, Hashable, Sendable {
  /// A shift of either sign.
  case twoSided
  /// The values, or the second sample, are shifted upwards.
  case greater
  /// The values, or the second sample, are shifted downwards.
  case less

  /// The p-value of this side from both tails, each of which includes the value that was observed.
  func p(lower: Double, upper: Double) -> Double {
    switch self {
    case .twoSided: min(1, 2 * min(lower, upper))
    case .greater: min(1, upper)
    case .less: min(1, lower)
    }
  }
}
