import ModelGraph
import Operators
import Tensors
import Testing

/// Pad, CenterCropPad, DepthToSpace and SpaceToDepth.
struct PadTests {
  struct Case: Sendable, CustomStringConvertible {
    var mode: String?
    var opset = 21
    var from: Shape = [4]
    let pads: [Int]
    var axes: [Int]?
    var constant: Double?
    var to: Shape = []
    var values: [Double] = []
    var words = ""

    var description: String { "\(mode ?? "default") \(opset) \(from) \(pads) \(axes ?? [])" }

    func use(_ type: ElementType = .float32) throws -> OperatorUse {
      var attributes: [String: GeneralOperator.Attribute] = [:]
      if let mode { attributes["mode"] = .string(mode) }
      let input = try Tensor.of(type, from, (0..<from.count).map { Double($0 + 1) })
      guard opset >= 11 else {
        attributes["pads"] = .ints(pads)
        if let constant { attributes["value"] = .float(Float(constant)) }
        return OperatorUse("Pad", opset: opset, attributes, [input])
      }
      let fill = try constant.map { try Tensor.of(type, [], [$0]) }
      let axes = try axes.map { try Tensor.i64([$0.count], $0) }
      return OperatorUse("Pad", opset: opset, attributes, [input, try .i64([pads.count], pads), fill, axes])
    }
  }

  static let cases = [
    Case(pads: [1, 2], to: [7], values: [0, 1, 2, 3, 4, 0, 0]),
    Case(mode: "constant", pads: [1, 2], constant: 9, to: [7], values: [9, 1, 2, 3, 4, 9, 9]),
    Case(opset: 10, pads: [1, 2], constant: 9, to: [7], values: [9, 1, 2, 3, 4, 9, 9]),
    Case(mode: "edge", opset: 7, pads: [2, 1], to: [7], values: [1, 1, 1, 2, 3, 4, 4]),
    Case(mode: "reflect", pads: [2, 2], to: [8], values: [3, 2, 1, 2, 3, 4, 3, 2]),
    Case(mode: "reflect", pads: [7, 0], to: [11], values: [2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4]),
    Case(mode: "reflect", from: [1], pads: [2, 1], to: [4], values: [1, 1, 1, 1]),
    Case(mode: "wrap", pads: [3, 5], to: [12], values: [2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1]),
    Case(pads: [-1, -2], to: [1], values: [2]),
    Case(pads: [-4, 1], constant: 9, to: [1], values: [9]),
    Case(mode: "edge", pads: [-1, 2], to: [5], values: [2, 3, 4, 4, 4]),
    Case(mode: "wrap", pads: [-2, 3], to: [5], values: [3, 4, 3, 4, 3]),
    Case(pads: [-2, -2], to: [0], values: []),
    Case(from: [2, 2], pads: [1, 0, 0, 1], constant: 9, to: [3, 3], values: [9, 9, 9, 1, 2, 9, 3, 4, 9]),
    Case(
      opset: 18, from: [2, 2], pads: [1, 1], axes: [-1], constant: 9, to: [2, 4], values: [9, 1, 2, 9, 9, 3, 4, 9]),
    Case(from: [0, 2], pads: [1, 0, 0, 0], constant: 9, to: [1, 2], values: [9, 9]),
    Case(from: [], pads: [], to: [], values: [1]),
    Case(from: [1, 2, 1], pads: [1, 0, 0, 0, 0, 0], constant: 9, to: [2, 2, 1], values: [9, 9, 1, 2]),
  ]

  @Test(arguments: cases) func pads(_ given: Case) throws {
    let types: [ElementType] = given.opset >= 11 ? ElementType.allCases.filter { $0 != .bool } : [.float32, .float64]
    for type in types { expect(try given.use(type), gives: [try .of(type, given.to, given.values)]) }
  }

  static let refused = [
    Case(pads: [1], words: "1 pads for 1 axes"), Case(pads: [-3, -2], words: "remove more"),
    Case(pads: [-5, 3], words: "remove more"), Case(pads: [.min, .max], words: "too large"),
    Case(pads: [1 << 60, 0], words: "too large"), Case(pads: [1 << 59, 1 << 59], words: "not a valid shape"),
    Case(mode: "sideways", pads: [1, 1], words: "attribute mode"),
    Case(mode: "wrap", opset: 18, pads: [1, 1], words: "wrap"),
    Case(mode: "edge", from: [0], pads: [1, 1], words: "nothing to repeat"),
    Case(mode: "reflect", pads: [-4, 1], words: "nothing to repeat"),
    Case(from: [2, 2], pads: [1, 1, 1, 1], axes: [0, 0], words: "named twice"),
    Case(pads: [1, 1], axes: [.max], words: "lies outside"),
  ]

  @Test(arguments: refused) func refuses(_ given: Case) throws { expectRefusal(try given.use(), given.words) }

  @Test(
    arguments: [
      ([3], nil, [], [], "1 extents, 2 axes"),
      ([3, 2], nil, [3, 2], [1, 2, 5, 6, 0, 0], nil), ([1, 3], nil, [1, 3], [0, 1, 2], nil),
      ([4], [0], [4, 4], [0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0], nil),
      ([7], [-1], [2, 7], [0, 0, 1, 2, 3, 0, 0, 0, 4, 5, 6, 7, 0, 0], nil), ([-1], [0], [], [], "not a valid shape"),
    ] as [([Int], [Int]?, Shape, [Double], String?)])
  func cropsAndPads(extents: [Int], axes: [Int]?, shape: Shape, values: [Double], words: String?) throws {
    let input = try Tensor.of(.int32, [2, 4], (0..<8).map(Double.init))
    let attributes: [String: GeneralOperator.Attribute] = axes.map { ["axes": .ints($0)] } ?? [:]
    let use = OperatorUse("CenterCropPad", attributes, [input, try .i64([extents.count], extents)])
    if let words { expectRefusal(use, words) } else { expect(use, gives: [try .of(.int32, shape, values)]) }
  }

  @Test(arguments: [("DCR", 13), ("CRD", 28)]) func inverts(mode: String, opset: Int) throws {
    let deep = try Tensor.of(.uint16, [2, 12, 2, 3], (0..<144).map(Double.init))
    let attributes: [String: GeneralOperator.Attribute] = ["blocksize": .int(2), "mode": .string(mode)]
    let wide = try OperatorUse("DepthToSpace", opset: opset, attributes, [deep]).outputs()
    expect(OperatorUse("SpaceToDepth", opset: opset, attributes, wide), gives: [deep])
  }

  @Test func movesDepth() throws {
    let deep = try Tensor.of(.float32, [1, 8, 1, 1], (0..<8).map(Double.init))
    let use: (Int, String?, Int) -> OperatorUse = { opset, mode, block in
      var attributes: [String: GeneralOperator.Attribute] = ["blocksize": .int(block)]
      if let mode { attributes["mode"] = .string(mode) }
      return OperatorUse("DepthToSpace", opset: opset, attributes, [deep])
    }
    expect(use(13, nil, 2), gives: [try .of(.float32, [1, 2, 2, 2], [0, 2, 4, 6, 1, 3, 5, 7])])
    expect(use(13, "CRD", 2), gives: [try .of(.float32, [1, 2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7])])
    expect(use(10, "CRD", 2), gives: [try .of(.float32, [1, 2, 2, 2], [0, 2, 4, 6, 1, 3, 5, 7])])
    expectRefusal(use(13, "ABC", 2), "attribute mode is ABC")
    expectRefusal(use(13, nil, 3), "does not divide")
    for block in [0, -1, Int.max, Int.min] { expectRefusal(use(13, nil, block), "blocksize") }
  }
}
