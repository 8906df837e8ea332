/// What a gate says of one comparison.
public enum GateVerdict: String, Codable, CaseIterable, Hashable, Sendable {
  /// Worse than the base by more than the limit.
  case regression
  /// Not worse than the base by the limit or more.
  case pass
  /// Neither can be said yet; more rounds are to come.
  case undecided
  /// Neither can be said, and there are no more rounds.
  case inconclusive
}
