import ModelGraph
import Operators
import Tensors
import Testing

/// Transpose, Concat, Split, Slice, Expand and Tile, with results as NumPy gives them.
struct MovementTests {
  /// One operator of an input that counts 0, 1, 2, ... and of lists of integers.
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    var opset = 21
    var attributes: [String: GeneralOperator.Attribute] = [:]
    let from: Shape
    var lists: [[Int]?] = []
    var to: Shape = []
    var values: [Double] = []
    var words = ""

    var description: String { "\(name) \(opset) \(attributes) \(from) \(lists)" }

    func use(_ type: ElementType) throws -> OperatorUse {
      let counting = try Tensor.of(type, from, (0..<from.count).map { type == .bool ? Double($0 % 2) : Double($0) })
      let lists = try lists.map { list in try list.map { try Tensor.i64([$0.count], $0) } }
      return OperatorUse(name, opset: opset, attributes, [counting] + lists)
    }
  }

  static let cases = [
    Case(name: "Transpose", from: [2, 3], to: [3, 2], values: [0, 3, 1, 4, 2, 5]),
    Case(
      name: "Transpose", attributes: ["perm": .ints([1, 0, 2])], from: [2, 3, 2], to: [3, 2, 2],
      values: [0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11]),
    Case(
      name: "Transpose", attributes: ["perm": .ints([0, 2, 1])], from: [2, 2, 3], to: [2, 3, 2],
      values: [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]),
    Case(name: "Transpose", from: [], to: [], values: [0]),
    Case(name: "Slice", from: [4], lists: [[1], [3]], to: [2], values: [1, 2]),
    Case(
      name: "Slice", opset: 9, attributes: ["starts": .ints([1]), "ends": .ints([1000])], from: [4], to: [3],
      values: [1, 2, 3]),
    Case(
      name: "Slice", opset: 9,
      attributes: ["starts": .ints([0, -2]), "ends": .ints([-1, .max]), "axes": .ints([0, 1])], from: [2, 3],
      to: [1, 2], values: [1, 2]),
    Case(
      name: "Slice", opset: 10, from: [2, 4], lists: [[1, 0], [2, 3], [0, 1], [1, 2]], to: [1, 2], values: [4, 6]),
    Case(name: "Slice", from: [2, 4], lists: [[0, 1], [-1, 1000]], to: [1, 3], values: [1, 2, 3]),
    Case(name: "Slice", from: [5], lists: [[-1], [.min], [0], [-1]], to: [5], values: [4, 3, 2, 1, 0]),
    Case(name: "Slice", from: [5], lists: [[.max], [.min], [0], [-2]], to: [3], values: [4, 2, 0]),
    Case(name: "Slice", from: [5], lists: [[.max], [.min], [0], [.min]], to: [1], values: [4]),
    Case(name: "Slice", from: [5], lists: [[.min], [.max], [0], [.max]], to: [1], values: [0]),
    Case(name: "Slice", from: [5], lists: [[0], [.min], [0], [-1]], to: [1], values: [0]),
    Case(name: "Slice", from: [5], lists: [[3], [1]], to: [0], values: []),
    Case(name: "Slice", from: [5], lists: [[.max], [.max]], to: [0], values: []),
    Case(name: "Slice", from: [0], lists: [[.max], [.min], nil, [-1]], to: [0], values: []),
    Case(name: "Slice", from: [2, 3], lists: [[2], [0], [-1], [-1]], to: [2, 2], values: [2, 1, 5, 4]),
    Case(
      name: "Expand", from: [3, 1], lists: [[2, 1, 2]], to: [2, 3, 2], values: [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]),
    Case(name: "Expand", from: [2, 2], lists: [[1]], to: [2, 2], values: [0, 1, 2, 3]),
    Case(name: "Expand", from: [], lists: [[3]], to: [3], values: [0, 0, 0]),
    Case(name: "Expand", from: [1, 2], lists: [[0, 1]], to: [0, 2], values: []),
    Case(name: "Expand", from: [1, 2], lists: [[]], to: [1, 2], values: [0, 1]),
    Case(name: "Tile", from: [2, 2], lists: [[1, 2]], to: [2, 4], values: [0, 1, 0, 1, 2, 3, 2, 3]),
    Case(name: "Tile", from: [2], lists: [[3]], to: [6], values: [0, 1, 0, 1, 0, 1]),
    Case(name: "Tile", from: [2], lists: [[0]], to: [0], values: []),
    Case(name: "Tile", from: [1, 2], lists: [[2, 1]], to: [2, 2], values: [0, 1, 0, 1]),
  ]

  @Test(arguments: cases) func moves(_ given: Case) throws {
    for type in ElementType.allCases {
      let values = given.values.map { type == .bool ? Double(Int($0) % 2) : $0 }
      expect(try given.use(type), gives: [try .of(type, given.to, values)])
    }
  }

  static let refused = [
    Case(name: "Transpose", attributes: ["perm": .ints([0])], from: [2, 3], words: "perm has 1 entries"),
    Case(name: "Transpose", attributes: ["perm": .ints([0, 0])], from: [2, 3], words: "named twice"),
    Case(name: "Transpose", attributes: ["perm": .ints([0, .max])], from: [2, 3], words: "lies outside"),
    Case(name: "Slice", from: [5], lists: [[0], [1], [0], [0]], words: "a step is 0"),
    Case(name: "Slice", from: [5], lists: [[0], [1, 2]], words: "1 starts, 2 ends"),
    Case(name: "Slice", from: [5], lists: [[0], [1], [1]], words: "lies outside"),
    Case(name: "Slice", from: [5], lists: [[0, 0], [1, 1]], words: "2 axes are named for 1"),
    Case(name: "Slice", from: [5, 5], lists: [[0, 0], [1, 1], [0, -2]], words: "named twice"),
    Case(name: "Slice", from: [5], lists: [[0]], words: "starts or ends are missing"),
    Case(name: "Slice", opset: 9, from: [5], lists: [[0], [1]], words: "starts or ends are missing"),
    Case(name: "Expand", from: [2], lists: [[3]], words: "do not broadcast"),
    Case(name: "Expand", from: [1], lists: [[-1]], words: "not a valid shape"),
    Case(name: "Expand", from: [1], lists: [[.max, .max]], words: "not a valid shape"),
    Case(name: "Expand", from: [1 << 10, 1], lists: [[1 << 58]], words: "do not broadcast to a valid shape"),
    Case(name: "Tile", from: [2], lists: [[-1]], words: "-1 repeats"),
    Case(name: "Tile", from: [2], lists: [[.max]], words: "repeats of the extent 2"),
    Case(name: "Tile", from: [2], lists: [[1, 1]], words: "2 repeats for 1"),
  ]

  @Test(arguments: refused) func refuses(_ given: Case) throws { expectRefusal(try given.use(.float32), given.words) }

  /// Large enough for tiles, partial tiles and several shares; every inner pair of dimensions.
  @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
  func transposesBlocks(order: [Int]) throws {
    let (dims, type) = ([37, 5, 70], ElementType.int32)
    let strides = Shape(dims).strides
    let result = Shape(order.map { dims[$0] })
    var values: [Double] = []
    for i in 0..<result[0] {
      for j in 0..<result[1] {
        for k in 0..<result[2] {
          values.append(Double(i * strides[order[0]] + j * strides[order[1]] + k * strides[order[2]]))
        }
      }
    }
    let input = try Tensor.of(type, Shape(dims), (0..<Shape(dims).count).map(Double.init))
    expect(OperatorUse("Transpose", ["perm": .ints(order)], [input]), gives: [try .of(type, result, values)])
  }

  @Test(arguments: ElementType.allCases) func concatenatesAndSplits(type: ElementType) throws {
    func tensor(_ shape: Shape, _ values: [Double]) throws -> Tensor {
      try .of(type, shape, values.map { type == .bool ? Double(Int($0) % 2) : $0 })
    }
    let parts = [try tensor([2, 1], [1, 2]), try tensor([2, 0], []), try tensor([2, 3], [3, 4, 5, 6, 7, 8])]
    let whole = try tensor([2, 4], [1, 3, 4, 5, 2, 6, 7, 8])
    for (opset, axis) in [(7, 1), (21, -1)] {
      expect(OperatorUse("Concat", opset: opset, ["axis": .int(axis)], parts), gives: [whole])
    }
    expect(
      OperatorUse("Split", opset: 11, ["axis": .int(1), "split": .ints([1, 0, 3])], [whole], outputCount: 3),
      gives: parts)
    expect(
      OperatorUse("Split", opset: 13, ["axis": .int(-1)], [whole, try .i64([3], [1, 0, 3])], outputCount: 3),
      gives: parts)
    expect(
      OperatorUse("Split", opset: 12, ["axis": .int(1)], [whole], outputCount: 2),
      gives: [try tensor([2, 2], [1, 3, 2, 6]), try tensor([2, 2], [4, 5, 7, 8])])
    expect(
      OperatorUse("Split", opset: 18, ["axis": .int(1), "num_outputs": .int(3)], [whole], outputCount: 3),
      gives: [try tensor([2, 2], [1, 3, 2, 6]), try tensor([2, 2], [4, 5, 7, 8]), try tensor([2, 0], [])])
    let along0 = try tensor([3, 2], [1, 2, 3, 4, 5, 6])
    expect(
      OperatorUse("Concat", ["axis": .int(0)], [try tensor([1, 2], [1, 2]), try tensor([2, 2], [3, 4, 5, 6])]),
      gives: [along0])
  }

  @Test func refusesPartsThatDoNotFit() throws {
    let (a, b) = (try Tensor.f32([2, 1], [1, 2]), try Tensor.f32([1, 2], [1, 2]))
    expectRefusal(OperatorUse("Concat", ["axis": .int(0)], [a, b]), "do not join")
    expectRefusal(OperatorUse("Concat", [a, a]), "attribute axis is missing")
    expectRefusal(OperatorUse("Concat", ["axis": .int(.min)], [a, a]), "lies outside")
    expectRefusal(OperatorUse("Concat", ["axis": .int(0)], [a, try .i64([2, 1], [1, 2])]), "holds int64")
    expectRefusal(OperatorUse("Concat", ["axis": .int(0)], [try .f32([], [1])]), "lies outside")
    let split: (Int, [String: GeneralOperator.Attribute], [Int]?, Int, String) -> Void = {
      opset, attributes, list, count, words in
      let list = list.flatMap { try? Tensor.i64([$0.count], $0) }
      expectRefusal(
        OperatorUse("Split", opset: opset, attributes, [a] + (list.map { [$0] } ?? []), outputCount: count), words)
    }
    split(13, [:], [1], 2, "names 1 parts for 2 outputs")
    split(13, [:], [3, -1], 2, "do not fit")
    split(13, [:], [.max, .max], 2, "do not fit")
    split(13, [:], [1, 0], 2, "leave 1")
    split(13, [:], nil, 3, "does not divide")
    split(18, [:], nil, 2, "neither split nor num_outputs")
    split(18, ["num_outputs": .int(.max)], nil, 2, "num_outputs is")
    split(18, ["num_outputs": .int(4)], nil, 4, "too small")
  }
}
