import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// What a prepared model keeps of its parameters.
@Suite struct ModelMemoryTests {
  /// Inner products one after the other, of which each has weights of its own or all share those of the first.
  private static func chain(layers: Int, tied: Bool, features: Int = 256) throws -> ModelGraph {
    var builder = GraphBuilder(name: "chain")
    var value = builder.input("source", shape: [4, features])
    for layer in 0..<layers {
      value = try builder.node(
        "layer\(layer)", .linear(Linear(activation: .none)), inputs: [value],
        parameters: [("weight", .weights, [features, features]), ("bias", .bias, [features])])
    }
    return tied ? builder.build(outputs: [value]).tied : builder.build(outputs: [value])
  }

  private static func convolutions(tied: Bool, kernel: Int = 3, groups: Int = 1, extent: Int = 24) throws -> ModelGraph
  {
    var builder = GraphBuilder(name: "convolutions")
    var value = builder.input("image", shape: [1, 64, extent, extent])
    for layer in 0..<2 {
      value = try builder.node(
        "layer\(layer)",
        .convolution(Convolution(window: Window(stride: 1, padding: kernel / 2), groups: groups, activation: .none)),
        inputs: [value],
        parameters: [("weight", .weights, [64, 64 / groups, kernel, kernel]), ("bias", .bias, [64])])
    }
    return tied ? builder.build(outputs: [value]).tied : builder.build(outputs: [value])
  }

  /// The native engine holds packed weights and what else runs read, and nothing twice.
  @Test(arguments: [(Precision.fp32, 4), (.bf16, 2), (.int8, 1)])
  func weightsAreHeldOnce(precision: (Precision, bytes: Int)) throws {
    let (layers, features) = (3, 256)
    let model = try ModelRun.model(
      Self.chain(layers: layers, tied: false, features: features), ModelRun.native, precision.0)
    let held = layers * features * features * precision.bytes
    // Biases, and what integer sums start from.
    let rest = layers * (features + 64) * 4 * 2
    #expect(model.memory.weights >= held + layers * features * 4)
    #expect(model.memory.weights <= held + rest, "\(precision.0)")
  }

  /// The parameters that runs do not read are given back: only who made them holds them.
  @Test(arguments: [ModelRun.native, ModelRun.openblas, ModelRun.reference] as [any Engine], Precision.measurable)
  func whatRunsDoNotReadIsLetGo(engine: any Engine, precision: Precision) throws {
    let graph = try Self.chain(layers: 2, tied: false)
    weak var weights: Tensor?
    weak var bias: Tensor?
    func model() throws -> ExecutableModel {
      let store = try TestGraphs.parameters(graph)
      (weights, bias) = (store.tensors[0], store.tensors[1])
      return try ModelRun.model(graph, engine, precision, parameters: store)
    }
    let model = try model()
    try withExtendedLifetime(model) {
      #expect(weights == nil)
      #expect(bias != nil, "runs read it where it is")
      model.run()
      try model.check()
      #expect(model.outputs[0].allSatisfy { $0.isFinite })
    }
  }

  /// Shared weights are packed once, whatever packs them.
  @Test(arguments: Precision.measurable)
  func nodesThatShareWeightsShareThePackedOnes(precision: Precision) throws {
    let pairs = [
      (try Self.chain(layers: 2, tied: true), try Self.chain(layers: 2, tied: false)),
      (try Self.convolutions(tied: true), try Self.convolutions(tied: false)),
      (try Self.convolutions(tied: true, extent: 3), try Self.convolutions(tied: false, extent: 3)),
      (try Self.convolutions(tied: true, groups: 4), try Self.convolutions(tied: false, groups: 4)),
    ]
    for (tied, separate) in pairs {
      let (one, two) = (
        try ModelRun.model(tied, ModelRun.native, precision), try ModelRun.model(separate, ModelRun.native, precision)
      )
      let parameter = separate.parameters[0].shape.count * (precision == .fp32 ? 4 : precision == .bf16 ? 2 : 1)
      #expect(two.memory.weights - one.memory.weights >= parameter, "\(tied.name)")
      let expected = try ModelRun.output(tied, ModelRun.reference, precision)
      let tolerance: Float = precision == .fp32 ? 2e-5 : 3e-2
      #expect(ModelRun.error(one.outputs[0].map { $0 }, expected) < tolerance, "\(tied.name)")
    }
  }

  /// Weights that are no numbers have no scale; the other precisions hold them as they are.
  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func integersRefuseWeightsThatAreNotFinite(value: Float) throws {
    let graph = try Self.chain(layers: 2, tied: false)
    let good = try TestGraphs.parameters(graph)
    let calibration = try ModelRun.calibration(graph, good)
    var tensors = good.tensors
    var weights = Array(tensors[2].elements(as: Float.self))
    weights[weights.count - 1] = value
    tensors[2] = try Tensor(.float32, graph.parameters[2].shape, weights)
    let parameters = ParameterStore(tensors)
    for engine in EngineRegistry.all {
      func prepare(_ precision: Precision) throws -> ExecutableModel {
        try ExecutableModel(
          graph: graph, parameters: parameters, engine: engine, precision: precision, calibration: calibration,
          team: ThreadTeam(unpinnedThreads: 1))
      }
      let error = #expect(throws: UnpreparedNodeError.self) { try prepare(.int8) }
      #expect(
        error?.description
          == "Node layer1 (linear) cannot run: its weights layer1.weight hold NaN or infinity, which s8 of "
          + "\(engine.contract(for: .int8, on: .detect()).name) cannot; fp32 and bf16 can.")
      #expect(throws: Never.self) { try prepare(.bf16) }
    }
  }
}

extension ModelGraph {
  /// The same with all nodes reading the parameters of the first.
  fileprivate var tied: ModelGraph {
    ModelGraph(
      name: name, tensors: tensors, parameters: parameters,
      nodes: nodes.map {
        Node(name: $0.name, op: $0.op, inputs: $0.inputs, parameters: nodes[0].parameters, outputs: $0.outputs)
      }, inputs: inputs, outputs: outputs)
  }
}
