import ModelGraph
import NumericFormats
import Records
import Tensors
import Testing

@testable import Harness

@Suite struct AttributionNodesTests {
  /// A depthwise convolution, whose elements all have scales of their own, an inner product of depth 100, and a product of
  /// two activations of depth 40.
  private static func graph() throws -> ModelGraph {
    var builder = GraphBuilder(name: "blocks")
    let image = builder.input("image", shape: [1, 6, 4, 4])
    let window = Window(stride: 1, padding: 1)
    let depthwise = try builder.node(
      "depthwise", .convolution(Convolution(window: window, groups: 6, activation: .none)), inputs: [image],
      parameters: [("weight", .weights, [6, 1, 3, 3]), ("bias", .bias, [6])])
    let row = builder.input("row", shape: [2, 100])
    let linear = try builder.node(
      "linear", .linear(Linear(activation: .none)), inputs: [row],
      parameters: [("weight", .weights, [10, 100]), ("bias", .bias, [10])])
    let (left, right) = (builder.input("left", shape: [4, 40]), builder.input("right", shape: [40, 8]))
    let product = try builder.node("product", .matMul(MatMul()), inputs: [left, right])
    return builder.build(outputs: [depthwise, linear, product])
  }

  @Test(arguments: [
    // 8 bits and a scale of 8 for every begun 32.
    (NumericsContract.mxfp8E4M3, [54 + 54, 1000 + 40, 0], [96 + 96, 200 + 8, 160 + 8 + 320 + 16]),
    // 4 bits and a scale of 32; activations stay FP32.
    (.w4FP32Acc, [27 + 216, 500 + 160, 0], [384, 800, 640 + 1280]), (.u8s8VNNI, [54, 1000, 0], [96, 200, 480]),
  ])
  func bytesCountTheScalesOfBlocks(contract: NumericsContract, weights: [Int], activations: [Int]) throws {
    let nodes = try AttributionNodes.all(in: Self.graph(), under: contract)
    #expect(nodes.map(\.name) == ["depthwise", "linear", "product"])
    #expect(nodes.map(\.weightBytes) == [216, 4000, 0])
    #expect(nodes.map(\.activationBytes) == [384, 800, 640 + 1280])
    #expect(nodes.map(\.loweredWeightBytes) == weights)
    #expect(nodes.map(\.loweredActivationBytes) == activations)
  }
}
