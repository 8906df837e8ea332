import CKernels
import Conversions
import NumericFormats
import Testing

/// Stochastic rounding: unbiased, seeded, and a matter of each element's place alone.
@Suite struct StochasticTests {
  static let count = 1 << 18

  /// How often `value` is rounded up (in magnitude) among `count` elements.
  static func ups(_ value: Float, _ element: ElementFormat, seed: UInt64, first: UInt64 = 0) -> Int {
    let best = Implementation.all[Implementation.all.count - 1]
    let conversion = Conversion(element, rounding: .stochastic(seed: seed))
    let down = Implementation.oracle.codes(of: [value], Conversion(element, rounding: .towardZero))
    let codes = best.codes(of: [Float](repeating: value, count: count), conversion, first: first)
    return codes.count { $0 != down[0] }
  }

  /// The number of times that a value goes up is binomial. Its bound of six standard deviations is passed by chance once
  /// in 5e8 cases; the seeds are fixed, so that it is passed always or never.
  @Test(
    "goes up as often as it should",
    arguments: [
      (1 + 0x1p-9, .float(.bf16), 0.25), (1 + 0x1p-8, .float(.bf16), 0.5), (-1 - 3 * 0x1p-9, .float(.bf16), 0.75),
      (1 + 0x1p-12, .float(.bf16), 0x1p-5), (0x1p-25, .float(.fp16), 0.5), (0x1p-27, .float(.fp16), 0.125),
      (0x1p-13, .float(.e4m3), 0x1p-4), (3.25, .float(.e2m1), 0.25), (0.1, .s8, 0.1), (-5.9, .s8, 0.9), (6.5, .u8, 0.5),
      (0x1p-40, .float(.fp32), 0), (1, .float(.bf16), 0), (0x1p-60, .s8, 0),
    ] as [(Float, ElementFormat, Double)])
  func unbiased(value: Float, element: ElementFormat, probability: Double) {
    for seed: UInt64 in [0, 1, 0xDEAD_BEEF_0123_4567] {
      let ups = Double(Self.ups(value, element, seed: seed))
      let mean = Double(Self.count) * probability
      let deviation = (mean * (1 - probability)).squareRoot()
      #expect(abs(ups - mean) <= 6 * deviation, "\(ups) of \(Self.count), wanted \(mean)")
    }
  }

  @Test("neighbours' choices do not depend on each other")
  func uncorrelated() {
    let best = Implementation.all[Implementation.all.count - 1]
    let conversion = Conversion(.float(.bf16), rounding: .stochastic(seed: 11))
    let codes = best.codes(of: [Float](repeating: 1 + 0x1p-8, count: Self.count), conversion)
    let ups = codes.map { $0 == 0x3F80 ? 0 : 1 }
    for distance in [1, 2, 4, 16, 256, 4096] {
      let same = zip(ups, ups.dropFirst(distance)).count { $0 == $1 }
      let pairs = Double(Self.count - distance)
      #expect(abs(Double(same) - pairs / 2) <= 6 * (pairs / 4).squareRoot(), "at a distance of \(distance)")
    }
    // Another seed and another part of a long array choose differently in about half of the elements.
    for other in [
      best.codes(
        of: [Float](repeating: 1 + 0x1p-8, count: Self.count),
        Conversion(.float(.bf16), rounding: .stochastic(seed: 12))),
      best.codes(of: [Float](repeating: 1 + 0x1p-8, count: Self.count), conversion, first: 1 << 32),
    ] {
      let same = zip(codes, other).count { $0 == $1 }
      #expect(abs(Double(same) - Double(Self.count) / 2) <= 6 * (Double(Self.count) / 4).squareRoot())
    }
  }

  @Test("the same however the array is split", arguments: Implementation.levels)
  func splits(level: Implementation) {
    let conversion = Conversion(.float(.e4m3), rounding: .stochastic(seed: 99))
    let values = (0..<5000).map { Float($0) * 0.0137 - 30 }
    // Across 2^32, where the keys change.
    let first = UInt64(1) << 32 - 1234
    let whole = Implementation.oracle.codes(of: values, conversion, first: first)
    #expect(level.codes(of: values, conversion, first: first) == whole)
    var (parts, begin): ([UInt32], Int) = ([], 0)
    for length in [1, 2, 15, 16, 17, 33, 1000, 1, 3915] {
      let part = Array(values[begin..<(begin + length)])
      parts += level.codes(of: part, conversion, first: first + UInt64(begin))
      begin += length
    }
    #expect(begin == values.count && parts == whole)
  }
}
