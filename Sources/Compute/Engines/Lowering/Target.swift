import NumericFormats

/// What a model is lowered for: everything about the machine that numbers, kernels and tiles may depend on.
public struct Target: Hashable, Sendable {
  /// The instruction sets of Assay's own kernels.
  public let features: CPUFeatures
  /// The number of threads that work on the model together.
  public let threads: Int
  /// The greatest magnitude of 8-bit weights and of other s8 operands: 127, or 64 where products are added in 16 bits.
  public let integerLimit: Int
  /// What blocks are cut for.
  public let caches: CacheSizes
  /// Whether contracts are to be kept bit by bit rather than run fast.
  public let isEmulator: Bool
  /// Whether algorithms are chosen as for a batch of one, so that a sample's result does not depend on the batch that it is
  /// computed in, bit by bit.
  public let choosesAlike: Bool

  /// Makes a target.
  public init(
    features: CPUFeatures = .detect(), threads: Int = 1, integerLimit: Int = 127, caches: CacheSizes = .typical,
    isEmulator: Bool = false, choosesAlike: Bool = false
  ) {
    self.choosesAlike = choosesAlike
    self.isEmulator = isEmulator
    self.features = features
    self.threads = threads
    self.integerLimit = integerLimit
    self.caches = caches
  }

  /// The target of an engine for contracts, which give the limit of integers.
  public init(
    _ engine: any Engine, _ numerics: NumericsAssignment, features: CPUFeatures, threads: Int,
    caches: CacheSizes = .typical, choosesAlike: Bool = false
  ) {
    self.init(
      features: features, threads: threads, integerLimit: numerics.integerLimit, caches: caches,
      isEmulator: engine.isEmulator, choosesAlike: choosesAlike)
  }
}
