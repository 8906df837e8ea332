import Glibc
import ModelGraph
import Operators
import Tensors
import Testing

@Suite("Pow")
struct PowOperatorTests {
  static let exponentTypes: [ElementType] = [
    .float32, .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64,
  ]

  @Test("the result has the base's type", arguments: exponentTypes)
  func mixedTypes(_ type: ElementType) throws {
    let exponents = try Tensor.of(type, [4], [0, 1, 2, 3])
    for base in [ElementType.float32, .float64, .int32, .int64] {
      expect(
        OperatorUse("Pow", [try .of(base, [4], [5, -4, 3, -2]), exponents]),
        gives: [try .of(base, [4], [1, -4, 9, -8])])
    }
  }

  @Test("scalar exponents that models use", arguments: [2, 3, 0.5, -1, 1, 0, 2.5, -0.5])
  func scalarExponents(_ exponent: Double) throws {
    let values: [Double] = [0.25, 1, 1.5, 9, 1e-20, 1e19, 0] + (0..<60).map { Double($0) / 7 }
    let input = try Tensor.of(.float32, [values.count], values)
    let wanted = try Tensor.of(.float32, input.shape, input.doubles.map { pow($0, exponent) })
    expect(
      OperatorUse("Pow", [input, try .f32([], [Float(exponent)])]), gives: [wanted],
      within: Tolerance(relative: 2e-7, absolute: 0x1p-149))
  }

  @Test("special values are those of IEEE 754's pow")
  func specialValues() throws {
    let base = try Tensor.f32([5], [-.infinity, -0.0, .nan, -2, .infinity])
    for exponent in [0.5, 2, 3, -1, 0, 1] as [Float] {
      let wanted = base.doubles.map { Float(pow($0, Double(exponent))) }
      expect(OperatorUse("Pow", [base, try .f32([], [exponent])]), gives: [try .f32([5], wanted)])
    }
  }

  /// Rounded to the base's type, these odd exponents would be even.
  @Test("integer exponents keep their parity")
  func largeExponents() throws {
    for type in [ElementType.float32, .float64] {
      let base = try Tensor.of(type, [6], [-1, -2, -0.0, -0.5, 1, -1])
      for odd in [16_777_217, 9_007_199_254_740_993, Int.max] {
        expect(
          OperatorUse("Pow", [base, try .i64([1], [odd])]),
          gives: [try .of(type, [6], [-1, -.infinity, -0.0, -0.0, 1, -1])])
        expect(
          OperatorUse("Pow", [base, try .i64([6], [odd, odd, odd, odd, odd, odd - 1])]),
          gives: [try .of(type, [6], [-1, -.infinity, -0.0, -0.0, 1, 1])])
      }
      expect(
        OperatorUse("Pow", [base, try .i64([1], [Int.min + 1])]),
        gives: [
          try .of(type, [6], [-1, -0.0, -.infinity, -.infinity, 1, -1])
        ])
      let unsigned = try Tensor(.uint64, [1], [UInt64.max])
      let wanted = try Tensor.of(type, [6], [-1, -.infinity, -0.0, -0.0, 1, -1])
      expect(OperatorUse("Pow", [base, unsigned]), gives: [wanted])
    }
    expect(
      OperatorUse("Pow", [try .f32([1], [-1]), try .of(.float64, [1], [16_777_217])]), gives: [try .f32([1], [-1])])
  }

  @Test("integer powers of float exponents end at the type's limits")
  func saturation() throws {
    expect(
      OperatorUse("Pow", [try .i64([4], [10, -10, 7, -2]), try .f32([4], [30, 31, 2, 63])]),
      gives: [try .i64([4], [.max, .min, 49, .min])])
    expect(
      OperatorUse("Pow", [try .of(.int32, [3], [10, -10, -2]), try .f32([3], [30, 31, 31])]),
      gives: [try .of(.int32, [3], [Double(Int32.max), Double(Int32.min), Double(Int32.min)])])
  }

  @Test("integer powers wrap; negative exponents give the truncated fraction")
  func integers() throws {
    let base = try Tensor.i64([6], [2, 1, -1, -1, 3, 2])
    let exponent = try Tensor.i64([6], [-1, -5, -5, -4, 41, 64])
    expect(
      OperatorUse("Pow", [base, exponent]),
      gives: [try .i64([6], [0, 1, -1, 1, Int(truncatingIfNeeded: 36_472_996_377_170_786_403 as UInt128), 0])])
    expect(
      OperatorUse("Pow", [try .of(.int32, [3], [2, 10, 0]), try .of(.float32, [3], [40, .nan, -1])]),
      gives: [try .of(.int32, [3], [2_147_483_647, 0, 2_147_483_647])])
    expect(
      OperatorUse("Pow", [try .i64([2], [3, 2]), try Tensor(.uint64, [2], [UInt64.max, UInt64.max])]),
      gives: [try .i64([2], [-6_148_914_691_236_517_205, 0])])
    expectRefusal(OperatorUse("Pow", [try .i64([1], [0]), try .i64([1], [-1])]), "divides an integer by zero")
    expectRefusal(OperatorUse("Pow", [try .of(.int8, [1], [0]), try .i64([1], [1])]), "Pow of int8 elements")
  }
}
