@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct FuseActivationsTests {
  /// Writes an activation of a tensor.
  typealias Spelling = @Sendable (inout TestDraft, TensorID) throws -> TensorID

  struct Case: CustomStringConvertible {
    let description: String
    let op: String
    let spell: Spelling
    init(_ description: String, _ op: String, _ spell: @escaping Spelling) {
      (self.description, self.op, self.spell) = (description, op, spell)
    }
  }

  static let spellings = [
    Case("x * 0.5 * (1 + erf(x / sqrt 2))", "Gelu") { test, x in
      let curve = try test.node("Erf", try test.node("Div", x, test.scalar(1.4142135)))
      let half = try test.node("Mul", x, test.scalar(0.5))
      return try test.node("Mul", half, try test.node("Add", curve, test.scalar(1)))
    },
    Case("(x * (1 + erf(x / sqrt 2))) * 0.5", "Gelu") { test, x in
      let curve = try test.node("Erf", try test.node("Div", x, test.scalar(1.4142135)))
      let product = try test.node("Mul", x, try test.node("Add", curve, test.scalar(1)))
      return try test.node("Mul", product, test.scalar(0.5))
    },
    Case("x * (0.5 * (erf(0.7071 x) + 1)), constants first", "Gelu") { test, x in
      let curve = try test.node("Erf", try test.node("Mul", test.scalar(0.70710677), x))
      let sum = try test.node("Add", test.floats([1, 1], [1]), curve)
      return try test.node("Mul", try test.node("Mul", test.scalar(0.5), sum), x)
    },
    Case("(1 + erf(x / sqrt 2)) * x / 2", "Gelu") { test, x in
      let curve = try test.node("Erf", try test.node("Div", x, test.scalar(1.4142135)))
      let product = try test.node("Mul", try test.node("Add", curve, test.scalar(1)), x)
      return try test.node("Div", product, test.scalar(2))
    },
    Case("tanh form with Pow", "Gelu") { test, x in
      let cubic = try test.node("Mul", try test.node("Pow", x, test.scalar(3)), test.scalar(0.044715))
      let inner = try test.node("Mul", try test.node("Add", x, cubic), test.scalar(0.7978846))
      let sum = try test.node("Add", try test.node("Tanh", inner), test.scalar(1))
      return try test.node("Mul", try test.node("Mul", x, test.scalar(0.5)), sum)
    },
    Case("tanh form with products, as TensorFlow writes it", "Gelu") { test, x in
      let cubic = try test.node("Mul", x, try test.node("Mul", x, try test.node("Mul", test.scalar(0.044715), x)))
      let inner = try test.node("Mul", test.scalar(0.7978846), try test.node("Add", x, cubic))
      let sum = try test.node("Add", test.scalar(1), try test.node("Tanh", inner))
      return try test.node("Mul", x, try test.node("Mul", test.scalar(0.5), sum))
    },
    Case("tanh form, x factored out", "Gelu") { test, x in
      let square = try test.node("Mul", test.scalar(0.044715), try test.node("Mul", x, x))
      let outer = try test.node("Mul", x, test.scalar(0.7978846))
      let inner = try test.node("Mul", outer, try test.node("Add", square, test.scalar(1)))
      let sum = try test.node("Add", test.scalar(1), try test.node("Tanh", inner))
      return try test.node("Mul", try test.node("Mul", test.scalar(0.5), x), sum)
    },
    Case("x * sigmoid(x)", "Swish") { test, x in try test.node("Mul", x, try test.node("Sigmoid", x)) },
    Case("sigmoid(x) * x", "Swish") { test, x in try test.node("Mul", try test.node("Sigmoid", x), x) },
    Case("x * HardSigmoid(x)", "HardSwish") { test, x in
      let gate = try test.node("HardSigmoid", x, attributes: ["alpha": .float(1 / 6.0)])
      return try test.node("Mul", x, gate)
    },
    Case("x * clip(x + 3, 0, 6) / 6, as Paddle writes it", "HardSwish") { test, x in
      let sum = try test.node("Add", x, test.floats([1], [3]))
      let clip = try test.node("Clip", sum, test.scalar(0), test.scalar(6))
      return try test.node("Div", try test.node("Mul", x, clip), test.floats([1], [6]))
    },
    Case("x * (clip(x + 3, 0, 6) / 6)", "HardSwish") { test, x in
      let sum = try test.node("Add", x, test.scalar(3))
      let clip = try test.node("Clip", sum, opset: 10, attributes: ["min": .float(0), "max": .float(6)])
      return try test.node("Mul", x, try test.node("Div", clip, test.scalar(6)))
    },
    Case("clip(x + 3, 0, 6) / 6", "HardSigmoid") { test, x in
      let clip = try test.node("Clip", try test.node("Add", test.scalar(3), x), test.scalar(0), test.scalar(6))
      return try test.node("Mul", clip, test.scalar(1 / 6.0))
    },
    Case("x * tanh(softplus(x))", "Mish") { test, x in
      try test.node("Mul", x, try test.node("Tanh", try test.node("Softplus", x)))
    },
  ]

  @Test(arguments: spellings) func findsEverySpelling(_ example: Case) throws {
    var test = TestDraft()
    let x = try test.node("Mul", test.input(3, 7), test.scalar(3))
    let result = try example.spell(&test, x)
    let other = try test.node("Neg", x)
    let count = test.draft.nodes.count
    let draft = try expectRewrite(
      test, outputs: [result, other], by: [FuseActivations()], to: ["Mul", example.op, "Neg"])
    #expect(draft.nodes[1].origins.count == count - 2)
  }

  @Test(arguments: spellings.filter { $0.op != "Mish" }) func convolutionsTakeThemIn(_ example: Case) throws {
    var test = TestDraft()
    let x = try test.node("Conv", test.input(1, 2, 3, 4), test.weights(2, 2, 1, 1))
    let result = try example.spell(&test, x)
    // A constant with more dimensions than the activation would change them: not in these spellings.
    try expectRewrite(
      test, outputs: [result], by: [FuseActivations(), FoldBatchNormalization(), ConvertConvolution()],
      to: ["convolution"])
  }

  @Test(arguments: spellings) func leavesWhatAnotherReads(_ example: Case) throws {
    var test = TestDraft()
    let x = try test.node("Identity", test.input(3, 7))
    let result = try example.spell(&test, x)
    // Every inner tensor in turn becomes an output of the graph.
    let inner = test.draft.nodes.dropFirst().dropLast().map(\.output)
    for id in inner where test.draft.nodes.count > 2 {
      var draft = test.draft
      draft.outputs = [result, id]
      _ = try GraphPasses.run(on: &draft, passes: [FuseActivations()])
      #expect(draft.nodes.contains { $0.outputs.contains(id) })
      #expect(!draft.nodes.contains { $0.op.name == example.op && $0.origins.count == test.draft.nodes.count - 1 })
    }
  }

  @Test func leavesOtherNumbers() throws {
    var test = TestDraft()
    let x = test.input(3, 7)
    let quick = try test.node("Mul", x, try test.node("Sigmoid", try test.node("Mul", x, test.scalar(1.702))))
    let curve = try test.node("Erf", try test.node("Div", x, test.scalar(1.5)))
    let half = try test.node("Mul", x, test.scalar(0.5))
    let narrow = try test.node("Mul", half, try test.node("Add", curve, test.scalar(1)))
    let clip = try test.node("Clip", try test.node("Add", x, test.scalar(3)), test.scalar(0), test.scalar(5))
    let low = try test.node("Div", try test.node("Mul", x, clip), test.scalar(6))
    let other = test.input(3, 7)
    let gated = try test.node("Mul", other, try test.node("Sigmoid", x))
    try expectUnchanged(test, outputs: [quick, narrow, low, gated], by: [FuseActivations()])
  }

  /// Longer than any stack is deep.
  @Test(arguments: ["Mul", "Div"]) func givesUpLongProducts(_ op: String) throws {
    var test = TestDraft()
    let type = TensorType(.float32, [2])
    let factor = op == "Mul" ? test.input(2) : test.scalar(2)
    var x = test.input(2)
    for index in 0..<20_000 {
      let result = test.draft.addTensor("t\(index)", type)
      let general = GeneralOperator(op, opset: 17, slots: [0, 1])
      test.draft.append(Node(name: "n\(index)", op: .general(general), inputs: [x, factor], outputs: [result]))
      x = result
    }
    try expectUnchanged(test, outputs: [x], by: [FuseActivations()])
  }
}
