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

  /// The distance from a float to the next one away from zero.
  static func unitInLastPlace(_ value: Double) -> Double { Double(Float(value).ulp) }

  /// What is wrong with GELU(x) = `got`, if anything.
  static func geluFault(_ x: Float, _ got: Float) -> String? {
    if x.isNaN { return got.isNaN ? nil : "GELU(NaN) = \(got)" }
    if x.isInfinite { return got == max(x, 0) ? nil : "GELU(\(x)) = \(got)" }
    // libm's product would underflow early in steps; beyond these the result is x or rounds to zero.
    let exact = x > 9 ? Double(x) : x < -40 ? 0 : 0.5 * Double(x) * erfc(-Double(x) * 0.5.squareRoot())
    let bound = x >= -4 ? 4 * unitInLastPlace(exact) : 5e-8
    return abs(Double(got) - exact) <= bound ? nil : "GELU(\(x)) = \(got), exactly \(exact)"
  }

  @Test("GELU: at most 4 ULP from -4 on, 5e-8 below, over the whole range of floats", arguments: Level.available)
  func gelu(level: Level) {
    let values = Self.wholeRange + Self.dense(-16...16) + Self.dense(-1...1)
    let faults = zip(values, Self.gelu(level, values)).lazy.compactMap { Self.geluFault($0, $1) }
    #expect(faults.first { _ in true } == nil)
  }

  /// Below 2^-24 in magnitude the result is x / 2 but for its last bit, above 8 it is x or zero.
  @Test("GELU: the same for every 61st float between 2^-24 and 8", arguments: Level.available, [Float(1), -1])
  func geluDensely(level: Level, sign: Float) {
    let (first, last) = (Float(0x1p-24).bitPattern, Float(8).bitPattern)
    let buffer = GuardedBuffer<Float>(count: 1 << 16)
    var epilogue = ckernels_epilogue()
    epilogue.activation = CKERNELS_ACTIVATION_GELU
    var bits = first
    while bits <= last {
      let start = bits
      var count = 0
      while count < buffer.elements.count, bits <= last {
        buffer.elements[count] = sign * Float(bitPattern: bits)
        count += 1
        bits += 61
      }
      level.table.epilogue_by_row(&epilogue, buffer.start, count, buffer.start, count, 1, count)
      for index in 0..<count {
        let x = sign * Float(bitPattern: start + 61 * UInt32(index))
        if let fault = Self.geluFault(x, buffer.elements[index]) {
          Issue.record(Comment(rawValue: fault))
          return
        }
      }
    }
  }

  @Test("GELU is negative zero where it vanishes", arguments: Level.available)
  func geluZeros(level: Level) {
    let got = Self.gelu(level, [0, -5.7, -14, -1e30, -.infinity])
    #expect(got.allSatisfy { $0 == 0 } && got.map(\.sign) == [.plus, .minus, .minus, .minus, .minus])
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
