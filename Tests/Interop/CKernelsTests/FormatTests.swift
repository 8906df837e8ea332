import CKernels
import Testing

@Suite("Formats")
struct FormatTests {
  /// Every upper half of a float with lower halves around the tie: all exponents, subnormals, infinities and NaN.
  static let everyUpperHalf: [Float] = (0..<UInt32(0x10000)).flatMap { upper in
    [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff].map { Float(bitPattern: upper << 16 | $0) }
  }

  static func converted(_ level: Level, _ format: ckernels_format, _ values: [Float]) -> [Float] {
    let buffer = GuardedBuffer(values)
    level.table.convert(format, buffer.start, buffer.start, values.count)
    return buffer.values
  }

  @Test("BF16 has the reference's bits, also for NaN", arguments: Level.available)
  func bf16(level: Level) {
    let got = Self.converted(level, .bf16, Self.everyUpperHalf)
    let want = ckernels_format.bf16.of(Self.everyUpperHalf)
    #expect(zip(got, want).allSatisfy { $0.bitPattern == $1.bitPattern })
  }

  @Test(
    "BF16 in the reference: known cases",
    arguments: [
      (0x3F80_0000, 0x3F80_0000), (0x3F80_8000, 0x3F80_0000), (0x3F81_8000, 0x3F82_0000),
      (0x3F80_8001, 0x3F81_0000), (0xBF80_8001, 0xBF81_0000), (0x0000_8001, 0x0001_0000), (0x0000_8000, 0),
      (0x8000_7FFF, 0x8000_0000), (0x7F7F_8000, 0x7F80_0000), (0x7F7F_7FFF, 0x7F7F_0000), (0xFF7F_FFFF, 0xFF80_0000),
      (0x7F80_0000, 0x7F80_0000), (0x7F80_0001, 0x7FC0_0000), (0xFFC1_2345, 0xFFC1_0000),
    ] as [(UInt32, UInt32)])
  func bf16Cases(input: UInt32, output: UInt32) {
    #expect(ckernels_reference_format(.bf16, Float(bitPattern: input)).bitPattern == output)
  }

  @Test("integer formats have the reference's bits", arguments: Level.available)
  func integers(level: Level) {
    let ties = (-600...600).map { Float($0) * 0.5 }
    let formats: [ckernels_format] = [
      .u8(1, 0), .u8(1, 128), .u8(0.5, 255), .u8(0.0173, 3), .u8(1e-30, 9), .u8(1e30, 9), .u8(0, 5), .s8(1), .s8(0.37),
      .s8(0.37, 64), .s8(1, 127), .s8(.greatestFiniteMagnitude), .s8(.leastNonzeroMagnitude),
    ]
    // The sixth of all floats that has the tie's lower half stands for the others here.
    let anywhere = Self.everyUpperHalf.indices.filter { $0 % 6 == 3 }.map { Self.everyUpperHalf[$0] }
    for format in formats {
      let values = anywhere + ties + ties.map { $0 * format.scale }
      expectSame(Self.converted(level, format, values), format.of(values), "\(format)")
    }
  }

  @Test(
    "integer formats in the reference: known cases",
    arguments: [
      (.u8(1, 10), 0.5, 0), (.u8(1, 10), 1.5, 2), (.u8(1, 10), 2.5, 2), (.u8(1, 10), -0.5, 0), (.u8(1, 10), -11, -10),
      (.u8(1, 10), 245.4, 245), (.u8(1, 10), 246, 245), (.u8(2, 0), 5, 2), (.u8(2, 0), .infinity, 255),
      (.s8(1), -200, -127), (.s8(1, 64), -200, -64), (.s8(1, 64), 63.5, 64), (.s8(1, 64), 65, 64), (.s8(1), 126.5, 126),
      (.s8(1), 127.5, 127), (.s8(0.25), -1.125, -4),
      // Where the product with the reciprocal and the quotient lie on two sides of a tie: 1.55 / 0.1 = 15.499999.
      (.s8(0.1), 1.55, 16), (.s8(0.1), 3.2500002, 33), (.u8(0.1, 7), 4.95, 50), (.u8(0.1, 3), 5.95, 60),
    ] as [(ckernels_format, Float, Float)])
  func integerCases(format: ckernels_format, input: Float, output: Float) {
    #expect(ckernels_reference_format(format, input).bitPattern == output.bitPattern)
  }

  @Test("NaN stays NaN in every format", arguments: ckernels_format.all)
  func nan(format: ckernels_format) {
    #expect(ckernels_reference_format(format, .nan).isNaN)
    for level in Level.available { #expect(Self.converted(level, format, [.nan])[0].isNaN) }
  }

  @Test("every length converts exactly its elements, in place or not", arguments: Level.available)
  func lengthsConvert(level: Level) {
    for count in lengths {
      var samples = SampleValues(seed: count)
      let values = samples.floats(count)
      for format in ckernels_format.all {
        let (src, dst) = (GuardedBuffer(values), GuardedBuffer<Float>(count: count))
        level.table.convert(format, src.start, dst.start, count)
        expectSame(dst.values, format.of(values), "\(count) elements of \(format)")
        #expect(src.values == values && dst.isIntact)
        expectSame(Self.converted(level, format, values), format.of(values), "\(count) elements in place")
      }
    }
  }
}
