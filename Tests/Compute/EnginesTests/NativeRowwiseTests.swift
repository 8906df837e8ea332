import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// The native engine's row-wise nodes among products that compute as `openblas` does.
@Suite struct NativeRowwiseTests {
  /// Row-wise nodes native, products behind native storage: whatever differs from `openblas`, a row-wise node did.
  private struct Rows: Engine {
    let name = "rows"
    let summary = ""
    let implementations: [any OperatorImplementation]

    init() {
      let openblas = ModelRun.openblas.implementations
      implementations =
        [NativePooling(), NativeLayerNorm(), NativeRowwise(), NativeConvert()]
        + openblas.filter { !($0 is GeneralImplementation) }.map { NativeStandIn(wrapped: $0) } + openblas
    }

    func execution(of precision: Precision, on features: CPUFeatures) -> Execution { .emulated }
    func contract(for precision: Precision, on features: CPUFeatures) -> NumericsContract {
      precision == .int8 ? .u8s8VNNI : ModelRun.native.contract(for: precision, on: features)
    }
  }

  /// Softmax with and without addend, pools of one and two dimensions.
  private static func mixed() throws -> ModelGraph {
    var builder = GraphBuilder(name: "mixed")
    let image = builder.input("image", shape: [2, 5, 9, 7])
    let addend = builder.input("addend", shape: [5, 1, 4])
    let pool = try builder.node("pool", .maxPool(Pooling(kernel: 3, stride: 2, padding: 1)), inputs: [image])
    let convolution = try builder.node(
      "convolution", .convolution(Convolution(stride: 1, padding: 1, activation: .relu)), inputs: [pool],
      parameters: [("weight", .weights, [5, 5, 3, 3]), ("bias", .bias, [5])])
    let again = try builder.node("again", .maxPool(Pooling(kernel: 2, stride: 1, padding: 0)), inputs: [convolution])
    let plain = try builder.node("plain", .softmax, inputs: [convolution])
    let added = try builder.node("added", .softmax, inputs: [plain, addend])
    let mean = try builder.node("mean", .globalAveragePool, inputs: [again])
    let unit = try builder.node("unit", .l2Normalize, inputs: [mean])
    return builder.build(outputs: [added, unit, pool])
  }

  /// FP32 means over planes, whose order of summation follows the storage, and what is computed from them.
  private static let sums: Set<String> = ["gap", "head", "mean", "unit"]

  @Test(arguments: Precision.measurable, [1, 3])
  func everyRowwiseNodeGivesTheSameBits(precision: Precision, threads: Int) throws {
    for graph in [try TestGraphs.residual(), try TestGraphs.attention(), try Self.mixed()] {
      let kept = Set(graph.nodes.map { graph[$0.output].name })
      for level in ISALevel.availableOperatorTables {
        let expected = try ModelRun.model(
          graph, ModelRun.openblas, precision, threads: threads, features: level.features, keeping: kept)
        let actual = try ModelRun.model(
          graph, Rows(), precision, threads: threads, features: level.features, keeping: kept)
        let rowwise = actual.assignments.filter { $0.step != nil }
        #expect(rowwise.count >= 3)
        #expect(rowwise.allSatisfy { $0.step?.kernel.hasSuffix(":\(level.rawValue)") == true })
        for name in kept {
          let (a, b) = (try actual.view(of: name).floats, try expected.view(of: name).floats)
          if precision == .fp32, Self.sums.contains(name) {
            #expect(ModelRun.error(a, b) < 1e-6, "\(graph.name) \(name) at \(level)")
            continue
          }
          #expect(a.map(\.bitPattern) == b.map(\.bitPattern), "\(graph.name) \(name) at \(level)")
        }
      }
    }
  }

  /// The kernel stores the second format beside the first, and what it stores is what the conversion would.
  @Test(arguments: [1, 2])
  func aNormConvertsItsResult(threads: Int) throws {
    var builder = GraphBuilder(name: "norms")
    let source = builder.input("source", shape: [7, 33])
    func norm(_ name: String, _ inputs: [TensorID]) throws -> TensorID {
      try builder.node(
        name, .layerNorm(LayerNorm(epsilon: 1e-5)), inputs: inputs,
        parameters: [("gamma", .gamma, [33]), ("beta", .beta, [33])])
    }
    let first = try norm("first", [source])
    let linear = try builder.node(
      "linear", .linear(Linear(activation: .gelu)), inputs: [first],
      parameters: [("weight", .weights, [33, 33]), ("bias", .bias, [33])])
    let second = try norm("second", [linear, first])
    let graph = builder.build(outputs: [second])
    let expected = try ModelRun.model(graph, ModelRun.openblas, .int8, threads: threads)
    let actual = try ModelRun.model(graph, Rows(), .int8, threads: threads)
    let follower = try #require(actual.assignments.first { $0.stepOf != nil })
    #expect((follower.node, follower.stepOf) == ("first.u8", "first"))
    #expect(actual.outputValues.map(\.bitPattern) == expected.outputValues.map(\.bitPattern))
  }

  @Test func whatTheKernelsCannotComputeIsDeclined() throws {
    var builder = GraphBuilder(name: "large")
    let image = builder.input("image", shape: [1, 1, 1 << 12, 1 << 12])
    let mean = try builder.node("mean", .globalAveragePool, inputs: [image])
    let assignments = try NodeAssignment.explain(
      builder.build(outputs: [mean]), engine: EngineRegistry.engine(named: "native")!, precision: .fp32)
    let mine = try #require(assignments[0].declined.first { $0.implementation == "native:pooling" })
    #expect(mine.reason == "a plane has too many positions for exact sums")
    #expect(assignments[0].implementation == "kernels:row-wise")
  }
}
