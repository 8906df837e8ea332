/// Why runs cannot be exported as somebody asked.
public struct ExportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of mistake it is.
  public enum Kind: Hashable, Sendable {
    /// The format cannot hold what was asked for.
    case usage
    /// The file that was to be appended to is of another shape.
    case badData
  }

  /// What kind of mistake it is.
  public let kind: Kind
  /// A sentence that says what to do.
  public let description: String

  /// Makes an error.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// The exit code of a command that ends with it.
  public var exitCode: Int32 {
    switch kind {
    case .usage: 64
    case .badData: 65
    }
  }
}
