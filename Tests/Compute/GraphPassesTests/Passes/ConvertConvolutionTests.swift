@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct ConvertConvolutionTests {
  struct Case: CustomStringConvertible {
    let description: String
    let source: [Int]
    let weights: [Int]
    var attributes: [String: GeneralOperator.Attribute] = [:]
    var hasBias = true
  }

  static let cases = [
    Case(description: "3x3", source: [2, 3, 7, 6], weights: [4, 3, 3, 3], attributes: ["pads": .ints([1, 1, 1, 1])]),
    Case(description: "no bias", source: [1, 3, 5, 5], weights: [4, 3, 1, 1], hasBias: false),
    Case(
      description: "depthwise, strided", source: [1, 4, 9, 8], weights: [4, 1, 3, 3],
      attributes: ["group": .int(4), "strides": .ints([2, 1]), "pads": .ints([1, 0, 1, 0])]),
    Case(
      description: "dilated, asymmetric", source: [1, 2, 9, 9], weights: [3, 2, 3, 3],
      attributes: ["dilations": .ints([2, 1]), "pads": .ints([2, 0, 1, 3])]),
    Case(
      description: "SAME_UPPER", source: [1, 2, 8, 7], weights: [3, 2, 4, 3],
      attributes: ["auto_pad": .string("SAME_UPPER"), "strides": .ints([2, 2])]),
    Case(
      description: "SAME_LOWER", source: [1, 2, 8, 7], weights: [3, 2, 4, 3],
      attributes: ["auto_pad": .string("SAME_LOWER"), "strides": .ints([2, 2])]),
    Case(
      description: "VALID", source: [1, 2, 8, 7], weights: [3, 2, 4, 3], attributes: ["auto_pad": .string("VALID")]),
    Case(
      description: "one dimension", source: [2, 4, 11], weights: [6, 2, 3],
      attributes: ["group": .int(2), "strides": .ints([2]), "pads": .ints([2, 1]), "dilations": .ints([2])]),
  ]

  @Test(arguments: cases) func convertsEveryForm(_ example: Case) throws {
    var test = TestDraft()
    let source = test.draft.addInput("x", TensorType(.float32, Shape(example.source)))
    let weights = test.floats(example.weights, seeded(Shape(example.weights).count, seed: 3))
    let bias = example.hasBias ? test.weights(example.weights[0]) : nil
    let result = try test.node("Conv", source, weights, bias, attributes: example.attributes)
    let draft = try expectRewrite(test, outputs: [result], by: [ConvertConvolution()], to: ["convolution"])
    let roles = draft.nodes[0].parameters.map { draft[$0].role }
    #expect(roles == [.weights, .bias])
  }

  @Test(
    arguments: [
      ("Relu", [:], .relu), ("Sigmoid", [:], .sigmoid), ("Tanh", [:], .tanh), ("HardSwish", [:], .hardSwish),
      ("LeakyRelu", ["alpha": .float(0.25)], .leakyRelu(alpha: 0.25)), ("LeakyRelu", [:], .leakyRelu(alpha: 0.01)),
      ("HardSigmoid", ["alpha": .float(0.25)], .hardSigmoid(alpha: 0.25, beta: 0.5)),
      ("HardSigmoid", [:], .hardSigmoid(alpha: 0.2, beta: 0.5)), ("Gelu", [:], .gelu),
      ("Gelu", ["approximate": .string("tanh")], .geluTanh), ("Swish", [:], .silu),
    ] as [(String, [String: GeneralOperator.Attribute], Activation)])
  func fusesResidualAndActivation(
    _ name: String, _ attributes: [String: GeneralOperator.Attribute], _ expected: Activation
  ) throws {
    var test = TestDraft()
    let (source, residual) = (test.input(1, 3, 4, 5), test.input(1, 2, 4, 5))
    let product = try test.node("Conv", source, test.weights(2, 3, 1, 1), test.weights(2))
    let sum = try test.node("Add", residual, product)
    let result = try test.node(name, sum, opset: 24, attributes: attributes)
    let draft = try expectRewrite(test, outputs: [result], by: [ConvertConvolution()], to: ["convolution"])
    guard case .convolution(let convolution) = draft.nodes[0].op else { return }
    #expect(convolution.activation == expected)
    #expect(draft.nodes[0].inputs == [source, residual])
    #expect(draft.nodes[0].origins == ["Conv0", "Add1", "\(name)2"])
  }

  @Test func fusesConstantClipsOnly() throws {
    for (low, high, expected) in [
      (0, 6, Activation.clip(low: 0, high: 6)), (-1, .infinity, .clip(low: -1, high: .greatestFiniteMagnitude)),
      (0, nil, .relu),
    ] as [(Float, Float?, Activation)] {
      var test = TestDraft()
      let source = test.input(1, 3, 4, 5)
      let product = try test.node("Conv", source, test.weights(2, 3, 1, 1))
      let result = try test.node("Clip", product, test.scalar(low), high.map { test.scalar($0) })
      let draft = try expectRewrite(test, outputs: [result], by: [ConvertConvolution()], to: ["convolution"])
      guard case .convolution(let convolution) = draft.nodes[0].op else { return }
      #expect(convolution.activation == expected)
    }
    var test = TestDraft()
    let source = test.input(1, 3, 4, 5)
    let bound = test.draft.addInput("bound", TensorType(.float32, []))
    let product = try test.node("Conv", source, test.weights(2, 3, 1, 1))
    let result = try test.node("Clip", product, bound)
    try expectRewrite(test, outputs: [result], by: [ConvertConvolution()], to: ["convolution", "Clip"])
  }

  @Test func mergesConstantsOfChannels() throws {
    var test = TestDraft()
    let source = test.input(1, 3, 4, 5)
    let product = try test.node("Conv", source, test.weights(2, 3, 1, 1))
    let scaled = try test.node("Mul", test.weights(1, 2, 1, 1), product)
    let shifted = try test.node("Sub", test.scalar(0.25), scaled)
    let divided = try test.node("Div", shifted, test.weights(2, 1, 1, offset: 3))
    let result = try test.node("Relu", try test.node("Add", divided, test.weights(1, 2, 1, 1)))
    try expectRewrite(test, outputs: [result], by: [ConvertConvolution()], to: ["convolution"])
  }

  @Test func givesASumToTheLaterConvolution() throws {
    var test = TestDraft()
    let source = test.input(1, 3, 4, 5)
    let first = try test.node("Conv", source, test.weights(2, 3, 3, 3), attributes: ["pads": .ints([1, 1, 1, 1])])
    let second = try test.node("Conv", source, test.weights(2, 3, 1, 1))
    let result = try test.node("Relu", try test.node("Add", first, second))
    let draft = try expectRewrite(
      test, outputs: [result], by: [ConvertConvolution()], to: ["convolution", "convolution"])
    #expect(draft.nodes.map(\.name) == ["Conv0", "Conv1"])
    #expect(draft.nodes[1].inputs == [source, first])
  }

  // MARK: What must not be fused

  @Test func leavesAResultThatAnotherReads() throws {
    var test = TestDraft()
    let source = test.input(1, 3, 4, 5)
    let product = try test.node("Conv", source, test.weights(2, 3, 1, 1))
    let (one, other) = (try test.node("Relu", product), try test.node("Neg", product))
    try expectRewrite(test, outputs: [one, other], by: [ConvertConvolution()], to: ["convolution", "Relu", "Neg"])
  }

  @Test func leavesAResultThatTheCallerReads() throws {
    var test = TestDraft()
    let source = test.input(1, 3, 4, 5)
    let product = try test.node("Conv", source, test.weights(2, 3, 1, 1))
    let result = try test.node("Relu", product)
    try expectRewrite(test, outputs: [result, product], by: [ConvertConvolution()], to: ["convolution", "Relu"])
  }

  @Test func leavesAdditionsThatAreNoResidual() throws {
    var test = TestDraft()
    let source = test.input(1, 2, 4, 2)
    let product = try test.node("Conv", source, test.weights(2, 2, 1, 1))
    // Broadcasts along the rows: two values, but not by channel.
    let rows = try test.node("Add", product, test.weights(2))
    let doubled = try test.node("Conv", source, test.weights(2, 2, 1, 1))
    let twice = try test.node("Add", doubled, doubled)
    let grown = try test.node("Conv", source, test.weights(2, 2, 1, 1))
    let wide = test.input(3, 2, 4, 2)
    let broadcast = try test.node("Add", grown, wide)
    try expectRewrite(
      test, outputs: [rows, twice, broadcast], by: [ConvertConvolution()],
      to: ["convolution", "Add", "convolution", "Add", "convolution", "Add"])
  }

  @Test func leavesWeightsThatAreComputed() throws {
    var test = TestDraft()
    let (source, weights) = (test.input(1, 3, 4, 5), test.input(2, 3, 1, 1))
    let result = try test.node("Conv", source, weights)
    try expectUnchanged(test, outputs: [result], by: [ConvertConvolution()])
  }

  @Test func sharesWeightsThatNodesShare() throws {
    var test = TestDraft()
    let source = test.input(1, 3, 4, 5)
    let weights = test.weights(3, 3, 1, 1)
    let first = try test.node("Conv", source, weights)
    let second = try test.node("Conv", first, weights)
    let third = try test.node("Mul", try test.node("Conv", second, weights), test.scalar(2))
    let draft = try expectRewrite(
      test, outputs: [third], by: [ConvertConvolution()], to: ["convolution", "convolution", "convolution"])
    #expect(draft.nodes[0].parameters[0] == draft.nodes[1].parameters[0])
    #expect(draft.nodes[0].parameters[0] != draft.nodes[2].parameters[0])
  }
}
