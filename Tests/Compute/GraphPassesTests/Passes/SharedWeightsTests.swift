@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

/// Nodes that share weights do not make a copy each.
@Suite struct SharedWeightsTests {
  private static let passes: [any GraphPass] = [
    FuseQuantized(), FoldBatchNormalization(), ConvertConvolution(), ConvertLinear(), SplitProjections(),
    FuseLayerNorm(),
  ]
  private static let count = 60

  /// Runs the passes on many nodes that read one constant, and expects that what they leave takes no more than the
  /// constants before and the copies that are allowed.
  private func expectBounded(
    _ test: TestDraft, _ outputs: [TensorID], _ names: Set<String>, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var draft = test.draft
    draft.outputs = outputs
    func bytes() -> Int { draft.compacted().constants.reduce(0) { $0 + $1.type.byteCount } }
    let before = bytes()
    _ = try GraphPasses.run(on: &draft, passes: Self.passes)
    // Each way in which the weights are laid out may be there once, and one bias of zeros.
    #expect(bytes() <= 4 * before + max(before, GraphEditor.leastCopies), sourceLocation: sourceLocation)
    #expect(Set(draft.nodes.map(\.op.name)) == names, sourceLocation: sourceLocation)
  }

  private func large(_ test: inout TestDraft, _ elementType: ElementType, _ dims: Int...) -> TensorID {
    test.constant(LoadCounter().zeros(TensorType(elementType, Shape(dims))))
  }

  @Test(arguments: ["Mul", "Add", "BatchNormalization", "none"]) func convolutions(_ op: String) throws {
    var test = TestDraft()
    let channels = 1 << 19
    var x = test.input(1, channels, 1)
    let weights = large(&test, .float32, channels, 1, 1)
    let factors = large(&test, .float32, 1, channels, 1)
    let vector = large(&test, .float32, channels)
    for _ in 0..<Self.count {
      x = try test.node("Conv", x, weights, attributes: ["group": .int(channels)])
      if op == "BatchNormalization" {
        x = try test.node(op, x, vector, vector, vector, vector)
      } else if op != "none" {
        x = try test.node(op, x, factors)
      }
    }
    let left = op == "none" ? [] : [op]
    try expectBounded(test, [x], Set(["convolution"] + left))
  }

  @Test(arguments: ["Mul", "Add", "alpha", "beta", "none"]) func products(_ op: String) throws {
    var test = TestDraft()
    let width = 1 << 10
    var x = test.input(1, width)
    let weights = large(&test, .float32, width, width)
    let vector = large(&test, .float32, width)
    for index in 0..<Self.count {
      let factor = 1 + Double(index + 1) / 64
      switch op {
      case "alpha", "beta":
        x = try test.node("Gemm", x, weights, vector, attributes: [op: .float(Float(factor))])
      default:
        x = try test.node("MatMul", x, weights)
        if op != "none" { x = try test.node(op, x, vector) }
      }
    }
    // Vectors are small enough here to be copied; other factors change all weights.
    try expectBounded(test, [x], ["alpha": ["linear", "Gemm"], "Mul": ["linear", "Mul"]][op] ?? ["linear"])
  }

  @Test func projectionsInParts() throws {
    var test = TestDraft()
    let width = 1 << 10
    var x = test.input(1, width)
    let weights = large(&test, .float32, width, 3 * width)
    for index in 0..<Self.count {
      // Cut at another place each time.
      let cut = Int64(width + index)
      let projected = try test.node("MatMul", x, weights)
      let parts = try test.nodes(
        "Split", [projected, test.integers([cut, Int64(3 * width) - cut])], attributes: ["axis": .int(1)], outputs: 2)
      let first = try test.node(
        "Slice", parts[0], test.integers([0]), test.integers([Int64(width)]), test.integers([1]))
      let second = try test.node(
        "Slice", parts[1], test.integers([0]), test.integers([Int64(width)]), test.integers([1]))
      x = try test.node("Add", first, second)
    }
    try expectBounded(test, [x], ["linear", "Split", "Slice", "Add"])
  }

  @Test func normalisations() throws {
    var test = TestDraft()
    let features = 1 << 19
    var x = test.input(1, features)
    let gamma = large(&test, .float32, features)
    for _ in 0..<Self.count { x = try test.node("LayerNormalization", x, gamma) }
    try expectBounded(test, [x], ["layerNorm", "LayerNormalization"])
  }

  @Test func quantizedProducts() throws {
    var test = TestDraft()
    let width = 1 << 10
    let quantized = large(&test, .int8, width, width)
    let scale = test.scalar(0.5)
    let weights = try test.node("DequantizeLinear", quantized, scale)
    var x = test.input(1, width, elementType: .int8)
    for _ in 0..<Self.count {
      let product = try test.node(
        "Gemm", try test.node("DequantizeLinear", x, scale), weights, attributes: ["transB": .int(1)])
      x = try test.node("QuantizeLinear", product, scale, test.bytes([], [0] as [Int8]))
    }
    try expectBounded(test, [x], ["QLinearMatMul", "DequantizeLinear", "Gemm", "QuantizeLinear"])
  }
}
