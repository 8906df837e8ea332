import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

@Suite struct LoweringTests {
  private static let ranges = Dictionary(
    uniqueKeysWithValues: [
      "image", "stem", "pool", "a", "b", "gap", "ids", "embedding", "q", "k", "v", "scores",
      "probabilities", "context", "norm",
    ].map { ($0, ValueRange(least: -1, greatest: 3)!) })

  @Test func fp32ChangesNothing() throws {
    let graph = try TestGraphs.residual()
    let lowered = try Lowering.lower(graph, to: .fp32, calibration: nil)
    #expect(lowered.graph == graph)
    #expect(lowered.formats.allSatisfy { $0 == .fp32 })
  }

  @Test func bf16StoresEverythingButTheOutputsInBF16() throws {
    let lowered = try Lowering.lower(TestGraphs.residual(), to: .bf16, calibration: nil)
    let formats = Self.formats(lowered)
    #expect(formats["image"] == "fp32")
    #expect(formats["image.bf16"] == "bf16")
    for name in ["stem", "pool", "a", "b", "gap"] { #expect(formats[name] == "bf16", "\(name)") }
    #expect(formats["head"] == "fp32")
  }

  @Test func int8StoresWhatConvolutionsReadInEightBits() throws {
    let calibration = Calibration(ranges: Self.ranges, samples: 1)
    let lowered = try Lowering.lower(TestGraphs.residual(), to: .int8, calibration: calibration)
    let formats = Self.formats(lowered)
    #expect(formats["image"] == "fp32")
    for name in ["image.u8", "stem", "pool", "a", "b", "gap"] { #expect(formats[name] == "u8", "\(name)") }
    #expect(formats["head"] == "fp32")
    // Maximum pooling passes integers through, so both sides have one scale.
    #expect(Self.format(lowered, "pool") == Self.format(lowered, "stem"))
  }

  @Test func int8AttentionTakesItsSecondOperandSigned() throws {
    let calibration = Calibration(ranges: Self.ranges, samples: 1)
    let lowered = try Lowering.lower(TestGraphs.attention(), to: .int8, calibration: calibration)
    let formats = Self.formats(lowered)
    #expect(formats["q"] == "u8")
    #expect(formats["k"] == "s8")
    #expect(formats["v"] == "s8")
    #expect(formats["probabilities"] == "u8")
    #expect(formats["scores"] == "fp32")
    // Read by inner products and by the layer normalisation: kept in FP32 and converted once for the products.
    #expect(formats["embedding"] == "fp32")
    #expect(formats["embedding.u8"] == "u8")
    #expect(lowered.graph.nodes.filter { $0.op == .convert }.count == 1)
  }

  /// A pool whose result is also needed in FP32 must not pass integers on, whatever format its source is read in elsewhere.
  @Test(arguments: [true, false])
  func int8PoolsPassIntegersOnlyWhereAllReadersWantThem(isOutput: Bool) throws {
    var builder = GraphBuilder(name: "pools")
    let image = builder.input("image", shape: [1, 3, 8, 8])
    func convolution(_ name: String, _ source: TensorID) throws -> TensorID {
      try builder.node(
        name, .convolution(Convolution(stride: 1, padding: 0, activation: .relu)), inputs: [source],
        parameters: [("weight", .weights, [4, builder.shape(of: source)[1], 1, 1]), ("bias", .bias, [4])])
    }
    let stem = try convolution("stem", image)
    let pool = try builder.node("pool", .maxPool(Pooling(kernel: 2, stride: 2, padding: 0)), inputs: [stem])
    let a = try convolution("a", stem)
    let b = try convolution("b", pool)
    var outputs = [a, b]
    if isOutput {
      outputs.append(pool)
    } else {
      outputs.append(
        try builder.node(
          "norm", .layerNorm(LayerNorm(epsilon: 1e-5)), inputs: [pool],
          parameters: [("gamma", .gamma, [4]), ("beta", .beta, [4])]))
    }
    let calibration = Calibration(ranges: Self.ranges, samples: 1)
    let lowered = try Lowering.lower(builder.build(outputs: outputs), to: .int8, calibration: calibration)
    let formats = Self.formats(lowered)
    #expect(formats["pool"] == "fp32")
    #expect(formats["pool.u8"] == "u8")
    let node = try #require(lowered.graph.nodes.first { $0.name == "pool" })
    #expect(lowered.format(of: node.inputs[0]) == .fp32)
    let reader = try #require(lowered.graph.nodes.first { $0.name == "b" })
    #expect(lowered.graph[reader.inputs[0]].name == "pool.u8")
  }

  @Test func int8WithoutARangeNamesTheTensor() throws {
    var ranges = Self.ranges
    ranges["a"] = nil
    #expect(throws: LoweringError(tensor: "a", format: "u8")) {
      try Lowering.lower(TestGraphs.residual(), to: .int8, calibration: Calibration(ranges: ranges, samples: 1))
    }
  }

  @Test func bytesFollowTheFormats() throws {
    let graph = try TestGraphs.residual()
    let calibration = Calibration(ranges: Self.ranges, samples: 1)
    let fp32 = try Lowering.lower(graph, to: .fp32, calibration: nil)
    let bf16 = try Lowering.lower(graph, to: .bf16, calibration: nil)
    let int8 = try Lowering.lower(graph, to: .int8, calibration: calibration)
    let node = graph.nodes.first { $0.name == "a" }!
    let weights = graph[node.parameters[0]].shape.count
    let bias = graph[node.parameters[1]].shape.count
    #expect(fp32.weightBytesMoved(by: node) == 4 * weights + 4 * bias)
    #expect(bf16.weightBytesMoved(by: node) == 2 * weights + 4 * bias)
    #expect(int8.weightBytesMoved(by: node) == weights + 4 * bias)
    #expect(fp32.activationBytesMoved(by: node) == 4 * int8.activationBytesMoved(by: node))
  }

  private static func formats(_ model: LoweredModel) -> [String: String] {
    Dictionary(uniqueKeysWithValues: zip(model.graph.tensors.map(\.name), model.formats.map(\.name)))
  }

  private static func format(_ model: LoweredModel, _ name: String) -> NumberFormat {
    model.formats[model.graph.tensors.firstIndex { $0.name == name }!]
  }
}
