import Glibc
import ModelGraph
import Operators
import Tensors
import Testing

@Suite("Unary operators")
struct UnaryOperatorsTests {
  /// An operator, its attributes, and the standard's formula in FP64.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var attributes: [String: GeneralOperator.Attribute] = [:]
    let formula: @Sendable (Double) -> Double
    var testDescription: String { name + (attributes.isEmpty ? "" : " \(attributes)") }
  }

  static let cases: [Case] = [
    Case(name: "Abs") { abs($0) }, Case(name: "Neg") { -$0 }, Case(name: "Sign") { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
    Case(name: "Relu") { $0 < 0 ? 0 : $0 }, Case(name: "Floor") { floor($0) }, Case(name: "Ceil") { ceil($0) },
    Case(name: "Round") { $0.rounded(.toNearestOrEven) }, Case(name: "Sqrt") { sqrt($0) },
    Case(name: "Reciprocal") { 1 / $0 }, Case(name: "Exp") { exp($0) }, Case(name: "Log") { log($0) },
    Case(name: "Erf") { erf($0) }, Case(name: "Tanh") { tanh($0) }, Case(name: "Sigmoid") { 1 / (1 + exp(-$0)) },
    Case(name: "Sin") { sin($0) }, Case(name: "Cos") { cos($0) }, Case(name: "Tan") { tan($0) },
    Case(name: "Asin") { asin($0) }, Case(name: "Acos") { acos($0) }, Case(name: "Atan") { atan($0) },
    Case(name: "Sinh") { sinh($0) }, Case(name: "Cosh") { cosh($0) }, Case(name: "Asinh") { asinh($0) },
    Case(name: "Acosh") { acosh($0) }, Case(name: "Atanh") { atanh($0) },
    Case(name: "Gelu") { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) },
    Case(name: "Gelu", attributes: ["approximate": .string("tanh")]) {
      0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
    },
    Case(name: "Swish") { $0 / (1 + exp(-$0)) },
    Case(name: "Swish", attributes: ["alpha": .float(0.5)]) { $0 / (1 + exp(-$0 / 2)) },
    Case(name: "HardSwish") { $0 * max(0, min(1, $0 / 6 + 0.5)) },
    Case(name: "Mish") { $0 * tanh(log1p(exp($0))) }, Case(name: "Softplus") { log1p(exp($0)) },
    Case(name: "Softsign") { $0 / (1 + abs($0)) },
    Case(name: "HardSigmoid") { max(0, min(1, Double(Float(0.2)) * $0 + 0.5)) },
    Case(name: "HardSigmoid", attributes: ["alpha": .float(0.5), "beta": .float(0.25)]) {
      max(0, min(1, 0.5 * $0 + 0.25))
    },
    Case(name: "LeakyRelu") { $0 < 0 ? Double(Float(0.01)) * $0 : $0 },
    Case(name: "LeakyRelu", attributes: ["alpha": .float(0.5)]) { $0 < 0 ? 0.5 * $0 : $0 },
    Case(name: "Elu") { $0 > 0 ? $0 : expm1($0) },
    Case(name: "Elu", attributes: ["alpha": .float(2)]) { $0 > 0 ? $0 : 2 * expm1($0) },
    Case(name: "Celu", attributes: ["alpha": .float(2)]) { $0 > 0 ? $0 : 2 * expm1($0 / 2) },
    Case(name: "Selu") { 1.0507010221481323 * ($0 > 0 ? $0 : 1.6732631921768188 * expm1($0)) },
    Case(name: "Selu", attributes: ["alpha": .float(2), "gamma": .float(3)]) { 3 * ($0 > 0 ? $0 : 2 * expm1($0)) },
    Case(name: "ThresholdedRelu") { $0 > 1 ? $0 : 0 },
    Case(name: "ThresholdedRelu", attributes: ["alpha": .float(2)]) { $0 > 2 ? $0 : 0 },
    Case(name: "Shrink", attributes: ["lambd": .float(1.5), "bias": .float(0.5)]) {
      $0 < -1.5 ? $0 + 0.5 : $0 > 1.5 ? $0 - 0.5 : 0
    },
  ]

  static let values: [Double] =
    [-20, -7.25, -3, -2.5, -1.5, -1, -0.75, -0.5, -0.125, 0, 0.125, 0.5, 0.625, 1, 1.5, 2, 2.5, 3.5, 10, 30]
    + (0..<181).map { Double($0 - 90) / 32 }

  @Test("agree with the standard's formulas", arguments: cases)
  func formulas(_ item: Case) throws {
    for (type, relative) in [(ElementType.float32, 1e-6), (.float64, 1e-14)] {
      let input = try Tensor.of(type, [3, 67], Self.values)
      let wanted = try Tensor.of(type, [3, 67], Self.values.map(item.formula))
      expect(
        OperatorUse(item.name, opset: 24, item.attributes, [input]), gives: [wanted],
        within: Tolerance(relative: relative, absolute: relative / 10))
    }
  }

  @Test("NaN stays NaN", arguments: cases)
  func notANumber(_ item: Case) throws {
    let input = try Tensor.f32([5], [.nan, 0.5, .nan, 0.25, .nan])
    for way in OperatorUse.Way.all {
      let got = try OperatorUse(item.name, item.attributes, [input]).outputs(way)[0].doubles
      // Without order, a NaN is neither above nor below a threshold.
      if ["Shrink", "ThresholdedRelu"].contains(item.name) {
        #expect(got[0] == 0 && got[2] == 0 && got[4] == 0, "\(item.name), \(way)")
        continue
      }
      #expect(got.map(\.isNaN)[0] && got.map(\.isNaN)[2] && got.map(\.isNaN)[4], "\(item.name), \(way)")
    }
  }

  /// Limits at infinity and other special values, exactly.
  static let specials: [(name: String, input: [Float], want: [Float])] = [
    ("Relu", [-.infinity, .infinity, -0.0], [0, .infinity, 0]),
    ("Exp", [-.infinity, .infinity, 0], [0, .infinity, 1]),
    ("Log", [0, .infinity, -1, 1], [-.infinity, .infinity, .nan, 0]),
    ("Sigmoid", [-.infinity, .infinity, 0], [0, 1, 0.5]), ("Tanh", [-.infinity, .infinity, 0], [-1, 1, 0]),
    ("Erf", [-.infinity, .infinity, 0], [-1, 1, 0]), ("Softplus", [-.infinity, .infinity], [0, .infinity]),
    ("Gelu", [-.infinity, .infinity, 0], [0, .infinity, 0]), ("Mish", [-.infinity, .infinity], [0, .infinity]),
    ("Swish", [-.infinity, .infinity], [0, .infinity]), ("HardSwish", [-.infinity, .infinity], [0, .infinity]),
    ("Elu", [-.infinity, .infinity, 0], [-1, .infinity, 0]), ("HardSigmoid", [-.infinity, .infinity], [0, 1]),
    ("Reciprocal", [0, -0.0, .infinity], [.infinity, -.infinity, 0]), ("Sqrt", [-1, .infinity], [.nan, .infinity]),
    ("Round", [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.9], [0, 2, 2, 0, -2, -2, 1]),
  ]

  @Test("take their limits at infinity", arguments: specials.indices)
  func limits(_ index: Int) throws {
    let item = Self.specials[index]
    let shape = Shape([item.input.count])
    expect(
      OperatorUse(item.name, opset: 24, [try .f32(shape, item.input)]), gives: [try .f32(shape, item.want)])
  }

  @Test("integers: the least has no opposite, nothing traps")
  func integers() throws {
    for type in [ElementType.int8, .int16, .int32, .int64] {
      let least = -Double(sign: .plus, exponent: type.byteCount * 8 - 1, significand: 1)
      let input = try Tensor.of(type, [4], [least, -3, 0, 7])
      expect(OperatorUse("Abs", [input]), gives: [try .of(type, [4], [least, 3, 0, 7])])
      expect(OperatorUse("Neg", [input]), gives: [try .of(type, [4], [least, 3, 0, -7])])
      expect(OperatorUse("Sign", [input]), gives: [try .of(type, [4], [-1, -1, 0, 1])])
      expect(OperatorUse("Relu", [input]), gives: [try .of(type, [4], [0, 0, 0, 7])])
      expect(OperatorUse("BitwiseNot", [input]), gives: [try .of(type, [4], [-1 - least, 2, -1, -8])])
    }
    for type in [ElementType.uint8, .uint16, .uint32, .uint64] {
      let input = try Tensor.of(type, [3], [0, 3, 200])
      expect(OperatorUse("Abs", [input]), gives: [input])
      expect(OperatorUse("Sign", [input]), gives: [try .of(type, [3], [0, 1, 1])])
    }
    expect(OperatorUse("Not", [try .bool([2], [true, false])]), gives: [try .bool([2], [false, true])])
    // A byte of a bool that is neither 0 nor 1, as a file may hold it.
    expect(OperatorUse("Not", [try Tensor(.bool, [2], [UInt8(2), 0])]), gives: [try .bool([2], [false, true])])
  }

  @Test("IsNaN and IsInf give bools")
  func tests() throws {
    let input = try Tensor.f32([4], [.nan, .infinity, -.infinity, 1])
    expect(OperatorUse("IsNaN", [input]), gives: [try .bool([4], [true, false, false, false])])
    expect(OperatorUse("IsInf", [input]), gives: [try .bool([4], [false, true, true, false])])
    expect(
      OperatorUse("IsInf", ["detect_negative": .int(0)], [input]),
      gives: [try .bool([4], [false, true, false, false])])
    expect(
      OperatorUse("IsInf", ["detect_positive": .int(0)], [input]),
      gives: [try .bool([4], [false, false, true, false])])
  }

  @Test("scalars and empty tensors keep their extents")
  func extents() throws {
    for shape in [[], [0], [2, 0, 3], [1, 1]] as [Shape] {
      let zeros = [Float](repeating: 0, count: shape.count)
      expect(OperatorUse("Tanh", [try .f32(shape, zeros)]), gives: [try .f32(shape, zeros)])
    }
  }

  @Test("what cannot be computed is refused")
  func refusals() throws {
    expectRefusal(OperatorUse("Exp", []), "input 0 is missing")
    expectRefusal(OperatorUse("Exp", [try .i64([1], [1])]), "Exp of int64 elements is not supported")
    expectRefusal(OperatorUse("Exp", [try .of(.float16, [1], [1])]), "Exp of float16 elements is not supported")
    expectRefusal(OperatorUse("Neg", [try .of(.uint8, [1], [1])]), "Neg of uint8 elements")
    expectRefusal(OperatorUse("Elu", ["alpha": .string("x")], [try .f32([1], [1])]), "alpha must be a number")
    expectRefusal(
      OperatorUse("Gelu", ["approximate": .string("sinh")], [try .f32([1], [1])]), "must be none or tanh")
  }
}
