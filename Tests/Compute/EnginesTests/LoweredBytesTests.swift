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
