/// An ONNX model that cannot become a graph, or was asked for what it does not have.
public struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of obstacle it is.
  public let kind: Kind
  /// What was wrong and where, and what would be right; a clause without full stop.
  public let reason: String

  /// Makes an error.
  public init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  /// Kinds of obstacles, each with its exit code.
  public enum Kind: Hashable, Sendable {
    /// The model contradicts itself or the standard: exit code 65.
    case malformed
    /// A valid model that uses what Assay has not; every such use: exit code 69.
    case unsupported([UnsupportedOperator])
    /// Extents depend on the values of these inputs, which must be given at import: exit code 64.
    case needsBinding([String])
    /// Extents of this input are not known and must be given: exit code 64.
    case needsShape(input: String)
    /// The options do not fit the model: exit code 64.
    case options
  }

  /// One sentence for the user.
  public var description: String { "\(reason.prefix(1).uppercased())\(reason.dropFirst())." }

  /// The exit code of a command that ends with this error.
  public var exitCode: Int32 {
    switch kind {
    case .malformed: 65
    case .unsupported: 69
    case .needsBinding, .needsShape, .options: 64
    }
  }

  /// Whether nothing is wrong but that extents or values of inputs have to be given.
  var isIncomplete: Bool {
    switch kind {
    case .needsBinding, .needsShape: true
    case .malformed, .unsupported, .options: false
    }
  }

  /// The inputs to bind, where that is what is missing.
  public var inputsToBind: [String]? {
    if case .needsBinding(let names) = kind { return names }
    return nil
  }
}
