import ModelGraph
import NumericFormats
import Tensors
import Testing
import Workloads

@testable import Engines

/// Tensors in native storage and the reorders between them.
@Suite struct ArrangementTests {
  private static func graphs() throws -> [ModelGraph] {
    [try TestGraphs.residual(), try TestGraphs.attention()]
  }

  /// The engine behind computes the same numbers whatever the storage, so not a bit may differ; inner tensors included.
  @Test(arguments: Precision.measurable, [1, 3])
  func nativeStorageChangesNoBit(precision: Precision, threads: Int) throws {
    for graph in try Self.graphs() {
      let kept = Set(graph.nodes.map { graph[$0.output].name })
      let expected = try ModelRun.model(graph, ModelRun.openblas, precision, threads: threads, keeping: kept)
      for engine in [StandInEngine(), StandInEngine(fuses: true)] {
        let actual = try ModelRun.model(graph, engine, precision, threads: threads, keeping: kept)
        #expect(actual.lowered.storages.contains { $0 != .floats } || precision == .fp32 && graph.name == "attention")
        for name in kept {
          let (a, b) = (try actual.view(of: name), try expected.view(of: name))
          #expect(a.floats.map(\.bitPattern) == b.floats.map(\.bitPattern), "\(graph.name) \(name)")
        }
      }
    }
  }

  @Test(arguments: ["resnet-small", "minilm-small", "bert-small"], Precision.measurable)
  func wholeModelsGiveTheSameBits(workload name: String, precision: Precision) throws {
    let workload = try WorkloadRegistry.workload(named: name)
    let graph = try workload.graph(batch: 1)
    let parameters = try workload.parameters(for: graph)
    func write(_ model: ExecutableModel) throws { try workload.writeSample(0, of: .calibration, into: model.inputs) }
    func output(_ engine: any Engine) throws -> [Float] {
      let team = try ThreadTeam(unpinnedThreads: 2)
      let calibration =
        try precision == .int8
        ? Calibration.measure(
          ExecutableModel(
            graph: graph, parameters: parameters, engine: engine, precision: .fp32, team: team, fusesNodes: false),
          of: graph, samples: 1
        ) { _, inputs in try workload.writeSample(0, of: .calibration, into: inputs) } : nil
      let model = try ExecutableModel(
        graph: graph, parameters: parameters, engine: engine, precision: precision, calibration: calibration, team: team
      )
      try write(model)
      model.run()
      model.run()
      return model.outputValues
    }
    let expected = try output(ModelRun.openblas).map(\.bitPattern)
    #expect(try output(StandInEngine()).map(\.bitPattern) == expected)
    #expect(try output(StandInEngine(fuses: true)).map(\.bitPattern) == expected)
  }

  /// From the graph's input to 8 bits with channels last in one step; nothing between native nodes; back to floats where a
  /// node of the old way reads.
  @Test func oneNodeChangesFormatAndStorage() throws {
    let graph = try TestGraphs.residual()
    let model = try ModelRun.model(graph, StandInEngine(), .int8)
    let lowered = model.lowered
    #expect(lowered.graph.nodes.filter { $0.op == .convert }.map(\.name) == ["image.u8"])
    let names = Dictionary(
      uniqueKeysWithValues: zip(lowered.graph.tensors.map(\.name), lowered.storages.map(\.name)))
    #expect(
      names == [
        "image": "floats", "image.u8": "channels-last", "stem": "channels-last", "pool": "channels-last",
        "a": "channels-last", "b": "channels-last", "gap": "native", "head": "floats",
      ])
  }

  /// A tensor that a native node writes and both kinds read, and one that is an output of the graph too.
  @Test(arguments: Precision.measurable)
  func reordersStandWhereStoragesMeet(precision: Precision) throws {
    var maker = GeneralGraph()
    let image = maker.input("image", TensorType(.float32, [2, 3, 4, 5]))
    func weights(_ count: Int, _ shape: Shape) throws -> Tensor {
      try Tensor(.float32, shape, (0..<shape.count).map { Float(($0 * 7 + count) % 11) / 5 - 1 })
    }
    func convolution(_ name: String, _ source: TensorID, _ channels: Int) throws -> TensorID {
      try maker.node(
        name, .convolution(Convolution(stride: 1, padding: 1, activation: .none)), [source],
        parameters: [("weight", .weights, weights(1, [4, channels, 3, 3])), ("bias", .bias, weights(2, [4]))])
    }
    let first = try convolution("first", image, 3)
    let relu = try maker.general("relu", "Relu", [first])[0]
    let second = try convolution("second", relu, 4)
    let third = try convolution("third", first, 4)
    let graph = maker.build([second, third])
    let expected = try ModelRun.model(graph, ModelRun.openblas, precision, parameters: maker.store)
    let actual = try ModelRun.model(graph, StandInEngine(), precision, parameters: maker.store, threads: 2)
    #expect(actual.outputValues.map(\.bitPattern) == expected.outputValues.map(\.bitPattern))
    #expect(expected.outputValues.contains { $0 != 0 })
    let reorders = actual.graph.nodes.filter { $0.op == .convert }.map(\.name)
    let formats: [String] =
      switch precision {
      case .fp32: ["image.channels-last", "relu.channels-last", "first.floats"]
      case .bf16: ["image.bf16", "relu.bf16", "first.bf16", "first.floats"]
      default: ["image.u8", "relu.u8", "first.u8", "first.floats"]
      }
    #expect(Set(reorders) == Set(formats + ["second.floats", "third.floats"]))
    #expect(actual.outputViews.map(\.storage) == [.floats, .floats])
  }

  /// An engine whose implementations ask for nothing gets its model back as it is.
  @Test(arguments: Precision.measurable)
  func nothingChangesForImplementationsOfFloats(precision: Precision) throws {
    for graph in try Self.graphs() {
      let model = try ModelRun.model(graph, ModelRun.openblas, precision)
      #expect(model.lowered.storages.allSatisfy { $0 == .floats })
      let fresh = try Lowering.lower(
        graph, to: precision,
        calibration: precision == .int8 ? ModelRun.calibration(graph, TestGraphs.parameters(graph)) : nil)
      #expect(model.graph == fresh.graph)
    }
  }

  /// Activations in their true size: an INT8 arena is a quarter, but for what FP32 needs.
  @Test func theArenaShrinks() throws {
    let graph = try TestGraphs.residual(batch: 1, channels: 8, extent: 64)
    let floats = try ModelRun.model(graph, ModelRun.openblas, .bf16).memory.activations
    let native = try ModelRun.model(graph, StandInEngine(), .bf16).memory.activations
    #expect(native < floats * 2 / 3)
  }
}
