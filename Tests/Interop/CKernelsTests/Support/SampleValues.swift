/// A small generator (SplitMix64) so that every run tests the same values.
struct SampleValues {
  private var state: UInt64

  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

  mutating func bits() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// Uniform in -range ..< range.
  mutating func floats(_ count: Int, range: Float = 4) -> [Float] {
    (0..<count).map { _ in (Float(bits() >> 40) / 0x1p23 - 1) * range }
  }

  /// Values whose sums, also rounded to FP32, depend on the order: every third is 2^60 or its negative, so that FP64
  /// loses the small values that came before its cancellation.
  mutating func orderSensitive(_ count: Int) -> [Float] {
    floats(count).map { bits() % 3 == 0 ? Float(sign: $0.sign, exponent: 60, significand: 1) : $0 }
  }

  /// 1 and -1.
  mutating func signs(_ count: Int) -> [Float] { floats(count).map { $0 < 0 ? -1 : 1 } }

  mutating func integers(_ count: Int, in range: ClosedRange<Int32>) -> [Int32] {
    let size = UInt64(Int64(range.upperBound) - Int64(range.lowerBound) + 1)
    return (0..<count).map { _ in Int32(Int64(range.lowerBound) + Int64(bits() % size)) }
  }
}
