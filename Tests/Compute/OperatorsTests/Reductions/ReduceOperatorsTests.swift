import Glibc
import ModelGraph
import Operators
import Tensors
import Testing

@Suite("Reduce operators")
struct ReduceOperatorsTests {
  /// An operator and its formula over the terms of one result, in FP64.
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let formula: @Sendable ([Double]) -> Double
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "ReduceSum") { $0.reduce(0, +) }, Case(name: "ReduceMean") { $0.reduce(0, +) / Double($0.count) },
    Case(name: "ReduceProd") { $0.reduce(1, *) }, Case(name: "ReduceMax") { $0.reduce(-.infinity, max) },
    Case(name: "ReduceMin") { $0.reduce(.infinity, min) }, Case(name: "ReduceL1") { $0.reduce(0) { $0 + abs($1) } },
    Case(name: "ReduceL2") { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() },
    Case(name: "ReduceSumSquare") { $0.reduce(0) { $0 + $1 * $1 } },
    Case(name: "ReduceLogSum") { log($0.reduce(0, +)) },
    Case(name: "ReduceLogSumExp") { log($0.reduce(0) { $0 + exp($1) }) },
  ]

  /// Extents and axes for every order of kept and reduced dimensions, with lengths around the kernels' blocks.
  static let shapes: [(Shape, [Int])] = [
    ([], []), ([7], [0]), ([200], [0]), ([3, 67], [1]), ([67, 3], [0]), ([3, 130], [0]), ([2, 3, 4], [1]),
    ([2, 3, 4], [0, 2]), ([2, 3, 4, 5], [1, 3]), ([2, 3, 4, 5], [0, 2]), ([2, 1, 4, 1], [1, 3]),
    ([2, 3, 4], [0, 1, 2]),
    ([5, 1, 7], [1]), ([2, 70, 70], [1]), ([2, 2, 2, 2, 2, 2], [0, 2, 4]),
  ]

  /// Result by result from the definition.
  static func naive(_ input: Tensor, _ axes: [Int], _ formula: ([Double]) -> Double) -> [Double] {
    let shape = input.shape
    let kept = Shape(shape.dims.indices.map { axes.contains($0) ? 1 : shape[$0] })
    var terms = [[Double]](repeating: [], count: kept.count)
    for (place, value) in input.doubles.enumerated() {
      var result = 0
      for (dim, stride) in shape.strides.enumerated() where !axes.contains(dim) {
        result += place / stride % shape[dim] * kept.strides[dim]
      }
      terms[result].append(value)
    }
    return terms.map(formula)
  }

  static func reduced(_ shape: Shape, _ axes: [Int], keepsDims: Bool) -> Shape {
    Shape(
      shape.dims.indices.compactMap { dim in
        axes.contains(dim) ? (keepsDims ? 1 : nil) : shape[dim]
      })
  }

  static func input(_ type: ElementType, _ shape: Shape) throws -> Tensor {
    // Positive and close to 1, so that every formula is defined and products stay finite.
    try .of(type, shape, (0..<shape.count).map { 0.75 + Double(($0 * 37) % 101) / 200 })
  }

  @Test("floats agree with a loop over indices", arguments: cases, shapes.indices)
  func floats(_ item: Case, _ index: Int) throws {
    let (shape, axes) = Self.shapes[index]
    for (type, relative) in [(ElementType.float32, 2e-7), (.float64, 1e-13)] {
      let input = try Self.input(type, shape)
      for keeps in [true, false] {
        let want = try Tensor.of(
          type, Self.reduced(shape, axes, keepsDims: keeps), Self.naive(input, axes, item.formula))
        expect(
          OperatorUse(
            item.name, opset: 18, ["keepdims": .int(keeps ? 1 : 0)],
            [input, try .i64([axes.count], axes.map { $0 - shape.rank })]), gives: [want],
          within: Tolerance(relative: relative, absolute: relative / 10))
      }
    }
  }

  @Test(
    "integers", arguments: [ElementType.int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64])
  func integers(_ type: ElementType) throws {
    let input = try Tensor.of(type, [2, 3], [1, 2, 3, 4, 5, 7])
    let wanted: [(String, [Double], [Double])] = [
      ("ReduceSum", [6, 16], [5, 7, 10]), ("ReduceMean", [2, 5], [2, 3, 5]), ("ReduceProd", [6, 140], [4, 10, 21]),
      ("ReduceMax", [3, 7], [4, 5, 7]), ("ReduceMin", [1, 4], [1, 2, 3]), ("ReduceL1", [6, 16], [5, 7, 10]),
      ("ReduceSumSquare", [14, 90], [17, 29, 58]),
    ]
    for (name, byRow, byColumn) in wanted where type != .int8 || name != "ReduceProd" {
      for (axis, values) in [(1, byRow), (0, byColumn)] {
        expect(
          OperatorUse(name, opset: 12, ["axes": .ints([axis]), "keepdims": .int(0)], [input].map { $0 }),
          gives: [try .of(type, [values.count], values)])
      }
    }
  }

  @Test("signed integers: negative terms, and sums that wrap")
  func signedIntegers() throws {
    let input = try Tensor.of(.int8, [4], [-128, -1, -100, 3])
    let axes = ["axes": GeneralOperator.Attribute.ints([0]), "keepdims": .int(0)]
    for (name, want) in [
      ("ReduceSum", 30), ("ReduceMax", 3), ("ReduceMin", -128), ("ReduceMean", -56), ("ReduceL1", -24),
    ] {
      expect(OperatorUse(name, opset: 11, axes, [input]), gives: [try .of(.int8, [], [Double(want)])])
    }
  }

  @Test("bools: Max is any, Min is all")
  func bools() throws {
    let input = try Tensor(.bool, [2, 3], [UInt8(0), 2, 0, 1, 1, 255])
    let axes = try Tensor.i64([1], [1])
    expect(OperatorUse("ReduceMax", opset: 20, [input, axes]), gives: [try .bool([2, 1], [true, true])])
    expect(OperatorUse("ReduceMin", opset: 20, [input, axes]), gives: [try .bool([2, 1], [false, true])])
  }

  @Test("axes are an attribute or an input by version; empty axes mean all or none")
  func versions() throws {
    let input = try Tensor.f32([2, 2], [1, 2, 3, 4])
    let rows = try Tensor.f32([2, 1], [3, 7])
    let all = try Tensor.f32([1, 1], [10])
    let axis = try Tensor.i64([1], [1])
    let none = try Tensor.i64([0], [])
    expect(OperatorUse("ReduceSum", opset: 11, ["axes": .ints([1])], [input]), gives: [rows])
    expect(OperatorUse("ReduceSum", opset: 13, ["axes": .ints([0])], [input, axis]), gives: [rows])
    expect(OperatorUse("ReduceSum", opset: 13, [input]), gives: [all])
    expect(OperatorUse("ReduceSum", opset: 13, [input, none]), gives: [all])
    let noop = ["noop_with_empty_axes": GeneralOperator.Attribute.int(1)]
    expect(OperatorUse("ReduceSum", opset: 13, noop, [input, none]), gives: [input])
    expect(OperatorUse("ReduceSumSquare", opset: 18, noop, [input]), gives: [try .f32([2, 2], [1, 4, 9, 16])])
    expect(OperatorUse("ReduceMax", opset: 13, ["axes": .ints([1])], [input]), gives: [try .f32([2, 1], [2, 4])])
    expect(
      OperatorUse("ReduceMax", opset: 18, ["axes": .ints([0])], [input, axis]), gives: [try .f32([2, 1], [2, 4])])
    expect(OperatorUse("ReduceMean", opset: 7, [input]), gives: [try .f32([1, 1], [2.5])])
  }

  @Test("nothing to reduce gives the neutral element")
  func emptySets() throws {
    let input = try Tensor.f32([2, 0, 3], [])
    let axes = try Tensor.i64([1], [1])
    let wanted: [(String, Float)] = [
      ("ReduceSum", 0), ("ReduceProd", 1), ("ReduceMax", -.infinity), ("ReduceMin", .infinity), ("ReduceL1", 0),
      ("ReduceL2", 0), ("ReduceSumSquare", 0), ("ReduceLogSum", -.infinity), ("ReduceLogSumExp", -.infinity),
      ("ReduceMean", .nan),
    ]
    for (name, want) in wanted {
      let result = try Tensor.f32([2, 1, 3], [Float](repeating: want, count: 6))
      expect(OperatorUse(name, opset: 20, [input, axes]), gives: [result])
      expect(OperatorUse(name, opset: 20, [input, try .i64([1], [0])]), gives: [try .f32([1, 0, 3], [])])
    }
    let integers = try Tensor.of(.int32, [0], [])
    expect(OperatorUse("ReduceMax", opset: 20, [integers]), gives: [try .of(.int32, [1], [-0x1p31])])
    expectRefusal(OperatorUse("ReduceMean", opset: 20, [integers]), "divides an integer by zero")
  }

  @Test("NaN and infinities reach the result")
  func specialValues() throws {
    let input = try Tensor.f32([3, 3], [1, .nan, 2, .infinity, 1, -.infinity, -.infinity, -.infinity, -.infinity])
    let axes = try Tensor.i64([1], [1])
    for (name, want) in [
      ("ReduceMax", [Float.nan, .infinity, -.infinity]), ("ReduceMin", [.nan, -.infinity, -.infinity]),
      ("ReduceSum", [.nan, .nan, -.infinity]), ("ReduceLogSumExp", [.nan, .infinity, -.infinity]),
    ] {
      expect(OperatorUse(name, opset: 20, [input, axes]), gives: [try .f32([3, 1], want)])
    }
    // Exponentials beyond the range of FP64 and sums that FP32 would lose.
    expect(
      OperatorUse("ReduceLogSumExp", opset: 20, [try .f32([2], [2000, 2000])]), gives: [try .f32([1], [2000.6931])],
      within: .fp32)
    let many = try Tensor.f32([1 << 17], [1e8] + [Float](repeating: 0.5, count: 1 << 17 - 1))
    expect(
      OperatorUse("ReduceSum", opset: 20, [many]), gives: [try .f32([1], [Float(1e8 + 0.5 * Double(1 << 17 - 1))])])
  }

  @Test("hostile axes are refused")
  func refusals() throws {
    let input = try Tensor.f32([2, 2], [1, 2, 3, 4])
    expectRefusal(OperatorUse("ReduceSum", opset: 11, ["axes": .ints([2])], [input]), "axis 2 lies outside")
    expectRefusal(OperatorUse("ReduceSum", opset: 11, ["axes": .ints([.min])], [input]), "lies outside")
    expectRefusal(OperatorUse("ReduceSum", opset: 11, ["axes": .ints([0, -2])], [input]), "axis -2 is given twice")
    expectRefusal(OperatorUse("ReduceSum", opset: 13, [input, input]), "must hold integers")
    expectRefusal(OperatorUse("ReduceL2", opset: 13, [try .i64([1], [1])]), "ReduceL2 of int64 elements")
    expectRefusal(OperatorUse("ReduceSum", opset: 13, [try .bool([1], [true])]), "ReduceSum of bool elements")
  }
}
