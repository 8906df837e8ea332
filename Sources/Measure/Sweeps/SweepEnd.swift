/// Why a sweep is over.
public enum SweepEnd: String, Codable, Hashable, Sendable {
  /// One cell is better than all others beyond the noise.
  case decided
  /// Several cells cannot be told apart, however often they were measured.
  case tied
  /// The budget ended before the best could be told apart.
  case budget
  /// No cell could be measured.
  case nothing
}
