import Glibc
import ModelGraph
import Operators
import Tensors
import Testing

@Suite("Operators along an axis")
struct LineOperatorsTests {
  /// Applies a formula to each line of a shape along an axis.
  static func naive(_ input: Tensor, axis: Int, _ formula: ([Double]) -> [Double]) -> [Double] {
    let (shape, values) = (input.shape, input.doubles)
    let stride = shape.strides[axis]
    var result = values
    for start in values.indices where start / stride % shape[axis] == 0 {
      let places = (0..<shape[axis]).map { start + $0 * stride }
      for (place, value) in zip(places, formula(places.map { values[$0] })) { result[place] = value }
    }
    return result
  }

  static let formulas: [(name: String, formula: @Sendable ([Double]) -> [Double])] = [
    (
      "Softmax",
      { line in
        let greatest = line.max() ?? 0
        let sum = line.reduce(0) { $0 + exp($1 - greatest) }
        return line.map { exp($0 - greatest) / sum }
      }
    ),
    (
      "LogSoftmax",
      { line in
        let greatest = line.max() ?? 0
        let logarithm = log(line.reduce(0) { $0 + exp($1 - greatest) })
        return line.map { $0 - greatest - logarithm }
      }
    ),
    ("Hardmax", { line in line.indices.map { $0 == line.firstIndex(of: line.max() ?? 0) ? 1 : 0 } }),
    (
      "LpNormalization",
      { line in
        let norm = line.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return line.map { $0 / norm }
      }
    ),
  ]

  static let shapes: [(Shape, Int)] = [
    ([1], 0), ([5], 0), ([3, 200], 1), ([200, 3], 0), ([3, 33, 5], 1), ([2, 3, 70], 1), ([4, 1, 3], 1), ([2, 3, 4], 0),
    ([7, 16], 1), ([7, 17], 1), ([16, 7], 0), ([0, 3], 1), ([3, 0], 1), ([2, 3, 4, 5], 2),
  ]

  @Test("lines agree with the formulas", arguments: formulas.indices, shapes.indices)
  func lines(_ formula: Int, _ index: Int) throws {
    let (name, function) = Self.formulas[formula]
    let (shape, axis) = Self.shapes[index]
    for (type, relative) in [(ElementType.float32, 5e-7), (.float64, 1e-14)] {
      let input = try Tensor.of(type, shape, (0..<shape.count).map { Double(($0 * 53) % 97) / 8 - 5.5 })
      let want = try Tensor.of(type, shape, Self.naive(input, axis: axis, function))
      for given in [axis, axis - shape.rank] {
        expect(
          OperatorUse(name, opset: 13, ["axis": .int(given)], [input]), gives: [want],
          within: Tolerance(relative: relative, absolute: relative))
      }
    }
  }

  @Test("before opset 13 softmax flattens to a matrix at the axis, by default 1")
  func flattening() throws {
    let input = try Tensor.f32([2, 2, 2], [1, 2, 3, 4, 4, 3, 2, 2])
    for (name, function) in Self.formulas.prefix(3) {
      let rows = Self.naive(try .f32([2, 4], input.elements(as: Float.self).map { $0 }), axis: 1, function)
      let tolerance = Tolerance(relative: 5e-7, absolute: 5e-7)
      let want = try Tensor.of(.float32, [2, 2, 2], rows)
      expect(OperatorUse(name, opset: 12, [input]), gives: [want], within: tolerance)
      expect(OperatorUse(name, opset: 7, ["axis": .int(1)], [input]), gives: [want], within: tolerance)
      let last = try Tensor.of(.float32, [2, 2, 2], Self.naive(input, axis: 2, function))
      expect(OperatorUse(name, opset: 13, [input]), gives: [last], within: tolerance)
      expect(OperatorUse(name, opset: 11, ["axis": .int(-1)], [input]), gives: [last], within: tolerance)
    }
  }

  @Test("softmax of large numbers, infinities and NaN")
  func softmaxSpecials() throws {
    let rows: [[Float]] = [
      [1000, 1000], [-1000, -1000], [-1e30, 0], [-.infinity, 0], [-.infinity, -.infinity], [.infinity, 0], [.nan, 0],
      [0, .nan],
    ]
    let want: [Float] = [0.5, 0.5, 0.5, 0.5, 0, 1, 0, 1] + [Float](repeating: .nan, count: 8)
    let input = try Tensor.f32([8, 2], rows.flatMap { $0 })
    expect(OperatorUse("Softmax", [input]), gives: [try .f32([8, 2], want)])
    // The same down columns.
    let columns = try Tensor.f32([2, 8], rows.map { $0[0] } + rows.map { $0[1] })
    let wantColumns = (0..<2).flatMap { place in (0..<8).map { want[$0 * 2 + place] } }
    expect(OperatorUse("Softmax", ["axis": .int(0)], [columns]), gives: [try .f32([2, 8], wantColumns)])
  }

  @Test("LpNormalization: order 1, and a line of zeros stays")
  func norms() throws {
    let input = try Tensor.f32([2, 2], [3, -1, 0, 0])
    expect(
      OperatorUse("LpNormalization", ["p": .int(1)], [input]), gives: [try .f32([2, 2], [0.75, -0.25, 0, 0])])
    expectRefusal(OperatorUse("LpNormalization", ["p": .int(3)], [input]), "attribute p is 3 and must be 1 or 2")
  }

  static let places: [(name: String, select: Int, want: [Int])] = [
    ("ArgMax", 0, [1, 0]), ("ArgMax", 1, [2, 0]), ("ArgMin", 0, [0, 1]), ("ArgMin", 1, [3, 2]),
  ]

  @Test("ArgMax and ArgMin in every type, first and last", arguments: places.indices)
  func everyType(_ index: Int) throws {
    let (name, select, want) = Self.places[index]
    let types: [ElementType] = [
      .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
    ]
    for type in types {
      let input = try Tensor.of(type, [2, 4], [1, 7, 7, 1, 9, 2, 2, 3])
      let attributes: [String: GeneralOperator.Attribute] = [
        "axis": .int(1), "select_last_index": .int(select), "keepdims": .int(0),
      ]
      expect(OperatorUse(name, attributes, [input]), gives: [try .i64([2], want)])
      let turned = try Tensor.of(type, [4, 2], [1, 9, 7, 2, 7, 2, 1, 3])
      expect(
        OperatorUse(name, ["select_last_index": .int(select)], [turned]), gives: [try .i64([1, 2], want)])
    }
  }

  @Test("NaN is the greatest and the least; an empty axis has neither")
  func unusualLines() throws {
    let input = try Tensor.f32([5], [1, .nan, 9, .nan, -9])
    for name in ["ArgMax", "ArgMin"] {
      expect(OperatorUse(name, [input]), gives: [try .i64([1], [1])])
      expect(OperatorUse(name, ["select_last_index": .int(1)], [input]), gives: [try .i64([1], [3])])
      expectRefusal(OperatorUse(name, [try .f32([0, 2], [])]), "0 elements of axis 0")
      expect(OperatorUse(name, ["axis": .int(1)], [try .f32([0, 2], [])]), gives: [try .i64([0, 1], [])])
      expectRefusal(OperatorUse(name, ["axis": .int(1)], [input]), "axis 1 lies outside")
      expectRefusal(OperatorUse(name, [try .f32([], [1])]), "lies outside the 0 dimensions")
    }
  }
}
