import ModelGraph
import Operators
import Tensors
import Testing

/// Reshape, Flatten, Squeeze and Unsqueeze: the elements stay, the extents change.
struct ShapingTests {
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    var opset = 21
    var attributes: [String: GeneralOperator.Attribute] = [:]
    let from: Shape
    var list: [Int]?
    let to: Shape

    var description: String { "\(name) \(opset) \(attributes) \(from) \(list ?? []) to \(to)" }
  }

  static let cases = [
    Case(name: "Reshape", from: [2, 3, 4], list: [4, 2, 3], to: [4, 2, 3]),
    Case(name: "Reshape", opset: 7, from: [2, 3, 4], list: [2, -1], to: [2, 12]),
    Case(name: "Reshape", from: [2, 3, 4], list: [0, -1], to: [2, 12]),
    Case(name: "Reshape", from: [2, 3, 4], list: [2, 0, 1, -1], to: [2, 3, 1, 4]),
    Case(name: "Reshape", from: [1], list: [], to: []),
    Case(name: "Reshape", from: [0, 3], list: [0, 5], to: [0, 5]),
    Case(name: "Reshape", from: [0, 3], list: [3, -1], to: [3, 0]),
    Case(
      name: "Reshape", opset: 14, attributes: ["allowzero": .int(1)], from: [0, 3], list: [3, 0, 2], to: [3, 0, 2]),
    Case(name: "Flatten", from: [2, 3, 4], to: [2, 12]),
    Case(name: "Flatten", opset: 9, attributes: ["axis": .int(0)], from: [2, 3, 4], to: [1, 24]),
    Case(name: "Flatten", attributes: ["axis": .int(3)], from: [2, 3, 4], to: [24, 1]),
    Case(name: "Flatten", attributes: ["axis": .int(-1)], from: [2, 3, 4], to: [6, 4]),
    Case(name: "Flatten", attributes: ["axis": .int(0)], from: [], to: [1, 1]),
    Case(name: "Squeeze", from: [1, 3, 1, 2], to: [3, 2]),
    Case(name: "Squeeze", opset: 12, attributes: ["axes": .ints([0])], from: [1, 3, 1], to: [3, 1]),
    Case(name: "Squeeze", opset: 13, from: [1, 3, 1], list: [-1], to: [1, 3]),
    Case(name: "Unsqueeze", opset: 12, attributes: ["axes": .ints([0, 3])], from: [3, 2], to: [1, 3, 2, 1]),
    Case(name: "Unsqueeze", opset: 13, from: [3, 2], list: [-1, 0], to: [1, 3, 2, 1]),
    Case(name: "Unsqueeze", from: [], list: [0], to: [1]),
  ]

  @Test(arguments: cases) func keepsElements(of given: Case) throws {
    let values = (0..<given.from.count).map(Double.init)
    for type in ElementType.allCases {
      let numbers = values.map { type == .bool ? Double(Int($0) % 2) : $0 }
      var inputs: [Tensor?] = [try .of(type, given.from, numbers)]
      if let list = given.list { inputs.append(try .i64([list.count], list)) }
      let use = OperatorUse(given.name, opset: given.opset, given.attributes, inputs)
      expect(use, gives: [try .of(type, given.to, numbers)])
    }
  }

  struct Refused: Sendable {
    let name: String
    var opset = 21
    var attributes: [String: GeneralOperator.Attribute] = [:]
    var from: Shape = [2, 3]
    var list: [Int]?
    let words: String
  }

  static let refused = [
    Refused(name: "Reshape", list: [4, 2], words: "6 elements cannot take the shape 4x2"),
    Refused(name: "Reshape", list: [-1, -1], words: "more than one extent"),
    Refused(name: "Reshape", list: [-2, 3], words: "the extent -2"),
    Refused(name: "Reshape", list: [.min, 3], words: "the extent \(Int.min)"),
    Refused(name: "Reshape", list: [4, -1], words: "no extent in place of -1"),
    Refused(name: "Reshape", list: [.max, .max], words: "not a valid shape"),
    Refused(name: "Reshape", list: [1 << 32, 1 << 32, -1], words: "not a valid shape"),
    Refused(name: "Reshape", list: [2, 3, 0], words: "is to be copied"),
    Refused(
      name: "Reshape", attributes: ["allowzero": .int(1)], from: [0, 3], list: [0, -1], words: "both -1 and 0"),
    Refused(name: "Reshape", attributes: ["allowzero": .int(7)], list: [6], words: "must be 0 or 1"),
    Refused(name: "Reshape", words: "input 1 is missing"),
    Refused(name: "Flatten", attributes: ["axis": .int(3)], words: "axis 3"),
    Refused(name: "Flatten", attributes: ["axis": .int(.min)], words: "axis \(Int.min)"),
    Refused(name: "Flatten", opset: 9, attributes: ["axis": .int(-1)], words: "axis -1"),
    Refused(name: "Flatten", attributes: ["axis": .string("x")], words: "must be an integer"),
    Refused(name: "Squeeze", list: [0], words: "has the extent 2, not 1"),
    Refused(name: "Squeeze", list: [.min], words: "lies outside"),
    Refused(name: "Squeeze", from: [1, 1], list: [0, -2], words: "named twice"),
    Refused(name: "Unsqueeze", list: [3], words: "lies outside"),
    Refused(name: "Unsqueeze", list: Array(0..<64), words: "not a valid shape"),
    Refused(name: "Reshape", list: [Int](repeating: 1, count: 65), words: "not a valid shape"),
    Refused(name: "Unsqueeze", list: [0, 0], words: "named twice"),
    Refused(name: "Unsqueeze", opset: 11, words: "the axes are missing"),
  ]

  @Test(arguments: refused) func refuses(_ given: Refused) throws {
    var inputs: [Tensor?] = [try .of(.float32, given.from, [Double](repeating: 0, count: given.from.count))]
    if let list = given.list { inputs.append(try .i64([list.count], list)) }
    expectRefusal(OperatorUse(given.name, opset: given.opset, given.attributes, inputs), given.words)
  }
}
