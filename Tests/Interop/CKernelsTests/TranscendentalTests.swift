import CKernels
import Glibc
import Testing

@Suite("Transcendental functions")
struct TranscendentalTests {
  /// Floats over the whole range, a prime number of bit patterns apart, and the neighbours of special values.
  static let wholeRange: [Float] = {
    let strided = stride(from: UInt64(0), through: UInt64(UInt32.max), by: 20_011).map {
      Float(bitPattern: UInt32($0))
    }
    let special: [Float] = [
      0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .infinity, 87.33655, 88.72283,
      88.72284,
      89, 90, 103.2789, 103.9721, 104, 105, 106, 110, 14.3, 14.5, 14.6, 15, 15.1, 5.5, 1, 0.6931472, 0.34657359,
    ]
    let neighbours = special.flatMap { [$0.nextDown, $0, $0.nextUp] }
    return strided + neighbours + neighbours.map { -$0 } + [.nan, -.nan]
  }()

  /// Evenly spaced, where the functions live.
  static func dense(_ range: ClosedRange<Float>) -> [Float] {
    (0...150_000).map { range.lowerBound + (range.upperBound - range.lowerBound) * Float($0) / 150_000 }
  }

  static func exponential(_ level: Level, _ values: [Float]) -> [Float] {
    let buffer = GuardedBuffer(values)
    level.table.exponential(buffer.start, buffer.start, values.count)
    return buffer.values
  }

  @Test("exp: relative error at most 2e-7, one subnormal step below", arguments: Level.available)
  func exponential(level: Level) {
    let values = Self.wholeRange + Self.dense(-104...89)
    // What double precision gives, left in double so that the bound is against the function and not its rounding.
    let want = values.map { exp(Double($0)) }
    let got = Self.exponential(level, values)
    let wrong = got.indices.first { index in
      let (x, y, exact) = (values[index], Double(got[index]), want[index])
      if x.isNaN { return !y.isNaN }
      let greatest = Double(Float.greatestFiniteMagnitude)
      if y == .infinity { return exact < greatest * (1 - 2e-7) }
      return !(abs(y - exact) <= max(2e-7 * exact, 0x1p-149)) || exact > greatest * (1 + 2e-7)
    }
    #expect(wrong == nil, "exp(\(wrong.map { values[$0] } ?? 0)) = \(wrong.map { got[$0] } ?? 0)")
    #expect(
      Self.exponential(level, [0, -0.0, -.infinity, .infinity, -200, 200]) == [1, 1, 0, .infinity, 0, .infinity])
  }

  static func gelu(_ level: Level, _ values: [Float]) -> [Float] {
    let buffer = GuardedBuffer(values)
    var epilogue = ckernels_epilogue()
    epilogue.activation = CKERNELS_ACTIVATION_GELU
    level.table.epilogue_by_row(&epilogue, buffer.start, values.count, buffer.start, values.count, 1, values.count)
    return buffer.values
  }

  @Test("GELU: absolute error at most 2e-7 max(1, |x|)", arguments: Level.available)
  func gelu(level: Level) {
    let values = Self.wholeRange + Self.dense(-16...16) + Self.dense(-1...1)
    let got = Self.gelu(level, values)
    let wrong = got.indices.first { index in
      let (x, y) = (Double(values[index]), Double(got[index]))
      if x.isNaN { return !y.isNaN }
      if x == .infinity { return y != .infinity }
      // At minus infinity the limit, which the product of libm would miss.
      let exact = x == -.infinity ? 0 : 0.5 * x * erfc(-x * 0.5.squareRoot())
      return !(abs(y - exact) <= 2e-7 * max(1, abs(x)))
    }
    #expect(wrong == nil, "GELU(\(wrong.map { values[$0] } ?? 0)) = \(wrong.map { got[$0] } ?? 0)")
  }

  /// The absolute bound alone would let the tail be anything; this keeps its shape.
  @Test("GELU: small and very negative inputs keep a relative error of 2e-6", arguments: Level.available)
  func geluTail(level: Level) {
    let values = Self.dense(-5...0) + (1...120).map { -Float(sign: .plus, exponent: -$0, significand: 1) }
    let got = Self.gelu(level, values)
    let want = values.map { 0.5 * Double($0) * erfc(-Double($0) * 0.5.squareRoot()) }
    let wrong = got.indices.first { abs(Double(got[$0]) - want[$0]) > 2e-6 * abs(want[$0]) }
    #expect(wrong == nil, "GELU(\(wrong.map { values[$0] } ?? 0)) = \(wrong.map { got[$0] } ?? 0)")
  }

  @Test("the reference's GELU agrees with the definition by the distribution function")
  func referenceGELU() {
    var epilogue = ckernels_epilogue()
    epilogue.activation = CKERNELS_ACTIVATION_GELU
    for x in stride(from: -6.0, through: 6.0, by: 0.37) {
      let want = Float(x * 0.5 * (1 + erf(x / 2.0.squareRoot())))
      let got = ckernels_reference_epilogue(&epilogue, x, 1, 0, 0)
      #expect(abs(got - want) <= 1e-7 * max(1, Float(abs(x))))
    }
    #expect(ckernels_reference_epilogue(&epilogue, -.infinity, 1, 0, 0) == 0)
    #expect(ckernels_reference_epilogue(&epilogue, .infinity, 1, 0, 0) == .infinity)
  }

  @Test("every length maps exactly its elements", arguments: Level.available)
  func lengthsMap(level: Level) {
    for count in lengths {
      var samples = SampleValues(seed: count)
      let values = samples.floats(count)
      let (src, dst) = (GuardedBuffer(values), GuardedBuffer<Float>(count: count))
      level.table.exponential(src.start, dst.start, count)
      expectClose(dst.values, values.map { Float(exp(Double($0))) }, "\(count) elements") { index in
        exp(Double(values[index])) * (2e-7 + unit)
      }
      #expect(dst.isIntact && src.values == values)
    }
  }
}
