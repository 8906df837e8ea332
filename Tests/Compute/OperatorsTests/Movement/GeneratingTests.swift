import ModelGraph
import Operators
import Tensors
import Testing

/// Shape, Size, ConstantOfShape, Range, EyeLike, Trilu, ReverseSequence and Compress.
struct GeneratingTests {
  @Test(
    arguments: [
      (21, nil, nil, [2, 3, 4]), (21, 1, nil, [3, 4]), (21, -1, nil, [4]), (21, nil, -1, [2, 3]), (21, -3, 2, [2, 3]),
      (21, 2, 1, []), (21, -100, 100, [2, 3, 4]), (21, Int.min, Int.max, [2, 3, 4]), (14, 1, nil, [2, 3, 4]),
    ] as [(Int, Int?, Int?, [Int])])
  func givesExtents(opset: Int, start: Int?, end: Int?, wanted: [Int]) throws {
    var attributes: [String: GeneralOperator.Attribute] = [:]
    if let start { attributes["start"] = .int(start) }
    if let end { attributes["end"] = .int(end) }
    let input = try Tensor.of(.bool, [2, 3, 4], [Double](repeating: 1, count: 24))
    expect(OperatorUse("Shape", opset: opset, attributes, [input]), gives: [try .i64([wanted.count], wanted)])
    expect(OperatorUse("Size", [input]), gives: [try .i64([], [24])])
  }

  @Test func givesTheShapeOfAScalarAndOfNothing() throws {
    expect(OperatorUse("Shape", [try .f32([], [5])]), gives: [try .i64([0], [])])
    expect(OperatorUse("Size", [try .f32([0, 3], [])]), gives: [try .i64([], [0])])
  }

  @Test(arguments: ElementType.allCases) func fills(type: ElementType) throws {
    let one = try Tensor.of(type, [1], [1])
    let use = OperatorUse(
      "ConstantOfShape", ["value": .tensor(one.type, Array(one.bytes))], [try .i64([2], [2, 3])])
    expect(use, gives: [try .of(type, [2, 3], [1, 1, 1, 1, 1, 1])])
    let matrix = try Tensor.of(type, [2, 3], [1, 1, 1, 1, 1, 1])
    expect(OperatorUse("EyeLike", ["k": .int(1)], [matrix]), gives: [try .of(type, [2, 3], [0, 1, 0, 0, 0, 1])])
    expect(OperatorUse("EyeLike", ["k": .int(.max)], [matrix]), gives: [try .of(type, [2, 3], [0, 0, 0, 0, 0, 0])])
    expect(
      OperatorUse("EyeLike", ["k": .int(-1), "dtype": .int(11)], [matrix]),
      gives: [try .of(.float64, [2, 3], [0, 0, 0, 1, 0, 0])])
  }

  @Test func fillsWithZeroByDefault() throws {
    expect(OperatorUse("ConstantOfShape", [try .i64([0], [])]), gives: [try .f32([], [0])])
    expect(OperatorUse("ConstantOfShape", [try .i64([1], [0])]), gives: [try .f32([0], [])])
    expectRefusal(OperatorUse("ConstantOfShape", [try .i64([2], [.max, .max])]), "not a valid shape")
    expectRefusal(OperatorUse("ConstantOfShape", [try .i64([1], [-1])]), "not a valid shape")
    let two = GeneralOperator.Attribute.tensor(TensorType(.int32, [2]), [UInt8](repeating: 0, count: 8))
    expectRefusal(OperatorUse("ConstantOfShape", ["value": two], [try .i64([1], [1])]), "one element")
  }

  @Test(
    arguments: [
      (.int64, 3, 9, 3, [3, 6]), (.int32, 10, 4, -2, [10, 8, 6]), (.int16, 0, 5, 2, [0, 2, 4]),
      (.int64, 5, 5, 1, []), (.int64, 5, 0, 1, []), (.float32, 1, 5, 2, [1, 3]),
      (.float32, 0, 1, 0.25, [0, 0.25, 0.5, 0.75]),
      (.float64, 0, -1.5, -0.5, [0, -0.5, -1]),
    ] as [(ElementType, Double, Double, Double, [Double])])
  func counts(type: ElementType, start: Double, limit: Double, delta: Double, wanted: [Double]) throws {
    let inputs = try [start, limit, delta].map { try Tensor.of(type, [], [$0]) }
    expect(OperatorUse("Range", inputs), gives: [try .of(type, [wanted.count], wanted)])
  }

  @Test(arguments: [
    (0, 5, 0, "step of the range is 0"), (Int.min, Int.max, 1, "not a valid shape"),
    (.max, .min, -1, "not a valid shape"),
  ]) func refusesRanges(start: Int, limit: Int, delta: Int, words: String) throws {
    expectRefusal(OperatorUse("Range", try [start, limit, delta].map { try Tensor.i64([], [$0]) }), words)
  }

  @Test(arguments: [(0, 1, 0), (0, .infinity, 1), (.nan, 1, 1), (0, 3e38, 1e-30)] as [(Float, Float, Float)])
  func refusesFloatRanges(start: Float, limit: Float, delta: Float) throws {
    expectRefusal(OperatorUse("Range", try [start, limit, delta].map { try Tensor.f32([], [$0]) }), "")
  }

  @Test(
    arguments: [
      (1, nil, [1, 2, 3, 0, 5, 6]), (1, 1, [0, 2, 3, 0, 0, 6]), (1, -1, [1, 2, 3, 4, 5, 6]),
      (0, nil, [1, 0, 0, 4, 5, 0]),
      (0, -1, [0, 0, 0, 4, 0, 0]), (1, Int.max, [0, 0, 0, 0, 0, 0]), (1, Int.min, [1, 2, 3, 4, 5, 6]),
      (0, Int.max, [1, 2, 3, 4, 5, 6]), (0, Int.min, [0, 0, 0, 0, 0, 0]),
    ] as [(Int, Int?, [Double])])
  func keepsTriangles(upper: Int, k: Int?, wanted: [Double]) throws {
    let matrices = try Tensor.of(.int16, [2, 2, 3], [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6])
    let inputs = [matrices] + (try k.map { [try Tensor.i64([], [$0])] } ?? [])
    expect(OperatorUse("Trilu", ["upper": .int(upper)], inputs), gives: [try .of(.int16, [2, 2, 3], wanted + wanted)])
  }

  @Test func reversesSequences() throws {
    let input = try Tensor.of(.uint8, [4, 4], (0..<16).map(Double.init))
    expect(
      OperatorUse("ReverseSequence", [input, try .i64([4], [4, 3, 2, 1])]),
      gives: [try .of(.uint8, [4, 4], [12, 9, 6, 3, 8, 5, 2, 7, 4, 1, 10, 11, 0, 13, 14, 15])])
    let byBatch: [String: GeneralOperator.Attribute] = ["batch_axis": .int(0), "time_axis": .int(1)]
    expect(
      OperatorUse("ReverseSequence", byBatch, [input, try .i64([4], [1, 2, 3, 4])]),
      gives: [try .of(.uint8, [4, 4], [0, 1, 2, 3, 5, 4, 6, 7, 10, 9, 8, 11, 15, 14, 13, 12])])
    for length in [5, -1, Int.max, Int.min] {
      expectRefusal(OperatorUse("ReverseSequence", [input, try .i64([4], [1, length, 1, 1])]), "does not allow")
    }
    expectRefusal(OperatorUse("ReverseSequence", [input, try .i64([3], [1, 1, 1])]), "one int64 per sequence")
    expectRefusal(
      OperatorUse("ReverseSequence", ["batch_axis": .int(0)], [input, try .i64([4], [1, 1, 1, 1])]), "must be")
  }

  @Test func compresses() throws {
    let input = try Tensor.of(.float64, [3, 2], [1, 2, 3, 4, 5, 6])
    let use: (Int?, [Bool]) throws -> OperatorUse = { axis, condition in
      OperatorUse(
        "Compress", axis.map { ["axis": .int($0)] } ?? [:], [input, try .bool([condition.count], condition)])
    }
    expect(try use(0, [false, true, true]), gives: [try .of(.float64, [2, 2], [3, 4, 5, 6])])
    expect(try use(-1, [false, true]), gives: [try .of(.float64, [3, 1], [2, 4, 6])])
    expect(try use(nil, [false, true, false, false, true]), gives: [try .of(.float64, [2], [2, 5])])
    expect(try use(0, [false]), gives: [try .of(.float64, [0, 2], [])])
    expectRefusal(try use(1, [false, false, true]), "selects 2 of 2")
    expectRefusal(try use(2, [true]), "lies outside")
  }
}
