/// An ONNX model that cannot be read, used or written.
public struct ONNXError: Error, Hashable, CustomStringConvertible {
  /// What kind of fault it is.
  public let kind: Kind
  /// The file, where the fault belongs to one.
  public let path: String?
  /// What was wrong and where, and what would be right; no full stop.
  public let reason: String

  /// Makes an error.
  public init(_ kind: Kind, path: String? = nil, _ reason: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
  }

  /// One sentence for the user.
  public var description: String { path.map { "\($0): \(reason)." } ?? "\(reason.capitalizedFirst)." }

  /// The exit code of a command that ends with this error.
  public var exitCode: Int32 {
    switch kind {
    case .notFound: 66
    case .damaged: 65
    case .unsupported: 69
    case .cannotWrite: 73
    }
  }

  /// The same fault, said of the file at `path` unless it names one already.
  public func inFile(_ path: String?) -> ONNXError {
    ONNXError(kind, path: self.path ?? path, reason)
  }

  /// Kinds of faults, each with its exit code.
  public enum Kind: String, Hashable, Sendable {
    /// There is no such file, or it cannot be opened.
    case notFound
    /// It is no ONNX model, it is damaged, or it contradicts itself.
    case damaged
    /// A valid model that uses something Assay has not.
    case unsupported
    /// The folder or the disk refuses.
    case cannotWrite
  }
}

extension String {
  /// A name from a file, as an error sentence may show it: quoted, on one line, of bounded length.
  var quoted: String {
    var shown = UnicodeScalarView()
    for scalar in unicodeScalars.prefix(80) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: shown.append("\u{FFFD}")
      default: shown.append(scalar)
      }
    }
    return "'\(String(shown))\(unicodeScalars.dropFirst(80).isEmpty ? "" : "…")'"
  }

  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
