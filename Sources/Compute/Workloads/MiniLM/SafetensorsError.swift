/// A safetensors file that cannot be read or that promises what it does not hold.
public struct SafetensorsError: Error, Hashable, CustomStringConvertible {
  /// What kind of thing is wrong.
  public enum Code: Hashable, Sendable {
    /// The file cannot be opened or read.
    case unreadable
    /// The file ends before what its header promises.
    case truncated
    /// The header is not what the format demands.
    case malformed
    /// There is no tensor of the name.
    case missingTensor
    /// The tensor is there, with another shape or an element type that cannot be used.
    case unexpectedTensor
  }

  /// What kind of thing is wrong.
  public let code: Code
  /// The file.
  public let path: String
  /// What is wrong in it.
  public let reason: String

  /// One sentence for the user.
  public var description: String { "The safetensors file \(path) cannot be used: \(reason)." }
}
