import CKernels
import Conversions
import NumericFormats
import Testing

/// Codes that manuals and specifications give, NaN payloads and signed zeros included.
@Suite struct KnownCaseTests {
  /// Intel 64 and IA-32 Architectures Software Developer's Manual, VCVTNEPS2BF16: nearest even, subnormals as zeros of
  /// their sign, NaN quieted with the upper payload.
  static let bf16Flushed: [(UInt32, UInt32)] = [
    (0x3F80_0000, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F81_8000, 0x3F82), (0x3F80_8001, 0x3F81), (0xBF80_8001, 0xBF81),
    (0x0000_0001, 0), (0x8000_0001, 0x8000), (0x007F_FFFF, 0), (0x0080_0000, 0x0080), (0x807F_FFFF, 0x8000),
    (0x7F7F_8000, 0x7F80), (0x7F7F_7FFF, 0x7F7F), (0xFF7F_FFFF, 0xFF80), (0x7F80_0000, 0x7F80), (0xFF80_0000, 0xFF80),
    (0x7F80_0001, 0x7FC0), (0xFFC1_2345, 0xFFC1), (0x7FBF_FFFF, 0x7FFF), (0x8000_0000, 0x8000),
  ]

  /// The same manual, VCVTPS2PH with RN: subnormals kept.
  static let fp16: [(UInt32, UInt32)] = [
    (0x3F80_0000, 0x3C00), (0x477F_E000, 0x7BFF), (0x477F_EFFF, 0x7BFF), (0x477F_F000, 0x7C00), (0x3380_0000, 0x0001),
    (0x3300_0000, 0x0000), (0x3300_0001, 0x0001), (0xB300_0000, 0x8000), (0x387F_E000, 0x0400), (0x387F_C000, 0x03FF),
    (0x7F80_0001, 0x7E00), (0x7F80_2000, 0x7E01), (0xFFFF_FFFF, 0xFFFF), (0xFF80_0000, 0xFC00),
  ]

  /// OCP 8-bit Floating Point Specification 1.0: greatest 448 (S.1111.110), NaN S.1111.111, least 2^-9.
  static let e4m3: [(UInt32, UInt32)] = [
    (Float(448).bitPattern, 0x7E), (Float(464).bitPattern, 0x7E), (Float(464).nextUp.bitPattern, 0x7F),
    (Float(-480).bitPattern, 0xFF), (Float(0x1p-9).bitPattern, 0x01), (Float(0x1p-10).bitPattern, 0x00),
    (Float(0x1p-6).bitPattern, 0x08), (Float.infinity.bitPattern, 0x7F), (0x7F80_0001, 0x7F), (0xFFC0_0000, 0xFF),
  ]

  @Test(arguments: Implementation.all)
  func codes(implementation: Implementation) {
    let tables: [(Conversion, [(UInt32, UInt32)])] = [
      (Conversion(.float(.bf16), subnormals: .flushed), Self.bf16Flushed),
      (Conversion(.float(.fp16)), Self.fp16),
      (Conversion(.float(.e4m3), overflow: .infinity), Self.e4m3),
      (
        Conversion(.float(.e4m3)),
        [(Float.infinity.bitPattern, 0x7E), (Float(-1e9).bitPattern, 0xFE), (0x7FC0_0000, 0x7F)]
      ),
      (Conversion(.float(.e5m2)), [(Float(61440).bitPattern, 0x7C), (Float(61439).bitPattern, 0x7B)]),
      // Toward zero no finite number becomes infinite; infinity stays.
      (
        Conversion(.float(.e5m2), rounding: .towardZero),
        [(Float(1e9).bitPattern, 0x7B), (Float.infinity.bitPattern, 0x7C)]
      ),
      (
        Conversion(.float(.e2m1)),
        [(Float(2.5).bitPattern, 4), (Float(3.5).bitPattern, 6), (Float(-7).bitPattern, 0xF)]
      ),
      (Conversion(.float(.e2m1), rounding: .nearestAway), [(Float(2.5).bitPattern, 5), (Float(-0.25).bitPattern, 9)]),
      (Conversion(.float(.tf32)), [(Float(1).bitPattern, 0x1FC00), (0x3F80_1000, 0x1FC00), (0x3F80_3000, 0x1FC02)]),
      (Conversion(.s8), [(Float(-200).bitPattern, 0x81), (Float(2.5).bitPattern, 2), (0x7FC0_0000, 0x81)]),
      (Conversion(.s8, rounding: .nearestAway), [(Float(2.5).bitPattern, 3), (Float(-2.5).bitPattern, 0xFD)]),
      (Conversion(.s8, rounding: .nearestAway), [(Float(0.5).nextDown.bitPattern, 0), (Float(1.5).bitPattern, 2)]),
      (Conversion(.s8, rounding: .towardZero), [(Float(2.9).bitPattern, 2), (Float(-2.9).bitPattern, 0xFE)]),
      (Conversion(.u8), [(Float(-3).bitPattern, 0), (Float(300).bitPattern, 255), (0xFFC0_0000, 0)]),
      (Conversion(.fixedPoint(bits: 8)), [(Float(1).bitPattern, 64), (Float(-9).bitPattern, 0x81), (0x3C00_0000, 0)]),
    ]
    for (conversion, cases) in tables {
      let inputs = cases.map { Float(bitPattern: $0.0) }
      #expect(implementation.codes(of: inputs, conversion) == cases.map(\.1), "\(conversion)")
    }
  }
}

extension Implementation {
  /// The codes of values.
  func codes(of values: [Float], _ conversion: Conversion, first: UInt64 = 0) -> [UInt32] {
    var kernel = conversion.kernel()
    guard let isa else {
      return values.enumerated().map { ckernels_encode_one(&kernel, $1, first + UInt64($0)) }
    }
    let size = conversion.element.storedByteCount
    var bytes = [UInt8](repeating: 0, count: values.count * size)
    values.withUnsafeBufferPointer { values in
      bytes.withUnsafeMutableBytes { Converter(conversion, isa: isa).encode(values, into: $0, first: first) }
    }
    return values.indices.map { index in
      bytes[(index * size)..<((index + 1) * size)].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
  }
}
