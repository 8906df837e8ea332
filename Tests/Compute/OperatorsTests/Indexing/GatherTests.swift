import ModelGraph
import Operators
import Tensors
import Testing

/// Gather, GatherElements, GatherND and OneHot.
struct GatherTests {
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    var opset = 21
    var attributes: [String: GeneralOperator.Attribute] = [:]
    let from: Shape
    let indexShape: Shape
    let indices: [Int]
    var to: Shape = []
    var values: [Double] = []
    var words = ""

    var description: String { "\(name) \(opset) \(attributes) \(from) \(indices)" }

    func use(_ type: ElementType, _ indexType: ElementType = .int64) throws -> OperatorUse {
      let data = try Tensor.of(type, from, (0..<from.count).map { type == .bool ? Double($0 % 2) : Double($0) })
      let positions: Tensor =
        try indexType == .int64
        ? .i64(indexShape, indices) : .of(indexType, indexShape, indices.map(Double.init))
      return OperatorUse(name, opset: opset, attributes, [data, positions])
    }
  }

  static let cases = [
    Case(
      name: "Gather", from: [3, 2], indexShape: [2, 2], indices: [0, 1, 1, 2], to: [2, 2, 2],
      values: [0, 1, 2, 3, 2, 3, 4, 5]),
    Case(
      name: "Gather", attributes: ["axis": .int(1)], from: [3, 3], indexShape: [1, 2], indices: [0, 2], to: [3, 1, 2],
      values: [0, 2, 3, 5, 6, 8]),
    Case(name: "Gather", from: [4], indexShape: [3], indices: [-1, -4, 3], to: [3], values: [3, 0, 3]),
    Case(
      name: "Gather", attributes: ["axis": .int(-1)], from: [2, 3], indexShape: [], indices: [1], to: [2],
      values: [1, 4]),
    Case(name: "Gather", from: [3, 2], indexShape: [0], indices: [], to: [0, 2], values: []),
    Case(name: "Gather", from: [2, 0], indexShape: [1], indices: [1], to: [1, 0], values: []),
    Case(
      name: "GatherElements", attributes: ["axis": .int(1)], from: [2, 2], indexShape: [2, 2], indices: [0, 0, 1, 0],
      to: [2, 2], values: [0, 0, 3, 2]),
    Case(
      name: "GatherElements", from: [3, 3], indexShape: [2, 3], indices: [1, 2, 0, 2, 0, 0], to: [2, 3],
      values: [3, 7, 2, 6, 1, 2]),
    Case(
      name: "GatherElements", attributes: ["axis": .int(-2)], from: [3, 2], indexShape: [1, 2], indices: [-1, -3],
      to: [1, 2], values: [4, 1]),
    Case(
      name: "GatherElements", attributes: ["axis": .int(1)], from: [2, 2, 2], indexShape: [1, 3, 2],
      indices: [0, 1, 1, 0, 0, 0], to: [1, 3, 2], values: [0, 3, 2, 1, 0, 1]),
    Case(name: "GatherND", from: [2, 2], indexShape: [2, 2], indices: [0, 0, 1, 1], to: [2], values: [0, 3]),
    Case(name: "GatherND", from: [2, 2], indexShape: [2, 1], indices: [1, 0], to: [2, 2], values: [2, 3, 0, 1]),
    Case(
      name: "GatherND", from: [2, 2, 2], indexShape: [2, 1, 2], indices: [0, 1, 1, -2], to: [2, 1, 2],
      values: [2, 3, 4, 5]),
    Case(
      name: "GatherND", opset: 13, attributes: ["batch_dims": .int(1)], from: [2, 2, 2], indexShape: [2, 1],
      indices: [1, 0], to: [2, 2], values: [2, 3, 4, 5]),
  ]

  @Test(arguments: cases) func gathers(_ given: Case) throws {
    for type in ElementType.allCases {
      let values = given.values.map { type == .bool ? Double(Int($0) % 2) : $0 }
      for indexType in [ElementType.int64, .int32] {
        expect(try given.use(type, indexType), gives: [try .of(type, given.to, values)])
      }
    }
  }

  static let refused = [
    Case(name: "Gather", from: [3, 2], indexShape: [1], indices: [3], words: "lies outside the table"),
    Case(name: "Gather", from: [3, 2], indexShape: [1], indices: [-4], words: "lies outside the table"),
    Case(name: "Gather", from: [3, 2], indexShape: [2], indices: [.min, .max], words: "lies outside the table"),
    Case(name: "Gather", from: [0, 2], indexShape: [1], indices: [0], words: "lies outside the table"),
    Case(name: "Gather", attributes: ["axis": .int(2)], from: [3, 2], indexShape: [1], indices: [0], words: "axis 2"),
    Case(name: "Gather", from: [], indexShape: [1], indices: [0], words: "axis 0"),
    Case(name: "GatherElements", from: [2, 2], indexShape: [1, 2], indices: [0, 2], words: "lies outside the table"),
    Case(
      name: "GatherElements", from: [2, 2], indexShape: [1, 2], indices: [.min, 0], words: "lies outside the table"),
    Case(name: "GatherElements", from: [2, 2], indexShape: [1, 3], indices: [0, 0, 0], words: "do not fit"),
    Case(name: "GatherElements", from: [2, 2], indexShape: [1], indices: [0], words: "do not fit"),
    Case(name: "GatherND", from: [2, 2], indexShape: [1, 2], indices: [0, 2], words: "lies outside the table"),
    Case(name: "GatherND", from: [2, 2], indexShape: [1, 2], indices: [.max, .min], words: "lies outside the table"),
    Case(name: "GatherND", from: [2, 2], indexShape: [1, 3], indices: [0, 0, 0], words: "tuples of 3"),
    Case(name: "GatherND", from: [2, 2], indexShape: [1, 0], indices: [], words: "tuples of 0"),
    Case(
      name: "GatherND", attributes: ["batch_dims": .int(1)], from: [2, 2], indexShape: [3, 1], indices: [0, 0, 0],
      words: "do not share"),
    Case(
      name: "GatherND", attributes: ["batch_dims": .int(.min)], from: [2, 2], indexShape: [2, 1], indices: [0, 0],
      words: "do not share"),
  ]

  @Test(arguments: refused) func refuses(_ given: Case) throws { expectRefusal(try given.use(.float32), given.words) }

  @Test func refusesIndicesThatAreNoIntegers() throws {
    for name in ["Gather", "GatherElements", "GatherND"] {
      expectRefusal(OperatorUse(name, [try .f32([1], [1]), try .f32([1], [0])]), "must hold indices")
    }
  }

  @Test(
    arguments: [
      (nil, [3, 4], [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]), (0, [4, 3], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]),
      (-2, [4, 3], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]),
    ] as [(Int?, Shape, [Double])])
  func marksIndices(axis: Int?, shape: Shape, wanted: [Double]) throws {
    for type in ElementType.allCases where type != .bool {
      for indexType in [ElementType.int64, .int32, .float32, .float64, .int8] {
        let inputs = [
          try Tensor.of(indexType, [3], [1, -1, 4]), try .of(indexType, [1], [4]), try .of(type, [2], [2, 5]),
        ]
        let attributes: [String: GeneralOperator.Attribute] = axis.map { ["axis": .int($0)] } ?? [:]
        expect(OperatorUse("OneHot", attributes, inputs), gives: [try .of(type, shape, wanted.map { 2 + 3 * $0 })])
      }
    }
  }

  @Test func refusesDepths() throws {
    let values = try Tensor.f32([2], [0, 1])
    for depth in [0, -1, Int.min, Int.max] {
      expectRefusal(OperatorUse("OneHot", [try .i64([1], [0]), try .i64([], [depth]), values]), "")
    }
    expectRefusal(OperatorUse("OneHot", [try .i64([1], [0]), try .f32([], [.nan]), values]), "the depth is")
    expectRefusal(OperatorUse("OneHot", [try .i64([1], [0]), try .i64([], [2]), try .f32([1], [0])]), "two elements")
  }
}
