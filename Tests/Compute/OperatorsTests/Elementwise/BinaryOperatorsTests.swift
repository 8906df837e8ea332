import ModelGraph
import Operators
import Tensors
import Testing

@Suite("Binary operators")
struct BinaryOperatorsTests {
  static let integers: [ElementType] = [.int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64]

  @Test("arithmetic and comparisons in every type", arguments: integers + [.float32, .float64])
  func everyType(_ type: ElementType) throws {
    let (a, b) = (try Tensor.of(type, [4], [7, 3, 5, 100]), try Tensor.of(type, [4], [2, 3, 1, 4]))
    let wanted: [(String, [Double])] = [
      ("Add", [9, 6, 6, 104]), ("Sub", [5, 0, 4, 96]),
      ("Div", type.isFloatingPoint ? [3.5, 1, 5, 25] : [3, 1, 5, 25]), ("Mod", [1, 0, 0, 0]),
      ("PRelu", [7, 3, 5, 100]),
      ("Max", [7, 3, 5, 100]), ("Min", [2, 3, 1, 4]),
    ]
    for (name, values) in wanted {
      expect(OperatorUse(name, [a, b]), gives: [try .of(type, [4], values)])
    }
    expect(
      OperatorUse("Mul", [a, try .of(type, [4], [2, 3, 1, 1])]), gives: [try .of(type, [4], [14, 9, 5, 100])])
    let tests: [(String, [Bool])] = [
      ("Equal", [false, true, false, false]), ("Less", [false, false, false, false]),
      ("Greater", [true, false, true, true]), ("LessOrEqual", [false, true, false, false]),
      ("GreaterOrEqual", [true, true, true, true]),
    ]
    for (name, values) in tests { expect(OperatorUse(name, [a, b]), gives: [try .bool([4], values)]) }
  }

  @Test("signed integers divide towards zero; remainders follow the divisor or the dividend")
  func signs() throws {
    for type in [ElementType.int8, .int16, .int32, .int64] {
      let (a, b) = (try Tensor.of(type, [4], [-7, 7, -7, 7]), try Tensor.of(type, [4], [3, -3, -3, 3]))
      expect(OperatorUse("Div", [a, b]), gives: [try .of(type, [4], [-2, -2, 2, 2])])
      expect(OperatorUse("Mod", [a, b]), gives: [try .of(type, [4], [2, -2, -1, 1])])
      expect(OperatorUse("Mod", ["fmod": .int(1)], [a, b]), gives: [try .of(type, [4], [-1, 1, -1, 1])])
    }
  }

  @Test("integers wrap and never trap", arguments: [ElementType.int8, .int16, .int32, .int64])
  func wrapping(_ type: ElementType) throws {
    let least = -Double(sign: .plus, exponent: type.byteCount * 8 - 1, significand: 1)
    let (a, minusOne) = (try Tensor.of(type, [1], [least]), try Tensor.of(type, [1], [-1]))
    for (name, want) in [("Div", least), ("Mod", 0), ("Mul", least)] {
      expect(OperatorUse(name, [a, minusOne]), gives: [try .of(type, [1], [want])])
    }
    expect(OperatorUse("Add", [a, a]), gives: [try .of(type, [1], [0])])
    expect(OperatorUse("Mul", [a, a]), gives: [try .of(type, [1], [0])])
    expect(OperatorUse("Sub", [try .of(type, [1], [0]), a]), gives: [a])
    expect(OperatorUse("Mod", ["fmod": .int(1)], [a, minusOne]), gives: [try .of(type, [1], [0])])
  }

  @Test("unsigned integers wrap", arguments: [ElementType.uint8, .uint16, .uint32])
  func unsignedWrapping(_ type: ElementType) throws {
    let greatest = Double(sign: .plus, exponent: type.byteCount * 8, significand: 1) - 1
    let a = try Tensor.of(type, [1], [greatest])
    expect(OperatorUse("Add", [a, a]), gives: [try .of(type, [1], [greatest - 1])])
    expect(OperatorUse("Mul", [a, a]), gives: [try .of(type, [1], [1])])
    expect(
      OperatorUse("Sub", [try .of(type, [1], [0]), try .of(type, [1], [1])]), gives: [try .of(type, [1], [greatest])])
  }

  @Test("an integer division by zero is reported", arguments: integers)
  func divisionByZero(_ type: ElementType) throws {
    let (a, zero) = (try Tensor.of(type, [100], (0..<100).map { Double($0) }), try Tensor.of(type, [], [0]))
    expectRefusal(OperatorUse("Div", [a, zero]), "divides an integer by zero")
    expectRefusal(OperatorUse("Mod", [a, zero]), "divides an integer by zero")
    expectRefusal(OperatorUse("Mod", ["fmod": .int(1)], [a, zero]), "divides an integer by zero")
  }

  @Test("floats follow IEEE 754")
  func floats() throws {
    let a = try Tensor.f32([4], [1, -1, 0, .nan])
    expect(
      OperatorUse("Div", [a, try .f32([], [0])]), gives: [try .f32([4], [.infinity, -.infinity, .nan, .nan])])
    for (name, want) in [("Max", [1, 0, 0, Float.nan]), ("Min", [0, -1, 0, .nan])] {
      expect(OperatorUse(name, [a, try .f32([], [0])]), gives: [try .f32([4], want)])
      expect(OperatorUse(name, [try .f32([], [0]), a]), gives: [try .f32([4], want)])
      expect(
        OperatorUse(name, [a, try .f32([], [.nan])]), gives: [try .f32([4], [.nan, .nan, .nan, .nan])])
    }
    expect(
      OperatorUse("Equal", [a, a]), gives: [try .bool([4], [true, true, true, false])])
  }

  @Test("remainders of floats at special values")
  func floatRemainders() throws {
    let cases: [(Float, Float, floored: Float, truncated: Float)] = [
      (-4.3, 2.1, 2, -0.1), (7.2, -3.4, -3, 0.4), (5, 8, 5, 5), (-1, .infinity, .infinity, -1), (1, .infinity, 1, 1),
      (.infinity, 2, .nan, .nan), (2, 0, .nan, .nan), (.nan, 1, .nan, .nan), (6, 3, 0, 0),
    ]
    let shape = Shape([cases.count])
    let inputs = [try Tensor.f32(shape, cases.map(\.0)), try Tensor.f32(shape, cases.map(\.1))]
    // The inputs themselves are rounded to FP32.
    let tolerance = Tolerance(relative: 1e-5)
    expect(OperatorUse("Mod", inputs), gives: [try .f32(shape, cases.map(\.floored))], within: tolerance)
    expect(
      OperatorUse("Mod", ["fmod": .int(1)], inputs), gives: [try .f32(shape, cases.map(\.truncated))],
      within: tolerance)
    // A zero has the divisor's sign.
    let zero = try OperatorUse("Mod", [try .f32([1], [6]), try .f32([1], [-3])]).outputs()[0].doubles[0]
    #expect(zero == 0 && zero.sign == .minus)
  }

  @Test("logic and bits")
  func bits() throws {
    let (p, q) = (try Tensor.bool([4], [true, true, false, false]), try Tensor.bool([4], [true, false, true, false]))
    for (name, want) in [
      ("And", [true, false, false, false]), ("Or", [true, true, true, false]), ("Xor", [false, true, true, false]),
      ("Equal", [true, false, false, true]),
    ] {
      expect(OperatorUse(name, [p, q]), gives: [try .bool([4], want)])
    }
    for type in Self.integers {
      let (a, b) = (try Tensor.of(type, [2], [12, 10]), try Tensor.of(type, [2], [10, 6]))
      expect(OperatorUse("BitwiseAnd", [a, b]), gives: [try .of(type, [2], [8, 2])])
      expect(OperatorUse("BitwiseOr", [a, b]), gives: [try .of(type, [2], [14, 14])])
      expect(OperatorUse("BitwiseXor", [a, b]), gives: [try .of(type, [2], [6, 12])])
      let shifts = try Tensor.of(type, [2], [2, 100])
      expect(
        OperatorUse("BitShift", ["direction": .string("LEFT")], [a, shifts]), gives: [try .of(type, [2], [48, 0])])
      expect(
        OperatorUse("BitShift", ["direction": .string("RIGHT")], [a, shifts]), gives: [try .of(type, [2], [3, 0])])
    }
    let negative = [try Tensor.of(.int16, [2], [-8, -8]), try Tensor.of(.int16, [2], [1, -1])]
    expect(
      OperatorUse("BitShift", opset: 28, ["direction": .string("RIGHT")], negative),
      gives: [try .of(.int16, [2], [-4, -1])])
    expectRefusal(OperatorUse("BitShift", negative), "direction must be LEFT or RIGHT")
  }

  @Test("PRelu broadcasts its slope, but never its input")
  func prelu() throws {
    let input = try Tensor.f32([2, 2], [-1, 2, -3, 4])
    expect(
      OperatorUse("PRelu", [input, try .f32([2, 1], [0.5, 2])]), gives: [try .f32([2, 2], [-0.5, 2, -6, 4])])
    expectRefusal(OperatorUse("PRelu", [try .f32([2], [1, 1]), input]), "do not broadcast to the input's")
  }

  @Test("what contradicts is refused")
  func refusals() throws {
    let (a, b) = (try Tensor.f32([2, 3], [0, 0, 0, 0, 0, 0]), try Tensor.f32([2], [0, 0]))
    expectRefusal(OperatorUse("Add", [a, b]), "extents 2x3 and 2 do not broadcast")
    expectRefusal(OperatorUse("Add", [a, try .i64([3], [0, 0, 0])]), "float32 and int64")
    expectRefusal(OperatorUse("Add", [a]), "input 1 is missing")
    expectRefusal(OperatorUse("Add", [nil, a]), "input 0 is missing")
    expectRefusal(OperatorUse("And", [a, a]), "And of float32 elements")
    expectRefusal(OperatorUse("Less", [try .bool([1], [true]), try .bool([1], [true])]), "Less of bool elements")
  }

  /// Extents whose product overflows cannot be allocated, so only the type is asked for.
  @Test("a broadcast beyond the address space is refused")
  func overflow() throws {
    let definition = try OperatorLibrary.definition(of: "Add")
    let shapes: [Shape] = [[1 << 40, 1], [1, 1 << 40]]
    let call = OperatorCall(
      node: "n", op: GeneralOperator("Add", opset: 21, slots: [0, 1]),
      operands: shapes.map { Operand(type: TensorType(.float32, $0), address: nil, hasValue: false) }, outputCount: 1,
      resources: Resources())
    #expect(throws: OperatorError.self) { try definition.outputTypes(call) }
  }
}
