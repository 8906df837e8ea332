/// Which BLAS kernels a run asked for, and what the library would have taken by itself.
public struct BLASChoice: Codable, Hashable, Sendable {
  /// `auto`, `library` or a core name, as the user asked.
  public var policy: String
  /// The core type put into OPENBLAS_CORETYPE, or nil for the library's own choice.
  public var requestedCore: String?
  /// The core that the library takes when nothing is asked for, as a probe process saw it; nil where the probe failed.
  public var libraryCore: String?
  /// OPENBLAS_CORETYPE as the run found it in its environment and set it aside; nil where it was not set.
  public var environmentCore: String?

  /// Makes a choice.
  public init(policy: String, requestedCore: String?, libraryCore: String?, environmentCore: String? = nil) {
    self.policy = policy
    self.requestedCore = requestedCore
    self.libraryCore = libraryCore
    self.environmentCore = environmentCore
  }
}
