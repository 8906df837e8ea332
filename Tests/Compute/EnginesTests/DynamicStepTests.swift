import ModelGraph
import NumericFormats
import Operators
import Tensors
import Testing

@testable import Engines

/// Parts whose extents depend on the values of an input.
@Suite struct DynamicStepTests {
  /// 0, 1, ... below an input, and the same squared: as many elements as the input says.
  private static func nested() -> ModelGraph {
    func operation(_ name: String, _ slots: Int) -> Operator {
      .general(GeneralOperator(name, opset: 17, slots: Array(0..<slots)))
    }
    func tensor(_ name: String, isDynamic: Bool = true) -> TensorInfo {
      TensorInfo(name: name, shape: [], elementType: .int64, isDynamic: isDynamic)
    }
    let ids = (0..<6).map { TensorID(index: $0) }
    return ModelGraph(
      name: "nested",
      tensors: [
        tensor("from", isDynamic: false), tensor("below", isDynamic: false), tensor("by", isDynamic: false),
        tensor("range"), tensor("squares"), tensor("count"),
      ], parameters: [],
      nodes: [
        Node(name: "range", op: operation("Range", 3), inputs: [ids[0], ids[1], ids[2]], outputs: [ids[3]]),
        Node(name: "squares", op: operation("Mul", 2), inputs: [ids[3], ids[3]], outputs: [ids[4]]),
        Node(name: "count", op: operation("Shape", 1), inputs: [ids[4]], outputs: [ids[5]]),
      ], inputs: [ids[0], ids[1], ids[2]], outputs: [ids[4], ids[5], ids[1]])
  }

  private static func model(
    _ engine: any Engine, threads: Int = 1, keeping kept: Set<String> = []
  ) throws -> ExecutableModel {
    var maker = GeneralGraph()
    let below = maker.input("below", TensorType(.int64, []))
    let from = try maker.constant("from", Tensor(.int64, [], [Int64]([0])))
    let by = try maker.constant("by", Tensor(.int64, [], [Int64]([1])))
    // The count has fixed extents, so that the rest of the graph may read it.
    let parts = maker.dynamic(
      "part", nested(), [from, below, by], fixed: [nil, TensorType(.int64, [1]), TensorType(.int64, [])])
    let doubled = try maker.general("doubled", "Add", [parts[1], parts[1]])[0]
    return try ExecutableModel(
      graph: maker.build([parts[0], doubled, parts[2]]), parameters: maker.store, engine: engine, precision: .fp32,
      team: ThreadTeam(unpinnedThreads: threads), keeping: kept)
  }

  @Test(arguments: EngineRegistry.names, [1, 3])
  func extentsFollowTheInputOfEachRun(engine: String, threads: Int) throws {
    let model = try Self.model(EngineRegistry.engine(named: engine)!, threads: threads)
    for count in [3, 0, 5] {
      model.inputs[0].storeBytes(of: Int64(count), as: Int64.self)
      model.run()
      try model.check()
      let views = model.outputViews
      #expect(views[0].shape == [count])
      #expect(views[0].elements(as: Int64.self) == (0..<count).map { Int64($0 * $0) })
      #expect(views[1].elements(as: Int64.self) == [Int64(2 * count)])
      #expect(views[2].elements(as: Int64.self) == [Int64(count)], "an input passed through")
    }
    #expect(model.assignments[0].implementation == "general:dynamic")
  }

  @Test func innerTensorsAreKeptOnRequest() throws {
    let model = try Self.model(ModelRun.openblas, keeping: ["range"])
    model.inputs[0].storeBytes(of: 4, as: Int64.self)
    model.run()
    let view = try model.view(of: "range")
    #expect(view.shape == [4])
    #expect(view.elements(as: Int64.self) == [0, 1, 2, 3])
  }

  @Test func whatStopsAPartIsTold() throws {
    let model = try Self.model(ModelRun.openblas, threads: 2)
    model.inputs[0].storeBytes(of: Int64.max, as: Int64.self)
    model.run()
    let fault = #expect(throws: ModelFault.self) { try model.check() }
    #expect(fault?.node == "range")
    #expect(model.outputViews[0].bytes.isEmpty)
    #expect(model.outputViews[0].shape == [0])
    // The next run is judged by itself.
    model.inputs[0].storeBytes(of: 2, as: Int64.self)
    model.run()
    try model.check()
    #expect(model.outputViews[0].elements(as: Int64.self) == [0, 1])
  }

  @Test func nestedConstantsAndForeignOperandsAreRefused() throws {
    var maker = GeneralGraph()
    let below = maker.input("below", TensorType(.int64, []))
    let parts = maker.dynamic("part", Self.nested(), [below])
    let error = #expect(throws: UnpreparedNodeError.self) {
      try ModelRun.model(maker.build(parts), ModelRun.openblas, parameters: maker.store)
    }
    #expect(error?.reason.contains("operands") == true)
  }
}
