import CKernels
import NumericFormats

extension ElementFormat {
  /// What the kernels know of the element.
  public var kernel: ckernels_number {
    var number = ckernels_number()
    number.bits = Int32(bitCount)
    switch self {
    case .float(let format):
      number.exponent_bits = Int32(format.exponentBits)
      number.bias = Int32(format.bias)
      number.specials = format.specials.kernel
    case .signed(_, let limit):
      number.least = Int32(-limit)
      number.greatest = Int32(limit)
    case .unsigned(let bits):
      number.greatest = Int32((1 << bits) - 1)
    case .fixedPoint(let bits):
      // -2 itself is left unused, as OCP MX 1.0, 5.3.4, allows, so that the range is symmetric.
      number.greatest = Int32((1 << (bits - 1)) - 1)
      number.least = -number.greatest
      number.fraction_bits = Int32(bits - 2)
    }
    return number
  }

  /// Bytes in which arrays hold an element: 1, 2 or 4.
  public var storedByteCount: Int { withUnsafePointer(to: kernel) { ckernels_number_bytes($0) } }
}

extension FloatFormat.Specials {
  fileprivate var kernel: ckernels_specials {
    switch self {
    case .infinitiesAndNaNs: CKERNELS_SPECIALS_IEEE
    case .oneNaN: CKERNELS_SPECIALS_ONE_NAN
    case .none: CKERNELS_SPECIALS_NONE
    }
  }
}

extension Rounding {
  /// The kernels' name of it, and the seed of random numbers; 0 where there are none.
  fileprivate var kernel: (rounding: ckernels_rounding, seed: UInt64) {
    switch self {
    case .nearestEven: (CKERNELS_ROUNDING_NEAREST_EVEN, 0)
    case .towardZero: (CKERNELS_ROUNDING_TOWARD_ZERO, 0)
    case .nearestAway: (CKERNELS_ROUNDING_NEAREST_AWAY, 0)
    case .stochastic(let seed): (CKERNELS_ROUNDING_STOCHASTIC, seed)
    }
  }
}

extension Conversion {
  /// What the kernels are told, with the figures that map stored integers to real values.
  ///
  /// - Precondition: `scale` is finite and at least 2^-126, and `zeroPoint` one of the element's integers (0 for floats).
  public func kernel(scale: Float = 1, zeroPoint: Int32 = 0) -> ckernels_conversion {
    precondition(scale.isFinite && scale >= .leastNormalMagnitude)
    let (rounding, seed) = rounding.kernel
    return ckernels_conversion(
      element: element.kernel, rounding: rounding, flushes_subnormals: subnormals == .flushed ? 1 : 0,
      saturates: overflow == .saturate ? 1 : 0, seed: seed, scale: scale, zero_point: zeroPoint)
  }
}

extension Scaling {
  /// The kernels' name of a scale that blocks share and the number of elements in a block; nil for the other scales.
  public var blocks: (kind: ckernels_block_scale, size: Int)? {
    switch self {
    case .block(let size): (CKERNELS_BLOCK_E8M0, size)
    case .group(let size): (CKERNELS_BLOCK_FP32, size)
    case .none, .perTensor, .perChannel: nil
    }
  }
}
