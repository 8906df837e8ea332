import ModelGraph
import Operators
import Tensors
import Testing

@Suite("Cast, CastLike and Identity")
struct ConversionOperatorsTests {
  /// TensorProto.DataType's numbers.
  static let codes: [ElementType: Int] = [
    .float32: 1, .uint8: 2, .int8: 3, .uint16: 4, .int16: 5, .int32: 6, .int64: 7, .bool: 9, .float16: 10,
    .float64: 11, .uint32: 12, .uint64: 13, .bfloat16: 16,
  ]

  static func cast(_ input: Tensor, to type: ElementType) -> OperatorUse {
    OperatorUse("Cast", ["to": .int(codes[type] ?? 0)], [input])
  }

  @Test("every pair of types", arguments: ElementType.allCases, ElementType.allCases)
  func pairs(_ from: ElementType, _ to: ElementType) throws {
    let values: [Double] = from == .bool ? [0, 1, 1] : [0, 1, 100]
    let wanted = to == .bool ? [0, 1, 1] : values
    let input = try Tensor.of(from, [3], values)
    expect(Self.cast(input, to: to), gives: [try .of(to, [3], wanted)])
    expect(OperatorUse("CastLike", [input, try .of(to, [1], [0])]), gives: [try .of(to, [3], wanted)])
  }

  @Test("Identity copies every type", arguments: ElementType.allCases)
  func identity(_ type: ElementType) throws {
    let input = try Tensor.of(type, [2, 2], [0, 1, 1, 0])
    expect(OperatorUse("Identity", [input]), gives: [input])
  }

  @Test(
    "floats to integers truncate and clamp; NaN gives 0",
    arguments: [ElementType.float32, .float64, .float16, .bfloat16])
  func clamping(_ from: ElementType) throws {
    let input = try Tensor.of(from, [7], [-1.5, 1.75, -300, 300, .nan, .infinity, -.infinity])
    let signed: [(ElementType, Double, Double)] = [
      (.int8, -128, 127), (.int16, -32768, 32767), (.int32, -0x1p31, 0x1p31 - 1),
    ]
    for (type, least, greatest) in signed {
      let wide = type != .int8
      expect(
        Self.cast(input, to: type),
        gives: [
          try .of(type, [7], [-1, 1, wide ? -300 : -128, wide ? 300 : 127, 0, greatest, least])
        ])
    }
    expect(Self.cast(input, to: .int64), gives: [try .i64([7], [-1, 1, -300, 300, 0, .max, .min])])
    expect(Self.cast(input, to: .uint8), gives: [try .of(.uint8, [7], [0, 1, 0, 255, 0, 255, 0])])
    expect(
      Self.cast(input, to: .uint64), gives: [try Tensor(.uint64, [7], [0, 1, 0, 300, 0, UInt64.max, 0])])
    expect(Self.cast(input, to: .bool), gives: [try .bool([7], [true, true, true, true, true, true, true])])
  }

  @Test("integers keep their low bits")
  func narrowing() throws {
    let input = try Tensor.i64([5], [200, -1, (1 << 40) + 5, 65536 + 7, .min])
    expect(Self.cast(input, to: .int8), gives: [try .of(.int8, [5], [-56, -1, 5, 7, 0])])
    expect(Self.cast(input, to: .uint16), gives: [try .of(.uint16, [5], [200, 65535, 5, 7, 0])])
    expect(
      Self.cast(input, to: .uint64),
      gives: [try Tensor(.uint64, [5], [200, UInt64.max, (1 << 40) + 5, 65543, 1 << 63])])
    expect(Self.cast(input, to: .bool), gives: [try .bool([5], [true, true, true, true, true])])
  }

  @Test("every FP16 value reaches FP32 and comes back")
  func float16() throws {
    let all = (0...UInt16.max).map { $0 }
    let input = try Tensor(.float16, [65536], all)
    let wide = try Self.cast(input, to: .float32).outputs()[0]
    let wanted = all.map { Float(Float16(bitPattern: $0)) }
    for (index, (got, want)) in zip(wide.elements(as: Float.self), wanted).enumerated() {
      if got.bitPattern != want.bitPattern && !(got.isNaN && want.isNaN) {
        Issue.record("FP16 \(index) is \(got) instead of \(want)")
        break
      }
    }
    let back = try Self.cast(wide, to: .float16).outputs()[0]
    let isSame = zip(back.elements(as: UInt16.self), all).allSatisfy { got, want in
      got == want || (Float16(bitPattern: got).isNaN && Float16(bitPattern: want).isNaN)
    }
    #expect(isSame)
  }

  @Test("FP64 and FP32 round to FP16 once")
  func roundingToFloat16() throws {
    var values: [Double] = []
    for bits in stride(from: UInt16(0), through: 0x7bff, by: 37) {
      let (low, high) = (Double(Float16(bitPattern: bits)), Double(Float16(bitPattern: bits + 1)))
      let middle = bits == 0x7bff ? 65520 : (low + high) / 2
      // The middle, and neighbours of it that FP32 cannot tell from the middle.
      values += [middle, middle * (1 + 0x1p-50), middle * (1 - 0x1p-50), middle * 1.0001, middle * 0.9999]
    }
    values += [0, 1e-9, 0x1p-25, 0x1.8p-25, 65519.99, 65520, 1e300, .infinity, .nan, 0x1p-1070]
    values += values.map { -$0 }
    let input = try Tensor(.float64, [values.count], values)
    let got = try Self.cast(input, to: .float16).outputs()[0].doubles
    expectClose(
      try Tensor(.float64, input.shape, got), try Tensor(.float64, input.shape, values.map { Double(Float16($0)) }),
      within: .exact, "FP64 to FP16")
    let floats = values.map { Float($0) }
    let gotFloats = try Self.cast(try .f32([floats.count], floats), to: .float16).outputs()[0].doubles
    expectClose(
      try Tensor(.float64, input.shape, gotFloats),
      try Tensor(.float64, input.shape, floats.map { Double(Float16($0)) }), within: .exact, "FP32 to FP16")
  }

  @Test("FP32, FP64 and large integers round to BF16 once")
  func roundingToBFloat16() throws {
    let one = 1.0
    let cases: [(Double, Double)] = [
      (one + 0x1p-8, 1), (one + 0x3p-8, one + 0x1p-6), (one + 0x1p-8 + 0x1p-40, one + 0x1p-7), (3.3e38, 3.2964e38),
      (3.4e38, .infinity), (.nan, .nan), (-.infinity, -.infinity), (0x1p-133, 0x1p-133), (-0x1p-134, 0),
    ]
    let input = try Tensor(.float64, [cases.count], cases.map(\.0))
    let got = try Self.cast(input, to: .bfloat16).outputs()[0].doubles
    for (index, (value, want)) in zip(got, cases.map(\.1)).enumerated() {
      #expect(Tolerance(relative: 1e-3).allows(value, want) && (value == want || index == 3 || want.isNaN), "\(index)")
    }
    // Just above the middle of two BF16 values, by less than FP64 holds.
    let middle = (1 << 62) + (1 << 54)
    let integers = try Tensor.i64([3], [middle, middle + 1, -(middle + 1)])
    let above = Double(1 << 62) + Double(1 << 55)
    expect(
      Self.cast(integers, to: .bfloat16), gives: [try .of(.bfloat16, [3], [Double(1 << 62), above, -above])])
  }

  @Test("unknown and missing targets are refused")
  func refusals() throws {
    let input = try Tensor.f32([1], [0])
    expectRefusal(OperatorUse("Cast", [input]), "attribute to is missing")
    for code in [0, 8, 14, 15, 17, 23, -1, Int.max, Int.min] {
      expectRefusal(OperatorUse("Cast", ["to": .int(code)], [input]), "Cast to ONNX type \(code) is not supported")
    }
    expectRefusal(OperatorUse("CastLike", [input]), "input 1 is missing")
  }
}
