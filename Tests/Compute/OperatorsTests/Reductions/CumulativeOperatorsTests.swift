import ModelGraph
import Operators
import Tensors
import Testing

@Suite("CumSum and CumProd")
struct CumulativeOperatorsTests {
  static let cases: [(name: String, exclusive: Int, reverse: Int, want: [Double])] = [
    ("CumSum", 0, 0, [1, 3, 6]), ("CumSum", 1, 0, [0, 1, 3]), ("CumSum", 0, 1, [6, 5, 3]), ("CumSum", 1, 1, [5, 3, 0]),
    ("CumProd", 0, 0, [1, 2, 6]), ("CumProd", 1, 0, [1, 1, 2]), ("CumProd", 0, 1, [6, 6, 3]),
    ("CumProd", 1, 1, [6, 3, 1]),
  ]

  @Test("every direction in every type", arguments: cases.indices)
  func directions(_ index: Int) throws {
    let (name, exclusive, reverse, want) = Self.cases[index]
    let types: [ElementType] = [.float32, .float64, .int8, .int32, .int64, .uint32, .uint64]
    for type in types {
      expect(
        OperatorUse(
          name, opset: 26, ["exclusive": .int(exclusive), "reverse": .int(reverse)],
          [try .of(type, [3], [1, 2, 3]), try .of(.int32, [], [0])]), gives: [try .of(type, [3], want)])
    }
  }

  @Test("any axis, also one that is only known when the model runs")
  func axes() throws {
    let input = try Tensor.f32([2, 3], [1, 2, 3, 4, 5, 6])
    for axis in [0, -2] {
      expect(
        OperatorUse("CumSum", opset: 14, [input, try .i64([], [axis])]),
        gives: [try .f32([2, 3], [1, 2, 3, 5, 7, 9])])
    }
    for axis in [1, -1] {
      expect(
        OperatorUse("CumSum", opset: 14, [input, try .i64([1], [axis])]),
        gives: [try .f32([2, 3], [1, 3, 6, 4, 9, 15])])
    }
    expect(OperatorUse("CumSum", [try .f32([0, 2], []), try .i64([], [0])]), gives: [try .f32([0, 2], [])])
  }

  @Test("integers wrap; long sums of FP32 keep their digits")
  func precision() throws {
    expect(
      OperatorUse("CumSum", [try .of(.int8, [3], [100, 100, 100]), try .i64([], [0])]),
      gives: [try .of(.int8, [3], [100, -56, 44])])
    let count = 1 << 15
    let tenths = try Tensor.f32([count], [Float](repeating: 0.1, count: count))
    let want = (1...count).map { Float(Double(Float(0.1)) * Double($0)) }
    expect(OperatorUse("CumSum", [tenths, try .i64([], [0])]), gives: [try .f32([count], want)], within: .fp32)
  }

  @Test("an axis outside the input is reported")
  func refusals() throws {
    let input = try Tensor.f32([2], [1, 2])
    for axis in [1, -2, Int.max, Int.min] {
      expectRefusal(OperatorUse("CumSum", [input, try .i64([], [axis])]), "does not allow")
    }
    expectRefusal(OperatorUse("CumSum", [input, try .f32([], [0])]), "must be one int32 or int64")
    expectRefusal(OperatorUse("CumSum", [input]), "input 1 is missing")
    expectRefusal(OperatorUse("CumSum", [try .f32([], [0]), try .i64([], [0])]), "has no axis")
  }
}
