import CKernels

/// A stream of reproducible random values, named by a model and a purpose: the same bits on every machine.
///
/// The key is the SplitMix64 finaliser of FNV-1a(model) xor FNV-1a(name), and every value is a pure function of the key
/// and a counter, so values can be made in any order. No function uses libm or fused operations.
public struct SeededStream: Hashable, Sendable {
  /// The 64-bit key.
  public let key: UInt64

  /// The standard deviation of the integer behind every nearly normal value: sqrt((2^32 - 1) / 3).
  static let integerDeviation = ((4_294_967_296.0 - 1.0) / 3.0).squareRoot()

  /// The stream of a name within a model, for example `conv1.weight` within `resnet50`.
  public init(model: String, name: String) {
    key = ckernels_seeded_mix(Self.fnv1a(model.utf8) ^ Self.fnv1a(name.utf8))
  }

  /// The stream of a key.
  init(key: UInt64) { self.key = key }

  /// 64-bit FNV-1a (Fowler, Noll and Vo).
  public static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// The 64 bits at a counter.
  public func bits(_ counter: Int) -> UInt64 { ckernels_seeded_bits(key, UInt64(truncatingIfNeeded: counter)) }

  /// An integer in `0 ..< bound`; `bound` is 1 ... 2^31.
  public func integer(_ counter: Int, below bound: Int) -> Int { Int(((bits(counter) >> 32) &* UInt64(bound)) >> 32) }

  /// Fills `values` with nearly normal numbers of the given standard deviation around `mean`.
  public func fillNormal(
    _ values: UnsafeMutableBufferPointer<Float>, deviation: Double, mean: Double = 0
  ) {
    ckernels_seeded_normal(key, deviation / Self.integerDeviation, mean, values.baseAddress, values.count)
  }

  /// Fills (rows, columns) so that every row has mean 0 and Euclidean norm `gain`.
  ///
  /// Scaled weight standardisation (Brock, De and Smith 2021, "Characterizing signal propagation to close the
  /// performance gap in unnormalized ResNets"): independent inputs of variance 1 give outputs of variance `gain`^2, and
  /// a mean that all inputs share does not pass, so that different samples stay different through many layers.
  public func fillStandardized(_ values: UnsafeMutableBufferPointer<Float>, rows: Int, gain: Double) {
    guard rows > 0 else { return }
    ckernels_seeded_standardized(key, gain, values.baseAddress, rows, values.count / rows)
  }

  /// Fills (channels, size, size) with a pattern like a photograph's: four octaves and noise, variance near 1.
  public func fillImage(_ values: UnsafeMutableBufferPointer<Float>, channels: Int, size: Int) {
    ckernels_seeded_image(key, values.baseAddress, channels, size)
  }
}
