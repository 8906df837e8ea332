@testable import GraphPasses
import ModelGraph
import Tensors
import Testing

@Suite struct FuseQuantizedTests {
  private static let passes: [any GraphPass] = [FuseQuantized()]

  private func dequantized(_ test: inout TestDraft, _ x: TensorID, scale: Float, zero: TensorID?) throws -> TensorID {
    try test.node("DequantizeLinear", x, test.scalar(scale), zero)
  }

  private func quantized(_ test: inout TestDraft, _ x: TensorID, scale: Float, zero: TensorID?) throws -> TensorID {
    try test.node("QuantizeLinear", x, test.scalar(scale), zero)
  }

  private func int8Weights(_ test: inout TestDraft, _ dims: [Int], seed: Int) -> TensorID {
    test.bytes(dims, seeded(Shape(dims).count, seed: seed).map { Int8($0 * 127) })
  }

  struct Case: CustomStringConvertible {
    var isSigned = false
    var isPerChannel = false
    var hasBias = false
    var activation: String?
    var description: String {
      "\(isSigned ? "s8" : "u8")\(isPerChannel ? ", by channel" : "")\(hasBias ? ", bias" : "") \(activation ?? "")"
    }
  }

  static let cases = [
    Case(), Case(isSigned: true), Case(isPerChannel: true), Case(hasBias: true),
    Case(isSigned: true, isPerChannel: true, hasBias: true), Case(isSigned: true, activation: "Relu"),
    Case(isPerChannel: true, hasBias: true, activation: "Clip"),
  ]

  /// `Conv` between `DequantizeLinear` and `QuantizeLinear`; the result's zero point is the least value where an
  /// activation follows.
  private func convolution(
    _ example: Case, _ test: inout TestDraft, biasScale: Float = 1, zeroOffset: Int = 0
  ) throws -> TensorID {
    func zero(_ value: Int) -> TensorID {
      example.isSigned ? test.bytes([], [Int8(value)]) : test.bytes([], [UInt8(value)])
    }
    let source = test.input(1, 4, 5, 6, elementType: example.isSigned ? .int8 : .uint8)
    let x = try dequantized(&test, source, scale: 0.02, zero: zero(example.isSigned ? -5 : 120))
    let scales: [Float] = example.isPerChannel ? [0.01, 0.02, 0.004] : [0.01]
    let weights = try test.node(
      "DequantizeLinear", int8Weights(&test, [3, 4, 3, 3], seed: 5),
      test.floats(example.isPerChannel ? [3] : [], scales),
      example.isPerChannel ? test.bytes([3], [0, 0, 0] as [Int8]) : nil, attributes: ["axis": .int(0)])
    var bias: TensorID?
    if example.hasBias {
      let type = TensorType(.int32, [3])
      let values = test.constant(.deferred(type) { try Tensor(.int32, [3], [900, -1500, 400] as [Int32]) })
      let biasScales = scales.map { $0 * 0.02 * biasScale }
      bias = try test.node(
        "DequantizeLinear", values, test.floats(example.isPerChannel ? [3] : [], biasScales), nil,
        attributes: ["axis": .int(0)])
    }
    var result = try test.node("Conv", x, weights, bias, attributes: ["pads": .ints([1, 1, 1, 1])])
    if let activation = example.activation {
      result =
        try activation == "Clip"
        ? test.node("Clip", result, test.scalar(0), test.scalar(6)) : test.node(activation, result)
    }
    let least = example.isSigned ? -128 : 0
    let middle = example.activation == nil ? least + 128 : least + zeroOffset
    return try quantized(&test, result, scale: 6 / 255.0, zero: zero(middle))
  }

  @Test(arguments: cases) func convertsConvolutions(_ example: Case) throws {
    var test = TestDraft()
    let result = try convolution(example, &test)
    let draft = try expectRewrite(
      test, outputs: [result], by: Self.passes, to: ["QLinearConv"], steps: 1)
    #expect(draft.nodes[0].inputs.count == (example.hasBias ? 9 : 8))
  }

  @Test func leavesWhatSaturationDoesNotImply() throws {
    var test = TestDraft()
    let result = try convolution(Case(activation: "Relu"), &test, zeroOffset: 3)
    try expectUnchanged(test, outputs: [result], by: Self.passes)
  }

  @Test func leavesABiasOfAnotherScale() throws {
    var test = TestDraft()
    let result = try convolution(Case(hasBias: true), &test, biasScale: 1.001)
    try expectUnchanged(test, outputs: [result], by: Self.passes)
  }

  @Test func leavesAFloatResultThatAnotherReads() throws {
    var test = TestDraft()
    let result = try convolution(Case(), &test)
    let inner = try #require(test.draft.nodes.first { $0.op.name == "Conv" }).output
    try expectUnchanged(test, outputs: [result, inner], by: Self.passes)
  }

  @Test(arguments: [true, false], [true, false]) func convertsProducts(_ isPerColumn: Bool, _ isGemm: Bool) throws {
    var test = TestDraft()
    let source = test.input(3, 6, elementType: .uint8)
    let x = try dequantized(&test, source, scale: 0.02, zero: test.bytes([], [128] as [UInt8]))
    let weights = try test.node(
      "DequantizeLinear", int8Weights(&test, isGemm ? [4, 6] : [6, 4], seed: 6),
      isPerColumn ? test.floats([4], [0.01, 0.02, 0.015, 0.005]) : test.scalar(0.01), nil,
      attributes: ["axis": .int(isGemm ? 0 : 1)])
    let product =
      try isGemm
      ? test.node("Gemm", x, weights, attributes: ["transB": .int(1)]) : test.node("MatMul", x, weights)
    let result = try quantized(&test, product, scale: 0.05, zero: test.bytes([], [100] as [UInt8]))
    try expectRewrite(test, outputs: [result], by: Self.passes, to: ["QLinearMatMul"], steps: 1)
  }

  @Test func convertsProductsOfActivations() throws {
    var test = TestDraft()
    let zero = test.bytes([], [0] as [Int8])
    let left = try dequantized(&test, test.input(2, 3, 6, elementType: .int8), scale: 0.02, zero: zero)
    let right = try dequantized(&test, test.input(2, 6, 4, elementType: .int8), scale: 0.01, zero: zero)
    let result = try quantized(&test, try test.node("MatMul", left, right), scale: 0.05, zero: zero)
    try expectRewrite(test, outputs: [result], by: Self.passes, to: ["QLinearMatMul"], steps: 1)
  }

  @Test(arguments: ["Reshape", "Transpose", "MaxPool", "Concat", "Slice"])
  func movesIntegers(_ name: String) throws {
    for scale in [0.02, 0.03] as [Float] {
      var test = TestDraft()
      func widened(_ x: TensorID) throws -> TensorID {
        try dequantized(&test, x, scale: 0.02, zero: test.bytes([], [7] as [Int8]))
      }
      let x = try widened(test.input(1, 2, 4, 6, elementType: .int8))
      let moved =
        switch name {
        case "Reshape": try test.node("Reshape", x, test.integers([8, 6]))
        case "Transpose": try test.node("Transpose", x)
        case "MaxPool": try test.node("MaxPool", x, attributes: ["kernel_shape": .ints([2, 2])])
        case "Slice": try test.node("Slice", x, test.integers([1]), test.integers([3]), test.integers([3]))
        default:
          try test.node("Concat", x, widened(test.input(1, 3, 4, 6, elementType: .int8)), attributes: ["axis": .int(1)])
        }
      let result = try quantized(&test, moved, scale: scale, zero: test.bytes([], [7] as [Int8]))
      if scale == 0.02 {
        try expectRewrite(test, outputs: [result], by: Self.passes, to: [name])
      } else {
        // Another scale rounds anew.
        try expectUnchanged(test, outputs: [result], by: Self.passes)
      }
    }
  }

  @Test func removesPairsThatGiveBackIntegers() throws {
    var test = TestDraft()
    let x = try test.node("Transpose", test.input(4, 6, elementType: .int8))
    let widened = try dequantized(&test, x, scale: 0.02, zero: test.bytes([], [7] as [Int8]))
    let same = try quantized(&test, widened, scale: 0.02, zero: test.bytes([], [7] as [Int8]))
    let other = try quantized(&test, widened, scale: 0.02, zero: test.bytes([], [8] as [Int8]))
    let result = try test.node("Transpose", same)
    try expectRewrite(
      test, outputs: [result, other], by: Self.passes,
      to: ["Transpose", "DequantizeLinear", "QuantizeLinear", "Transpose"])
  }

  @Test func keepsPairsThatRound() throws {
    var test = TestDraft()
    let zero = test.bytes([], [7] as [Int8])
    let narrow = try quantized(&test, test.input(4, 6), scale: 0.02, zero: zero)
    let result = try dequantized(&test, narrow, scale: 0.02, zero: zero)
    try expectUnchanged(test, outputs: [result], by: Self.passes)
  }

  @Test func widensWhatStaysFloat() throws {
    // Without a quantised result, weights become FP32 constants, and the product an engine's own.
    var test = TestDraft()
    let weights = try dequantized(&test, int8Weights(&test, [6, 4], seed: 6), scale: 0.01, zero: nil)
    let result = try test.node("MatMul", test.input(3, 6), weights)
    try expectRewrite(test, outputs: [result], by: GraphPasses.all, to: ["linear"])
  }
}
