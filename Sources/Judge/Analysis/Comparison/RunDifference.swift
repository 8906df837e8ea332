/// Something in which two runs differ beside what they measured, and what that means for comparing them.
public struct RunDifference: Codable, Hashable, Sendable {
  /// What differs, for example `CPU model`.
  public let name: String
  /// What the base has.
  public let base: String
  /// What the candidate has.
  public let candidate: String
  /// How much it weighs.
  public let weight: Weight
  /// Why it matters, as a sentence.
  public let why: String

  /// How much a difference weighs.
  public enum Weight: String, Codable, CaseIterable, Hashable, Sendable {
    /// The two are unlike: ratios say more about this difference than about anything else, and are refused unless forced.
    case unlike
    /// It may be behind a change, or hide one.
    case doubtful
    /// It is usually what the comparison is about, such as Assay's version.
    case noted
  }

  init(_ name: String, _ base: String, _ candidate: String, _ weight: Weight, _ why: String) {
    self.name = name
    self.base = base
    self.candidate = candidate
    self.weight = weight
    self.why = why
  }

  /// nil where both have the same.
  init?<Value: Equatable>(
    _ name: String, _ base: Value, _ candidate: Value, _ weight: Weight, _ why: String,
    text: (Value) -> String = { "\($0)" }
  ) {
    guard base != candidate else { return nil }
    self.init(name, text(base), text(candidate), weight, why)
  }
}
