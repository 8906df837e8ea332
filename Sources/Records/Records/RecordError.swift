/// A record that cannot be read or written.
public struct RecordError: Error, Hashable, CustomStringConvertible {
  /// What kind of fault it is.
  public let kind: Kind
  /// The record's path.
  public let path: String
  /// What was wrong and what would be right.
  public let reason: String

  /// Makes an error.
  public init(kind: Kind, path: String, reason: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
  }

  /// One sentence for the user.
  public var description: String { "\(path): \(reason)." }

  /// The exit code of a command that ends with this error.
  public var exitCode: Int32 {
    switch kind {
    case .notFound: 66
    case .damaged, .newer: 65
    case .cannotWrite: 73
    }
  }

  /// Kinds of faults, each with its exit code.
  public enum Kind: String, Hashable, Sendable {
    /// There is no such file, or it cannot be opened.
    case notFound
    /// It is no record, or its figures contradict each other.
    case damaged
    /// A later version of the schema.
    case newer
    /// The folder or the disk refuses.
    case cannotWrite
  }
}
