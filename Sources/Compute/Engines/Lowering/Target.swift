/// What a model is lowered for: everything about the machine that the choice of kernels and tiles may depend on.
public struct Target: Hashable, Sendable {
  /// The instruction sets of Assay's own kernels.
  public let features: CPUFeatures
  /// The number of threads that work on the model together.
  public let threads: Int

  /// Makes a target.
  public init(features: CPUFeatures = .detect(), threads: Int = 1) {
    self.features = features
    self.threads = threads
  }
}
