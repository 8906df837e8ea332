import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// Bytes that one inference moves under a contract, whoever imitates it.
@Suite struct LoweredBytesTests {
  /// Two 1x1 convolutions of 4 x 64 values, one after the other; with `residual` the second adds the first's result.
  private static func chain(residual: Bool) throws -> ModelGraph {
    var builder = GraphBuilder(name: "chain")
    let source = builder.input("source", shape: [1, 64, 2, 2])
    let parameters: [(String, ParameterRole, Shape)] = [("weight", .weights, [64, 64, 1, 1]), ("bias", .bias, [64])]
    let op = Operator.convolution(Convolution(window: Window(stride: 1, padding: 0), groups: 1, activation: .none))
    let first = try builder.node("first", op, inputs: [source], parameters: parameters)
    let second = try builder.node(
      "second", op, inputs: residual ? [first, first] : [first], parameters: parameters)
    return builder.build(outputs: [second])
  }

  private func bytes(_ contract: NumericsContract, residual: Bool = false) throws -> (weights: Int, activations: Int) {
    let model = try Lowering.lower(
      Self.chain(residual: residual), to: NumericsAssignment(contract),
      calibration: Calibration(
        ranges: ["source", "first", "second"].reduce(into: [:]) { $0[$1] = ValueRange(least: -1, greatest: 1) },
        samples: 1),
      for: Target(isEmulator: true))
    return (
      model.graph.nodes.reduce(0) { $0 + model.weightBytesMoved(by: $1) },
      model.graph.nodes.reduce(0) { $0 + model.activationBytesMoved(by: $1) }
    )
  }

  /// The input is converted (read in FP32, written, read), the first result is written and read, the second is FP32.
  @Test(arguments: [
    (NumericsContract.vdpbf16ps, 16.0), (.bf16Truncate, 16), (.bf16RNESGEMM, 16), (.fp16FMA, 16), (.tf32FP32Acc, 19),
    (.fp8E4M3FP32Acc, 8), (.mxfp8E4M3, 8.25), (.mxfp4E2M1, 4.25), (.u8s8VNNI, 8), (.s8s8Dot, 8),
  ])
  func everyTensorCountsInTheContractsBits(contract: NumericsContract, bits: Double) throws {
    let moved = try bytes(contract)
    #expect(moved.activations == 2 * 4 * 64 * 4 + Int(4 * 4 * 64 * bits / 8))
    #expect(moved.weights == Int(2 * 64 * 64 * bits / 8) + 2 * 64 * 4)
  }

  /// A node whose blocks are cut by the ends of its sums, and the bytes that it moves.
  struct BlockSample: CustomTestStringConvertible {
    let testDescription: String
    let source: Shape
    let op: Operator
    let weights: Shape
    let contract: NumericsContract
    /// With the FP32 bias.
    let weightBytes: Int
    /// Read in FP32, written and read by the contract, written in FP32.
    let activationBytes: Int
  }

  private static func blocks(
    _ name: String, _ source: Shape, _ weights: Shape, _ contract: NumericsContract, stride: Int = 1, groups: Int = 1,
    weightBytes: Int, activationBytes: Int
  ) -> BlockSample {
    let window = weights.rank == 4 ? Window(stride: stride, padding: weights[3] / 2) : Window(stride: 1, padding: 0)
    let op: Operator =
      weights.rank == 4
      ? .convolution(Convolution(window: window, groups: groups, activation: .none))
      : .linear(Linear(activation: .none))
    return BlockSample(
      testDescription: "\(name) \(contract.name)", source: source, op: op, weights: weights, contract: contract,
      weightBytes: weightBytes, activationBytes: activationBytes)
  }

  /// Scales count for each result, position of the window and begun 32 channels.
  @Test(arguments: [
    // Each element has a scale of its own: 2304 of 4 + 32 bits, or of 8 + 8.
    blocks(
      "depthwise", [1, 256, 4, 4], [256, 1, 3, 3], .w4FP32Acc, groups: 256, weightBytes: 1152 + 9216 + 1024,
      activationBytes: 16384 + 16384),
    blocks(
      "depthwise", [1, 256, 4, 4], [256, 1, 3, 3], .mxfp8E4M3, groups: 256, weightBytes: 2304 + 2304 + 1024,
      activationBytes: 16384 + 2 * 8192 + 16384),
    // 64 x 49 positions of 3 channels; 64 pixels of 3.
    blocks(
      "first", [1, 3, 8, 8], [64, 3, 7, 7], .w4FP32Acc, stride: 2, weightBytes: 4704 + 4 * 3136 + 256,
      activationBytes: 768 + 4096),
    blocks(
      "first", [1, 3, 8, 8], [64, 3, 7, 7], .mxfp8E4M3, stride: 2, weightBytes: 9408 + 3136 + 256,
      activationBytes: 768 + 2 * (192 + 64) + 4096),
    // 32 + 32 + 32 + 4.
    blocks(
      "linear", [2, 100], [10, 100], .w4FP32Acc, weightBytes: 500 + 10 * 4 * 4 + 40, activationBytes: 800 + 80),
    blocks(
      "linear", [2, 100], [10, 100], .mxfp4E2M1, weightBytes: 500 + 10 * 4 + 40,
      activationBytes: 800 + 2 * (100 + 8) + 80),
    // Whole blocks: two at each of 64 x 9 positions and at each of 16 pixels.
    blocks(
      "residual", [1, 64, 4, 4], [64, 64, 3, 3], .w4FP32Acc, weightBytes: 18432 + 4 * 1152 + 256,
      activationBytes: 4096 + 4096),
    blocks(
      "residual", [1, 64, 4, 4], [64, 64, 3, 3], .mxfp8E4M3, weightBytes: 36864 + 1152 + 256,
      activationBytes: 4096 + 2 * (1024 + 32) + 4096),
    // Two groups of 40: 32 + 8 each.
    blocks(
      "grouped", [1, 80, 2, 2], [80, 40, 1, 1], .mxfp8E4M3, groups: 2, weightBytes: 3200 + 160 + 320,
      activationBytes: 1280 + 2 * (320 + 16) + 1280),
  ]) func everyBlockHasAScale(sample: BlockSample) throws {
    var builder = GraphBuilder(name: "blocks")
    let source = builder.input("source", shape: sample.source)
    let result = try builder.node(
      "result", sample.op, inputs: [source],
      parameters: [("weight", .weights, sample.weights), ("bias", .bias, [sample.weights[0]])])
    let nodes = try NodeAssignment.explain(
      builder.build(outputs: [result]), engine: EmulatorEngine(), numerics: NumericsAssignment(sample.contract))
    #expect(nodes.reduce(0) { $0 + $1.weightBytes } == sample.weightBytes)
    #expect(nodes.reduce(0) { $0 + $1.activationBytes } == sample.activationBytes)
  }

  @Test func whatNothingRoundsCountsInFull() throws {
    #expect(try bytes(.fp32FMA).activations == 4 * 4 * 64 * 4)
    #expect(try bytes(.w4FP32Acc).activations == 4 * 4 * 64 * 4)
    // 4 bits and an FP32 scale for 32 of them.
    #expect(try bytes(.w4FP32Acc).weights == 2 * 64 * 64 * 5 / 8 + 2 * 64 * 4)
  }

  /// A tensor that is read in two formats is stored in FP32, and its conversion is one in hardware too.
  @Test func aConversionBesideAnotherReaderCounts() throws {
    // FP8's residual stays FP32: written in FP32, converted (4 + 1), read as FP8 and as FP32.
    let moved = try bytes(.fp8E4M3FP32Acc, residual: true).activations
    #expect(moved == 4 * 64 * ((4 + 1) + 1 + 4 + (4 + 1) + 1 + 4 + 4))
    // BF16's is BF16: one format, one tensor.
    #expect(try bytes(.bf16Truncate, residual: true).activations == 4 * 64 * ((4 + 2) + 2 + 2 + 2 + 2 + 4))
  }

  /// How the emulator holds tensors says nothing of a contract: what only changes that counts nothing.
  @Test(arguments: EmulatorEngineTests.contracts.map(\.name), [0, 1])
  func reordersOfTheEmulatorCountNothing(name: String, graph: Int) throws {
    let graph = try EmulatorEngineTests.graphs[graph].make()
    let numerics = NumericsAssignment(try #require(NumericsContract.named(name)))
    let ranges = graph.tensors.reduce(into: [:]) { $0[$1.name] = ValueRange(least: -1, greatest: 1) }
    let lowered = try Lowering.lower(
      graph, to: numerics, calibration: Calibration(ranges: ranges, samples: 1), for: Target(isEmulator: true))
    let nodes = try NodeAssignment.explain(graph, engine: EmulatorEngine(), numerics: numerics)
    #expect(
      nodes.reduce(0) { $0 + $1.activationBytes }
        == lowered.graph.nodes.reduce(0) { $0 + lowered.activationBytesMoved(by: $1) })
  }

  /// Where time is measured they count: they move bytes.
  @Test func reordersOfEnginesForSpeedCount() throws {
    let lowered = try Lowering.lower(TestGraphs.residual(), to: NumericsAssignment(.fp32FMA), calibration: nil)
    let nodes = try NodeAssignment.explain(TestGraphs.residual(), engine: ModelRun.native, precision: .fp32)
    #expect(
      nodes.reduce(0) { $0 + $1.activationBytes }
        > lowered.graph.nodes.reduce(0) { $0 + lowered.activationBytesMoved(by: $1) })
  }

  /// Two contracts of BF16, one that kernels store and one that they do not.
  @Test func oneFormatTakesTheSameBytesHoweverItIsHeld() throws {
    let bytes = try [NumericsContract.vdpbf16ps, .bf16Truncate].map { contract in
      try NodeAssignment.explain(
        TestGraphs.attention(), engine: EmulatorEngine(), numerics: NumericsAssignment(contract)
      ).reduce(0) { $0 + $1.activationBytes }
    }
    #expect(bytes[0] == bytes[1])
  }
}
