import CKernels
import Testing

/// The scalar oracles against results worked out by hand. What hardware makes of millions of operands is `assay
/// conformance`'s part.
@Suite("Contract oracles")
struct ContractOracleTests {
  private static func step(
    _ accumulation: ckernels_accumulation, _ accumulator: UInt32, _ a: [some FixedWidthInteger],
    _ b: [some FixedWidthInteger]
  ) -> UInt32 {
    ckernels_accumulation_step(accumulation, accumulator, a, b)
  }

  /// Accumulator, a, b, result.
  typealias WordCase = (UInt32, UInt32, UInt32, UInt32)

  @Test(
    "FP32 fused multiply-adds round once and choose among NaNs as the instruction does",
    arguments: [
      // 1 + 2 * 3; (1 + 2^-23)^2 - (1 + 2^-22) = 2^-46, which a product rounded by itself would lose.
      (0x3F80_0000, 0x4000_0000, 0x4040_0000, 0x40E0_0000),
      (0xBF80_0002, 0x3F80_0001, 0x3F80_0001, 0x2880_0000),
      // 1 + 2^-24 is a tie, to even; a little more is not.
      (0x3F80_0000, 0x3980_0000, 0x3980_0000, 0x3F80_0000),
      (0x3F80_0001, 0x3980_0000, 0x3980_0000, 0x3F80_0002),
      (0x3F80_0000, 0x3980_0001, 0x3980_0000, 0x3F80_0001),
      // Subnormals are numbers; half of the least is a tie with 0; a subnormal rounds up to the least normal number.
      (0x0000_0001, 0x3F80_0000, 0x0000_0003, 0x0000_0004),
      (0x0000_0000, 0x8000_0001, 0x3F00_0000, 0x8000_0000),
      (0x0000_0000, 0x0000_0003, 0x3F00_0000, 0x0000_0002),
      (0x007F_FFFF, 0x3F80_0000, 0x0000_0001, 0x0080_0000),
      // Zeros: -0 only where both are; numbers that cancel give +0.
      (0x8000_0000, 0x8000_0000, 0x3F80_0000, 0x8000_0000),
      (0x0000_0000, 0x8000_0000, 0x3F80_0000, 0x0000_0000),
      (0xBF80_0000, 0x3F80_0000, 0x3F80_0000, 0x0000_0000),
      // Too large; infinities; what is invalid is the negative quiet NaN.
      (0x7F7F_FFFF, 0x7F00_0000, 0x3F80_0000, 0x7F80_0000),
      (0x7F7F_FFFF, 0x7200_0000, 0x3F80_0000, 0x7F7F_FFFF),
      (0x7F7F_FFFF, 0x7300_0000, 0x3F80_0000, 0x7F80_0000),
      (0xFF80_0000, 0x7F80_0000, 0x3F80_0000, 0xFFC0_0000),
      (0x3F80_0000, 0x7F80_0000, 0x8000_0000, 0xFFC0_0000),
      (0xFF80_0000, 0xBF80_0000, 0x7F80_0000, 0xFF80_0000),
      // NaNs: a, then b, then the accumulator, each quieted.
      (0x7F80_0003, 0xFF80_0001, 0x7F80_0002, 0xFFC0_0001),
      (0x7F80_0003, 0x3F80_0000, 0x7F80_0002, 0x7FC0_0002),
      (0xFF80_0003, 0x7F80_0000, 0x0000_0000, 0xFFC0_0003),
    ] as [WordCase])
  func fp32(accumulator: UInt32, a: UInt32, b: UInt32, result: UInt32) {
    #expect(Self.step(CKERNELS_ACCUMULATION_FP32_CHAIN, accumulator, [a], [b]) == result)
  }

  /// Accumulator, a (odd element in the upper half), b, result.
  @Test(
    "pairs add the odd element first, with subnormals as zeros",
    arguments: [
      // 1 + 2 * 3 + 4 * 5.
      (0x3F80_0000, 0x4000_4080, 0x4040_40A0, 0x41D8_0000),
      // 2^24 + 1 + 1: each is lost in a tie. 1 - 2^24 + 2^24 is 1, but 1 + 2^24 - 2^24 is 0.
      (0x4B80_0000, 0x3F80_3F80, 0x3F80_3F80, 0x4B80_0000),
      (0x3F80_0000, 0xCB80_4B80, 0x3F80_3F80, 0x3F80_0000),
      (0x3F80_0000, 0x4B80_CB80, 0x3F80_3F80, 0x0000_0000),
      // The accumulator and the operands: subnormals count as zeros of their sign.
      (0x0040_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000),
      (0x8040_0000, 0x8000_8000, 0x0000_0000, 0x8000_0000),
      (0x0000_0000, 0x007F_007F, 0x7F00_7F00, 0x0000_0000),
      (0x3F80_0000, 0x7F80_0000, 0x0001_0000, 0xFFC0_0000),
      // 2^-63 * 2^-64: subnormal, so zero of its sign.
      (0x8000_0000, 0xA000_8000, 0x1F80_0000, 0x8000_0000),
      // 2^-126 - 2^-150 is tiny in 24 digits, though the nearest number of FP32 is 2^-126; 2^-126 - 2^-151 is not.
      (0x0080_0000, 0x9A00_0000, 0x1A00_0000, 0x0000_0000),
      (0x0080_0000, 0x9A00_0000, 0x1980_0000, 0x0080_0000),
      // NaNs: the even element of a, of b, then the odd one's, then the accumulator.
      (0x7F80_0123, 0x7F81_7F83, 0x7F82_7F84, 0x7FC3_0000),
      (0x7F80_0123, 0x7F81_3F80, 0x7F82_7F84, 0x7FC4_0000),
      (0x7F80_0123, 0x7F81_3F80, 0x7F82_3F80, 0x7FC1_0000),
      (0x7F80_0123, 0x7F80_3F80, 0x0000_3F80, 0x7FC0_0123),
    ] as [WordCase])
  func pairs(accumulator: UInt32, a: UInt32, b: UInt32, result: UInt32) {
    #expect(Self.step(CKERNELS_ACCUMULATION_FP32_ODD_EVEN_PAIRS, accumulator, [a], [b]) == result)
  }

  @Test("tiles keep even and odd elements apart and add the accumulator last")
  func tiles() {
    var a = [UInt16](repeating: 0, count: 32)
    let ones = [UInt16](repeating: 0x3F80, count: 32)
    // Even: 2^24 + 1 - 2^24 loses the 1. Odd: 1 + 1. The accumulator, -2, comes last.
    (a[0], a[2], a[4], a[1], a[31]) = (0x4B80, 0x3F80, 0xCB80, 0x3F80, 0x3F80)
    #expect(Self.step(CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES, 0xC000_0000, a, ones) == 0)
    // 2^24 in the accumulator swallows 1 + 0 but not (1 + 1): sums of a tile are made before.
    a = [UInt16](repeating: 0, count: 32)
    (a[0], a[1]) = (0x3F80, 0x3F80)
    #expect(Self.step(CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES, 0x4B80_0000, a, ones) == 0x4B80_0001)
    // NaNs: the accumulator is the addition's first operand, the even sum that of the one before.
    (a[6], a[9]) = (0x7F81, 0x7F82)
    #expect(Self.step(CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES, 0xFF80_0001, a, ones) == 0xFFC0_0001)
    #expect(Self.step(CKERNELS_ACCUMULATION_FP32_ODD_EVEN_TILES, 0, a, ones) == 0x7FC1_0000)
  }

  @Test("blocks add up from zero and then to the accumulator")
  func blocks() {
    var a = [UInt32](repeating: 0x3F80_0000, count: 32)
    let ones = a
    // 2^24 + 32 ones: one by one they would all be lost.
    #expect(Self.step(CKERNELS_ACCUMULATION_FP32_BLOCKS, 0x4B80_0000, a, ones) == 0x4B80_0010)
    a[0] = 0x0000_0001
    #expect(Self.step(CKERNELS_ACCUMULATION_FP32_BLOCKS, 0, [a[0]] + Array(repeating: 0, count: 31), ones) == 1)
  }

  @Test(
    "FP16 fused multiply-adds round once to FP16",
    arguments: [
      (0x3C00, 0x4000, 0x4200, 0x4700), (0xBC02, 0x3C01, 0x3C01, 0x0010), (0x6800, 0x3C00, 0x3C00, 0x6800),
      (0x6801, 0x3C00, 0x3C00, 0x6802), (0x0001, 0x3C00, 0x0003, 0x0004), (0x03FF, 0x0001, 0x3C00, 0x0400),
      (0x0000, 0x8001, 0x3800, 0x8000), (0x7BFF, 0x4C00, 0x3C00, 0x7C00), (0x7BFF, 0x4B00, 0x3C00, 0x7BFF),
      (0xFC00, 0x7C00, 0x3C00, 0xFE00), (0x7C03, 0xFC01, 0x7C02, 0xFE01), (0x3C00, 0x7C00, 0x8000, 0xFE00),
      (0x7C03, 0x3C00, 0x7C02, 0x7E02), (0x7C03, 0x7C00, 0x0000, 0x7E03),
    ] as [(UInt32, UInt16, UInt16, UInt32)])
  func fp16(accumulator: UInt32, a: UInt16, b: UInt16, result: UInt32) {
    #expect(Self.step(CKERNELS_ACCUMULATION_FP16_CHAIN, accumulator, [a], [b]) == result)
  }

  /// Accumulator, a, b, the results of the three instructions.
  @Test(
    "u8 x s8: pairs saturate, sums wrap or saturate",
    arguments: [
      (10, [1, 2, 3, 4], [5, -6, 7, -8], -8, -8, -8),
      (0, [255, 255, 255, 255], [127, 127, 127, 127], 65534, 129_540, 129_540),
      (0, [255, 255, 255, 255], [-128, -128, -128, -128], -65536, -130_560, -130_560),
      (0, [255, 255, 1, 0], [127, 127, -1, 0], 32766, 64769, 64769),
      (.max, [1, 0, 0, 0], [1, 0, 0, 0], .min, .min, .max),
      (.min, [1, 1, 0, 0], [-1, 1, 0, 0], .min, .min, .min),
      (.min, [1, 0, 0, 0], [-1, 0, 0, 0], .max, .max, .min),
      // Saturation comes after the four, not between them.
      (.max, [255, 255, 0, 0], [127, -127, 0, 0], .max, .max, .max),
    ] as [(Int32, [UInt8], [Int8], Int32, Int32, Int32)])
  func u8s8(accumulator: Int32, a: [UInt8], b: [Int8], pairs: Int32, wrapping: Int32, saturating: Int32) {
    let start = UInt32(bitPattern: accumulator)
    #expect(Int32(bitPattern: Self.step(CKERNELS_ACCUMULATION_S16_SATURATING_PAIRS, start, a, b)) == pairs)
    #expect(Int32(bitPattern: Self.step(CKERNELS_ACCUMULATION_U8S8_WRAPPING, start, a, b)) == wrapping)
    #expect(Int32(bitPattern: Self.step(CKERNELS_ACCUMULATION_U8S8_SATURATING, start, a, b)) == saturating)
  }

  @Test("s8 x s8 wraps")
  func s8s8() {
    let a: [Int8] = [-128, -128, 127, -1], b: [Int8] = [-128, 127, -128, 1]
    #expect(Int32(bitPattern: Self.step(CKERNELS_ACCUMULATION_S8S8_WRAPPING, 5, a, b)) == -16124)
    #expect(
      Self.step(CKERNELS_ACCUMULATION_S8S8_WRAPPING, 0x7FFF_FFFF, [1, 0, 0, 0] as [Int8], a.map { _ in 1 })
        == 0x8000_0000)
  }

  @Test("FP64 sums are rounded once, at the end")
  func fp64() {
    // 2^24 + 1 + 1 - 2^24 in FP32 is 0.
    let a: [UInt32] = [0x4B80_0000, 0x3F80_0000, 0x3F80_0000, 0xCB80_0000], ones = a.map { _ in UInt32(0x3F80_0000) }
    #expect(ckernels_accumulation_dot(CKERNELS_ACCUMULATION_FP64_CHAIN, 0, a, ones, 4) == 0x4000_0000)
    #expect(ckernels_accumulation_dot(CKERNELS_ACCUMULATION_FP32_CHAIN, 0, a, ones, 4) == 0)
  }

  /// Any codes: what a dot product is in terms of steps.
  @Test(
    "dot products are steps one after the other, with zeros for what is missing",
    arguments: 0..<UInt32(CKERNELS_ACCUMULATION_COUNT))
  func dots(raw: UInt32) {
    let accumulation = ckernels_accumulation(rawValue: raw)
    let (bytes, group) = (
      ckernels_accumulation_operand_bytes(accumulation), ckernels_accumulation_group(accumulation)
    )
    var generator = SampleValues(seed: Int(raw))
    for count in [0, 1, 2, 3, 4, 5, 31, 32, 33, 63, 64, 95] {
      let padded = (count + group - 1) / group * group
      var (a, b) = ([UInt8](repeating: 0, count: padded * bytes), [UInt8](repeating: 0, count: padded * bytes))
      // Numbers of moderate size in every format.
      for index in 0..<(count * bytes) { (a[index], b[index]) = (generator.byte(), generator.byte()) }
      if bytes > 1 {
        for index in stride(from: bytes - 1, to: count * bytes, by: bytes) {
          (a[index], b[index]) = (a[index] & 0x83 | 0x3C, b[index] & 0x83 | 0x3C)
        }
      }
      var want: UInt32 = 0
      for start in stride(from: 0, to: padded, by: group) {
        want = a[(start * bytes)...].withUnsafeBytes { left in
          b[(start * bytes)...].withUnsafeBytes { right in
            ckernels_accumulation_step(accumulation, want, left.baseAddress, right.baseAddress)
          }
        }
      }
      let got = ckernels_accumulation_dot(accumulation, 0, a, b, count)
      // Steps of one element round each time; the whole dot product of this one rounds once.
      if accumulation != CKERNELS_ACCUMULATION_FP64_CHAIN { #expect(got == want, "count \(count)") }
      // Every third element of operands that hold others between.
      var (wideA, wideB) = ([UInt8](repeating: 0xFF, count: 3 * a.count), [UInt8](repeating: 0xFF, count: 3 * b.count))
      for index in 0..<count {
        for byte in 0..<bytes {
          (wideA[3 * index * bytes + byte], wideB[3 * index * bytes + byte]) =
            (a[index * bytes + byte], b[index * bytes + byte])
        }
      }
      #expect(ckernels_accumulation_strided_dot(accumulation, 0, wideA, 3, wideB, 3, count) == got)
    }
  }

  @Test("steps over arrays are steps", arguments: 0..<UInt32(CKERNELS_ACCUMULATION_COUNT))
  func steps(raw: UInt32) {
    let accumulation = ckernels_accumulation(rawValue: raw)
    let stride = ckernels_accumulation_operand_bytes(accumulation) * ckernels_accumulation_group(accumulation)
    var generator = SampleValues(seed: Int(raw))
    let a = (0..<(50 * stride)).map { _ in generator.byte() }
    let b = (0..<(50 * stride)).map { _ in generator.byte() }
    let start = (0..<50).map { _ in UInt32(truncatingIfNeeded: generator.bits()) }
    var got = start
    ckernels_accumulation_steps(accumulation, &got, a, b, 50)
    for index in 0..<50 {
      let want = ckernels_accumulation_step(
        accumulation, start[index], Array(a[(index * stride)..<((index + 1) * stride)]),
        Array(b[(index * stride)..<((index + 1) * stride)]))
      #expect(got[index] == want)
    }
  }
}

extension SampleValues {
  /// Any byte.
  fileprivate mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: bits() >> 32) }
}
