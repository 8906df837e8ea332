import ModelGraph
import Operators
import Tensors
import Testing

/// ScatterElements, Scatter and ScatterND.
struct ScatterTests {
  struct Case: Sendable, CustomStringConvertible {
    var name = "ScatterElements"
    var opset = 18
    var axis: Int?
    var reduction: String?
    let shape: Shape
    let data: [Double]
    let indexShape: Shape
    let indices: [Int]
    var updateShape: Shape?
    let updates: [Double]
    var wanted: [Double] = []
    var words = ""

    var description: String { "\(name) \(opset) \(axis ?? 0) \(reduction ?? "none") \(shape) \(indices)" }

    func use(_ type: ElementType) throws -> OperatorUse {
      var attributes: [String: GeneralOperator.Attribute] = [:]
      if let axis { attributes["axis"] = .int(axis) }
      if let reduction { attributes["reduction"] = .string(reduction) }
      return OperatorUse(
        name, opset: opset, attributes,
        [
          try .of(type, shape, data), try .i64(indexShape, indices),
          try .of(type, updateShape ?? indexShape, updates),
        ])
    }
  }

  static let replacing = [
    Case(
      shape: [3, 3], data: [0, 0, 0, 0, 0, 0, 0, 0, 0], indexShape: [2, 3], indices: [1, 0, 2, 0, 2, 1],
      updates: [1, 1, 1, 0, 0, 1], wanted: [0, 1, 0, 1, 0, 1, 0, 0, 1]),
    Case(
      axis: 1, shape: [1, 5], data: [1, 0, 1, 0, 1], indexShape: [1, 2], indices: [1, -2], updates: [1, 1],
      wanted: [1, 1, 1, 1, 1]),
    Case(
      name: "Scatter", opset: 9, axis: 1, shape: [1, 3], data: [1, 1, 1], indexShape: [1, 2], indices: [2, 0],
      updates: [0, 0], wanted: [0, 1, 0]),
    Case(
      axis: -1, shape: [4, 2], data: [0, 0, 0, 0, 0, 0, 0, 0], indexShape: [3, 1], indices: [0, 1, 1],
      updates: [1, 1, 1], wanted: [1, 0, 0, 1, 0, 1, 0, 0]),
    Case(shape: [2, 2], data: [1, 0, 1, 0], indexShape: [0, 2], indices: [], updates: [], wanted: [1, 0, 1, 0]),
    Case(
      name: "ScatterND", opset: 11, shape: [5], data: [0, 0, 0, 0, 0], indexShape: [2, 1], indices: [4, 1],
      updateShape: [2], updates: [1, 1], wanted: [0, 1, 0, 0, 1]),
    Case(
      name: "ScatterND", shape: [3, 2], data: [0, 0, 0, 0, 0, 0], indexShape: [2, 1], indices: [-1, 0],
      updateShape: [2, 2], updates: [1, 0, 0, 1], wanted: [0, 1, 0, 0, 1, 0]),
    Case(
      name: "ScatterND", shape: [2, 2], data: [0, 0, 0, 0], indexShape: [1, 2], indices: [0, 1], updateShape: [1],
      updates: [1], wanted: [0, 1, 0, 0]),
  ]

  @Test(arguments: replacing) func replaces(_ given: Case) throws {
    for type in ElementType.allCases {
      expect(try given.use(type), gives: [try .of(type, given.shape, given.wanted)])
    }
  }

  static let joining = [
    Case(
      axis: 1, reduction: "add", shape: [1, 3], data: [1, 2, 3], indexShape: [1, 3], indices: [1, 1, 0],
      updates: [4, 5, 6], wanted: [7, 11, 3]),
    Case(
      opset: 16, axis: 1, reduction: "mul", shape: [1, 3], data: [1, 2, 3], indexShape: [1, 3], indices: [1, 1, 0],
      updates: [4, 5, 6], wanted: [6, 40, 3]),
    Case(
      axis: 1, reduction: "max", shape: [1, 3], data: [1, 5, 3], indexShape: [1, 3], indices: [1, 1, 0],
      updates: [4, 3, 6], wanted: [6, 5, 3]),
    Case(
      axis: 1, reduction: "min", shape: [1, 3], data: [1, 5, 3], indexShape: [1, 3], indices: [1, 1, 0],
      updates: [4, 3, 6], wanted: [1, 3, 3]),
    Case(
      name: "ScatterND", reduction: "add", shape: [2, 2], data: [1, 2, 3, 4], indexShape: [3, 1], indices: [0, 0, 1],
      updateShape: [3, 2], updates: [1, 2, 3, 4, 5, 6], wanted: [5, 8, 8, 10]),
    Case(
      name: "ScatterND", reduction: "max", shape: [4], data: [1, 2, 3, 4], indexShape: [2, 1], indices: [0, 3],
      updateShape: [2], updates: [9, 0], wanted: [9, 2, 3, 4]),
  ]

  @Test(arguments: joining) func joins(_ given: Case) throws {
    for type in ElementType.allCases {
      switch type {
      case .bool, .float16, .bfloat16: expectRefusal(try given.use(type), "arithmetic on")
      default: expect(try given.use(type), gives: [try .of(type, given.shape, given.wanted)])
      }
    }
  }

  @Test(arguments: ["max", "min"]) func keepsNaN(reduction: String) throws {
    let use = OperatorUse(
      "ScatterElements", opset: 18, ["reduction": .string(reduction)],
      [try .f32([3], [.nan, 1, 2]), try .i64([3], [0, 1, 2]), try .f32([3], [1, .nan, 2])])
    expect(use, gives: [try .f32([3], [.nan, .nan, 2])])
  }

  static let refused = [
    Case(shape: [3], data: [0, 0, 0], indexShape: [1], indices: [3], updates: [1], words: "lies outside the table"),
    Case(
      shape: [3], data: [0, 0, 0], indexShape: [2], indices: [.min, .max], updates: [1, 1],
      words: "lies outside the table"),
    Case(
      axis: 1, shape: [1, 3], data: [0, 0, 0], indexShape: [2, 1], indices: [0, 0], updates: [1, 1], words: "do not fit"
    ),
    Case(
      shape: [3], data: [0, 0, 0], indexShape: [1], indices: [0], updateShape: [2], updates: [1, 1],
      words: "the updates must be"),
    Case(
      reduction: "sum", shape: [3], data: [0, 0, 0], indexShape: [1], indices: [0], updates: [1],
      words: "attribute reduction is sum"),
    Case(
      opset: 16, reduction: "max", shape: [3], data: [0, 0, 0], indexShape: [1], indices: [0], updates: [1],
      words: "attribute reduction is max"),
    Case(
      name: "ScatterND", shape: [3], data: [0, 0, 0], indexShape: [1, 1], indices: [-4], updateShape: [1], updates: [1],
      words: "lies outside the table"),
    Case(
      name: "ScatterND", shape: [3], data: [0, 0, 0], indexShape: [1, 1], indices: [0], updateShape: [2],
      updates: [1, 1], words: "the updates must be"),
    Case(
      name: "ScatterND", shape: [3], data: [0, 0, 0], indexShape: [1, 2], indices: [0, 0], updateShape: [1],
      updates: [1], words: "tuples of 2"),
  ]

  @Test(arguments: refused) func refuses(_ given: Case) throws { expectRefusal(try given.use(.float32), given.words) }
}
