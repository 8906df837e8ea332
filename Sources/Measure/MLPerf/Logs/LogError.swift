/// A log that cannot be read.
public struct LogError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of fault.
  public enum Kind: Hashable, Sendable {
    /// It is not there.
    case missing
    /// It is not what it should be.
    case damaged
  }

  /// What kind of fault.
  public let kind: Kind
  /// The file.
  public let path: String
  /// The line, from 1; 0 where the whole file is meant.
  public let line: Int
  /// What is wrong, without a full stop.
  public let reason: String

  /// Makes an error.
  public init(kind: Kind, path: String, line: Int = 0, reason: String) {
    self.kind = kind
    self.path = path
    self.line = line
    self.reason = reason
  }

  init(_ error: InputFile.ReadError, path: String) {
    self.init(kind: error.isMissing ? .missing : .damaged, path: path, reason: error.reason)
  }

  /// One sentence for the user.
  public var description: String { "\(path)\(line > 0 ? ":\(line)" : ""): \(reason)." }
}
