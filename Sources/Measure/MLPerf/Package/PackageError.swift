/// Why a submission tree was not made.
public struct PackageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of fault.
  public enum Code: Hashable, Sendable {
    /// A name or an option is wrong.
    case usage
    /// A file is wrong, or a log is refused.
    case badData
    /// A file is not there.
    case missing
    /// The tree cannot be written.
    case output
  }

  /// What kind of fault.
  public let code: Code
  /// What is wrong, without a full stop.
  public let reason: String

  /// Makes an error.
  public init(code: Code, reason: String) {
    self.code = code
    self.reason = reason
  }

  /// One sentence for the user.
  public var description: String { "\(reason)." }
}
