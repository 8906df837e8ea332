import CKernels
import Conversions
import NumericFormats
import Testing

/// What holds of every conversion, whatever the format.
@Suite struct PropertyTests {
  /// FP32 values in ascending order: every upper 12 bits with a few patterns below.
  static let ascending: [Float] = {
    let magnitudes = (0..<UInt32(0x7F8)).flatMap { upper in
      [0, 1, 0x3_FFFF, 0x4_0000, 0x7_FFFF, 0x8_0000, 0x8_0001, 0xC_0000, 0xF_FFFF].map {
        Float(bitPattern: upper << 20 | $0)
      }
    }
    return magnitudes.reversed().map { -$0 } + magnitudes + [.infinity]
  }()

  @Test("what is representable stays", arguments: elementFormats, roundings)
  func idempotent(element: ElementFormat, rounding: Rounding) {
    for subnormals in [Subnormals.kept, .flushed] {
      let conversion = Conversion(element, rounding: rounding, subnormals: subnormals)
      let once = conversion.quantised(Self.ascending)
      let twice = conversion.quantised(once)
      #expect(zip(once, twice).allSatisfy { $0.bitPattern == $1.bitPattern })
      // And something was rounded at all.
      if element != .float(.fp32) { #expect(once != Self.ascending) }
    }
  }

  @Test("greater values never become lesser ones", arguments: elementFormats)
  func monotone(element: ElementFormat) {
    for rounding in roundings.dropLast() {
      for overflow in [Overflow.saturate, .infinity] {
        let values = Conversion(element, rounding: rounding, overflow: overflow).quantised(Self.ascending, scale: 0.75)
          .filter { !$0.isNaN }
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 }, "\(rounding)")
      }
    }
  }

  @Test("rounding lies between the neighbours", arguments: elementFormats)
  func between(element: ElementFormat) {
    let zero = Conversion(element, rounding: .towardZero).quantised(Self.ascending)
    let even = Conversion(element).quantised(Self.ascending)
    let random = Conversion(element, rounding: .stochastic(seed: 3), overflow: .saturate).quantised(Self.ascending)
    for (index, value) in Self.ascending.enumerated() where even[index].isFinite && zero[index] != even[index] {
      #expect(abs(zero[index]) < abs(value) && abs(value) < abs(even[index]))
      #expect(random[index] == zero[index] || random[index] == even[index])
    }
  }

  @Test("the sign does not matter to the magnitude", arguments: elementFormats, roundings)
  func symmetric(element: ElementFormat, rounding: Rounding) {
    if case .unsigned = element { return }
    let conversion = Conversion(element, rounding: rounding)
    let positive = conversion.quantised(Self.ascending)
    let negative = conversion.quantised(Self.ascending.map { -$0 })
    // NaN is equal to nothing, and E4M3 turns infinities into it.
    #expect(zip(positive, negative).allSatisfy { $0 == -$1 || ($0.isNaN && $1.isNaN) })
  }

  @Test("integers that fit are exact", arguments: elementFormats, roundings)
  func integers(element: ElementFormat, rounding: Rounding) {
    let bound: Int =
      switch element {
      // All integers of so many digits, unless the greatest number is less.
      case .float(let format): min(1 << (format.fractionBits + 1), Int(min(format.greatestFiniteMagnitude, 1e6)))
      case .signed(_, let limit): limit
      case .unsigned(let bits): (1 << bits) - 1
      case .fixedPoint: 1
      }
    let step = max(1, bound / 3000)
    var integers = stride(from: 0, through: bound, by: step).map(Float.init)
    if case .unsigned = element {} else { integers += integers.dropFirst().map { -$0 } }
    #expect(Conversion(element, rounding: rounding).quantised(integers) == integers)
  }

  @Test("a zero keeps its sign", arguments: FloatFormat.all, roundings)
  func zeros(format: FloatFormat, rounding: Rounding) {
    let zeros = Conversion(.float(format), rounding: rounding).quantised([0, -0.0, -.leastNonzeroMagnitude])
    #expect(zeros[0].bitPattern == 0 && zeros[1].bitPattern == 0x8000_0000 && zeros[2].sign == .minus)
  }

  @Test("flushing leaves no subnormal", arguments: FloatFormat.all, roundings)
  func flushes(format: FloatFormat, rounding: Rounding) {
    let kept = Conversion(.float(format), rounding: rounding).quantised(Self.ascending)
    let flushed = Conversion(.float(format), rounding: rounding, subnormals: .flushed).quantised(Self.ascending)
    let least = Float(format.leastNormalMagnitude)
    #expect(kept.contains { $0 != 0 && abs($0) < least })
    #expect(flushed.allSatisfy { $0 == 0 || !(abs($0) < least) })
    // A subnormal operand is zero even where it would have been rounded to a normal number.
    for (index, value) in Self.ascending.enumerated()
    where abs(kept[index]) >= least && abs(value) >= .leastNormalMagnitude {
      #expect(kept[index] == flushed[index])
    }
  }

  @Test("values that are not finite are counted", arguments: Implementation.levels)
  func notFinite(level: Implementation) throws {
    let isa = try #require(level.isa)
    let specials: [Float] = [.nan, .infinity, -.infinity]
    for count in [0, 1, 3, 15, 16, 17, 100, 1_048_581] {
      let values: [Float] = (0..<count).map { $0 % 7 == 3 ? specials[$0 % 3] : Float($0) }
      #expect(ckernels_count_not_finite(isa, values, count) == values.count { !$0.isFinite })
    }
  }
}
