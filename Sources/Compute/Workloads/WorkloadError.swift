/// A workload that does not exist, cannot be made, or was asked for what it does not have.
public struct WorkloadError: Error, Hashable, CustomStringConvertible {
  /// What went wrong.
  public enum Code: Hashable, Sendable {
    /// No workload has the name.
    case unknownName
    /// The model's files are not in the cache; `assay fetch` brings them.
    case modelMissing
    /// The model's files are there and do not hold what the graph needs.
    case modelDamaged
    /// A sample index, a batch or a buffer that does not fit.
    case outOfRange
    /// The graph was not made by this workload.
    case foreignGraph
  }

  /// What went wrong.
  public let code: Code
  /// One sentence for the user.
  public let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
