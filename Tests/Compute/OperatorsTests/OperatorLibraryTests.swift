import ModelGraph
import Operators
import Tensors
import Testing

@Suite("Operator library")
struct OperatorLibraryTests {
  @Test("no operator is defined twice")
  func namesAreUnique() {
    let names = OperatorLibrary.all.flatMap { $0.names }
    #expect(Set(names).count == names.count)
    #expect(!names.isEmpty)
  }

  @Test("results together keep to the limit of bytes", arguments: [(31, false), (32, true)])
  func limit(bytes: Int, fits: Bool) throws {
    let op = GeneralOperator("Split", opset: 18, attributes: ["num_outputs": .int(2)], slots: [0])
    let input = try Tensor.f32([8], [1, 2, 3, 4, 5, 6, 7, 8])
    func evaluate() throws -> [Tensor] {
      try OperatorLibrary.evaluate(node: "split", op, inputs: [input], outputCount: 2, byteLimit: bytes)
    }
    if fits {
      #expect(try evaluate().map(\.doubles) == [[1, 2, 3, 4], [5, 6, 7, 8]])
    } else {
      #expect(throws: OperatorError.invalid("its result of 16 bytes exceeds the 15 that are left for it")) {
        try evaluate()
      }
    }
  }

  @Test("an unknown operator is refused by name")
  func unknown() {
    expectRefusal(OperatorUse("Frobnicate", []), "operator Frobnicate is not supported")
  }
}
