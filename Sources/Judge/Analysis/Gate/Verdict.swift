/// What a gate says of a cell's metric, and of everything.
public enum Verdict: String, Codable, CaseIterable, Hashable, Sendable {
  /// The candidate is not worse than the limit allows.
  case pass
  /// It is worse than the limit allows.
  case regression
  /// Neither can be told with these rounds.
  case inconclusive
  /// The machine was disturbed too often for anything to be told.
  case unfit = "environment unfit"
}
