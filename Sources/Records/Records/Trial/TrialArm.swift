/// What is measured in turns: one build, another, and the first again.
public enum TrialArm: String, Codable, CaseIterable, CodingKeyRepresentable, Hashable, Sendable {
  /// The build to compare with (A1).
  case base
  /// The build in question (B).
  case candidate
  /// The base once more (A2), exactly as the candidate is measured: what it seems to differ from the base by is noise.
  case null
}
