/// Why a trial cannot begin or go on.
public struct TrialError: Error, Hashable, CustomStringConvertible {
  /// One sentence that says what to do.
  public let description: String
  /// The exit code of a command that ends with it.
  public let exitCode: Int32

  /// Makes an error.
  public init(_ description: String, exitCode: Int32 = 69) {
    self.description = description
    self.exitCode = exitCode
  }
}
