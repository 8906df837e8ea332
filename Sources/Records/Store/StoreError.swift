/// A history that cannot be read or written.
public struct StoreError: Error, Hashable, CustomStringConvertible {
  /// What kind of fault it is.
  public let kind: Kind
  /// The history's path.
  public let path: String
  /// What was wrong and what would be right, as a clause.
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
    case .foreign, .damaged, .newer, .unusable: 65
    case .locked, .full, .cannotWrite: 73
    }
  }

  /// Kinds of faults, each with its exit code.
  public enum Kind: String, Hashable, Sendable {
    /// There is no such file, or it cannot be opened.
    case notFound
    /// It is no database, or one of another program.
    case foreign
    /// It was a history, and its pages or rows cannot be any more.
    case damaged
    /// A later version of the schema.
    case newer
    /// What is to be kept cannot be: a value that is not finite.
    case unusable
    /// Another process kept it locked for longer than it was waited for.
    case locked
    /// The disk, or what the user may have of it, is full.
    case full
    /// The file, its folder or the system refuses.
    case cannotWrite
  }
}
