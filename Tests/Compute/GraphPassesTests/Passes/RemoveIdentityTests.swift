@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct RemoveIdentityTests {
  typealias Write = @Sendable (inout TestDraft, TensorID) throws -> TensorID

  struct Case: CustomStringConvertible {
    let description: String
    let write: Write
    init(_ description: String, _ write: @escaping Write) { (self.description, self.write) = (description, write) }
  }

  static let identities = [
    Case("Identity") { try $0.node("Identity", $1) },
    Case("Dropout") { try $0.node("Dropout", $1, $0.scalar(0.5)) },
    Case("Dropout of old") { try $0.node("Dropout", $1, opset: 7, attributes: ["ratio": .float(0.5)]) },
    Case("Cast") { try $0.node("Cast", $1, attributes: ["to": .int(1)]) },
    Case("Reshape") { try $0.node("Reshape", $1, $0.integers([3, -1])) },
    Case("Flatten") { try $0.node("Flatten", $1) },
    Case("Expand") { try $0.node("Expand", $1, $0.integers([1, 4])) },
    Case("Transpose") { try $0.node("Transpose", $1, attributes: ["perm": .ints([0, 1])]) },
    Case("Slice") { try $0.node("Slice", $1, $0.integers([0]), $0.integers([9]), $0.integers([1])) },
    Case("Concat") { try $0.node("Concat", $1, attributes: ["axis": .int(1)]) },
    Case("Max") { try $0.node("Max", $1) },
    Case("times 1") { try $0.node("Mul", $0.floats([1], [1]), $1) },
    Case("by 1") { try $0.node("Div", $1, $0.scalar(1)) },
    Case("plus 0") { try $0.node("Add", $0.scalar(0), $1) },
    Case("minus 0") { try $0.node("Sub", $1, $0.scalar(0)) },
    Case("power of 1") { try $0.node("Pow", $1, $0.scalar(1)) },
  ]

  static let others = [
    Case("Slice backwards") {
      try $0.node("Slice", $1, $0.integers([-1]), $0.integers([-9]), $0.integers([1]), $0.integers([-1]))
    },
    Case("Transpose of equal extents") {
      try $0.node("Transpose", $0.node("Slice", $1, $0.integers([0]), $0.integers([3]), $0.integers([1])))
    },
    Case("Reshape") { try $0.node("Reshape", $1, $0.integers([4, 3])) },
    Case("times 1 with more dimensions") { try $0.node("Mul", $1, $0.floats([1, 1, 1], [1])) },
    Case("1 by it") { try $0.node("Div", $0.scalar(1), $1) },
    Case("0 minus it") { try $0.node("Sub", $0.scalar(0), $1) },
    Case("1 to its power") { try $0.node("Pow", $0.scalar(2), $1) },
    Case("times 2") { try $0.node("Mul", $1, $0.scalar(2)) },
  ]

  @Test(arguments: identities) func removes(_ example: Case) throws {
    var test = TestDraft()
    let x = try test.node("Neg", test.input(3, 4))
    let copy = try example.write(&test, x)
    let result = try test.node("Sqrt", try test.node("Abs", copy))
    try expectRewrite(test, outputs: [result], by: [RemoveIdentity()], to: ["Neg", "Abs", "Sqrt"], tolerance: 0)
    // At an output, the producer writes the output itself; other readers follow.
    let other = try test.node("Exp", x)
    let draft = try expectRewrite(
      test, outputs: [copy, other], by: [RemoveIdentity()], to: ["Neg", "Exp"], tolerance: 0)
    #expect(draft.nodes[0].output == copy && draft.nodes[1].inputs == [copy])
  }

  @Test(arguments: others) func keeps(_ example: Case) throws {
    var test = TestDraft()
    let result = try test.node("Neg", try example.write(&test, try test.node("Abs", test.input(3, 4))))
    try expectUnchanged(test, outputs: [result], by: [RemoveIdentity()])
  }

  @Test(arguments: identities) func keepsCopiesOfInputsAndOutputs(_ example: Case) throws {
    var test = TestDraft()
    let x = test.input(3, 4)
    let result = try example.write(&test, x)
    try expectUnchanged(test, outputs: [result], by: [RemoveIdentity()])
    let inner = try test.node("Neg", x)
    let second = try example.write(&test, inner)
    try expectUnchanged(test, outputs: [result, inner, second], by: [RemoveIdentity()])
  }

  @Test func keepsADropoutWhoseMaskIsRead() throws {
    var test = TestDraft()
    let results = try test.nodes("Dropout", [test.input(3, 4)], outputs: 2)
    let (one, other) = (try test.node("Neg", results[0]), try test.node("Not", results[1]))
    try expectUnchanged(test, outputs: [one, other], by: [RemoveIdentity()])
  }
}
