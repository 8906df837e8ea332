/// What is wrong with a configuration file.
public struct UserConfError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Whether the file is there and could be read.
  public enum Kind: Hashable, Sendable {
    /// It cannot be read.
    case unreadable
    /// Its contents are wrong.
    case contents
  }

  /// What kind of fault.
  public let kind: Kind
  /// The file.
  public let file: String
  /// The line, from 1; 0 where the whole file is meant.
  public let line: Int
  /// What is wrong and what would be right.
  public let reason: String

  /// Makes an error.
  public init(kind: Kind = .contents, file: String, line: Int = 0, reason: String) {
    self.kind = kind
    self.file = file
    self.line = line
    self.reason = reason
  }

  /// One sentence for the user, with the place.
  public var description: String { "\(file)\(line > 0 ? ":\(line)" : ""): \(reason)." }
}
