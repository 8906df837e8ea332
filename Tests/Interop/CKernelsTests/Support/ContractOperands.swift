import CKernels

/// Operands of a contract's kernel, as codes of the contract and as the kernel reads them.
struct ContractOperands {
  /// What values are like.
  enum Kind: CaseIterable {
    /// Finite values of a few orders of magnitude.
    case uniform
    /// Any bits.
    case anyBits
    /// Now and then an infinity, a NaN (also signalling), a zero, a subnormal number or a power near the limits.
    case mixed
    /// Few digits, so that sums lie halfway between two numbers; integers at their limits.
    case ties
    /// Near the least normal number: what is rounded to subnormals or flushed.
    case tiny
    /// Near the greatest number.
    case huge
  }

  private var samples: SampleValues
  private let kind: Kind
  private let accumulation: ckernels_accumulation

  init(_ accumulation: ckernels_accumulation, _ kind: Kind, seed: Int) {
    (self.accumulation, self.kind) = (accumulation, kind)
    samples = SampleValues(seed: seed)
  }

  /// `count` codes: FP32, BF16, FP16, u8 or s8.
  mutating func codes(_ count: Int, isRight: Bool) -> [UInt32] {
    switch ckernels_accumulation_operand_bytes(accumulation) {
    case 4: (0..<count).map { _ in float(exponentBits: 8, fractionBits: 23) }
    case 2 where accumulation == CKERNELS_ACCUMULATION_FP16_CHAIN:
      (0..<count).map { _ in float(exponentBits: 5, fractionBits: 10) }
    case 2: (0..<count).map { _ in float(exponentBits: 8, fractionBits: 7) }
    default: (0..<count).map { _ in byte(isRight: isRight) }
    }
  }

  /// What integer sums begin with.
  mutating func start() -> UInt32 {
    let bits = UInt32(truncatingIfNeeded: samples.bits())
    switch kind {
    case .uniform, .tiny: return UInt32(bitPattern: Int32(bitPattern: bits) >> 12)
    case .anyBits, .mixed: return bits
    case .ties, .huge:
      // A few steps from the limits.
      let distance = Int32(bits >> 13)
      return UInt32(bitPattern: bits & 1 == 0 ? .max - distance : .min + distance)
    }
  }

  private mutating func byte(isRight: Bool) -> UInt32 {
    let bits = UInt32(truncatingIfNeeded: samples.bits() >> 20)
    switch kind {
    case .ties, .huge:
      let (least, greatest): (UInt32, UInt32) = isRight ? (0x80, 0x7f) : (0, 0xff)
      return bits % 4 == 0 ? least : greatest
    default: return bits & 0xff
    }
  }

  private mutating func float(exponentBits: Int, fractionBits: Int) -> UInt32 {
    let random = samples.bits()
    let bits = UInt32(truncatingIfNeeded: random), die = UInt32(truncatingIfNeeded: random >> 40)
    let (sign, fraction) = ((bits >> 31) << (exponentBits + fractionBits), bits & (1 << fractionBits - 1))
    let (top, bias) = (UInt32(1) << exponentBits - 1, UInt32(1) << (exponentBits - 1) - 1)
    func value(_ exponent: UInt32, _ fraction: UInt32) -> UInt32 { sign | exponent << fractionBits | fraction }
    let ordinary = value(bias - 5 + die % 8, fraction)
    switch kind {
    case .uniform: return ordinary
    case .anyBits: return bits >> (31 - exponentBits - fractionBits)
    case .ties: return value(bias - 1 + die % 3, fraction & ~(1 << (fractionBits - 3) - 1))
    case .tiny:
      // Products of these lie on both sides of the least normal number.
      let half = bias / 2
      return value(half - 4 + die % 8, fraction)
    case .huge: return die % 2 == 0 ? value(bias + bias / 2 - 2 + die % 4, fraction) : ordinary
    case .mixed:
      switch die % 64 {
      case 0: return value(top, 0)
      case 1: return value(top, fraction | 1)
      case 2: return value(top, fraction | 1 << (fractionBits - 1))
      case 3...6: return sign
      case 7...10: return value(0, fraction)
      case 11: return value(1, fraction)
      case 12: return value(top - 1, fraction)
      default: return ordinary
      }
    }
  }
}
