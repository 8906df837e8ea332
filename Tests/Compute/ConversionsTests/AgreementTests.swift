import CKernels
import Conversions
import KernelDigests
import NumericFormats
import Testing

/// The vectors of every level give the oracle's bits for every rounding, with subnormals kept and flushed, saturating or
/// not.
@Suite struct AgreementTests {
  static let conversions: [Conversion] = elementFormats.flatMap { element in
    roundings.flatMap { rounding in
      [Subnormals.kept, .flushed].flatMap { subnormals in
        [Overflow.saturate, .infinity].map { overflow in
          Conversion(element, rounding: rounding, subnormals: subnormals, overflow: overflow)
        }
      }
    }
  }

  @Test(arguments: Implementation.levels)
  func elements(level: Implementation) {
    for conversion in Self.conversions {
      var kernel = conversion.sampleKernel
      let want = kerneldigests_encode(Implementation.oracle.level, &kernel, 11)
      #expect(kerneldigests_encode(level.level, &kernel, 11) == want, "\(conversion)")
      let values = kerneldigests_quantise(Implementation.oracle.level, &kernel, 11)
      #expect(kerneldigests_quantise(level.level, &kernel, 11) == values, "\(conversion)")
    }
  }

  @Test(arguments: Implementation.levels)
  func codes(level: Implementation) {
    for element in elementFormats where element.bitCount <= 16 {
      var kernel = Conversion(element).sampleKernel
      let want = kerneldigests_decode(Implementation.oracle.level, &kernel)
      #expect(kerneldigests_decode(level.level, &kernel) == want, "\(element)")
    }
  }

  @Test(arguments: Implementation.levels)
  func blocks(level: Implementation) {
    let elements: [ElementFormat] = [
      .float(.e4m3), .float(.e5m2), .float(.e3m2), .float(.e2m3), .float(.e2m1), .fixedPoint(bits: 8),
      .signed(bits: 4, limit: 7), .s8,
    ]
    for element in elements {
      for rounding in roundings {
        for kind in [CKERNELS_BLOCK_E8M0, CKERNELS_BLOCK_FP32] {
          var kernel = Conversion(element, rounding: rounding, overflow: .saturate).kernel()
          let want = kerneldigests_blocks(Implementation.oracle.level, &kernel, kind)
          #expect(kerneldigests_blocks(level.level, &kernel, kind) == want, "\(element) \(rounding) \(kind)")
        }
      }
    }
  }
}
