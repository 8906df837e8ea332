/// Why a topology or a placement is not to be had.
public struct TopologyError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The kind of failure, for callers that choose an exit code.
  public enum Code: Hashable, Sendable {
    /// The file or the description cannot be read or is not a topology.
    case badSource
    /// There is no such file, or it may not be read.
    case notFound
    /// The library or the system refused.
    case unavailable
    /// More threads were asked for than this process may use, or fewer than one.
    case threads
  }

  /// The kind of failure.
  public let code: Code
  /// One sentence for the user.
  public let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
