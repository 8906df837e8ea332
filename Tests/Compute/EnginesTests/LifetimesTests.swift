import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

@Suite struct LifetimesTests {
  /// One node with three outputs: the first dies at once, the second lives two nodes longer, the third nobody reads.
  private static func graph(isConstant: Bool = false, isDynamic: Bool = false) -> ModelGraph {
    let names = ["input", "short", "long", "unread", "middle", "end"]
    let ids = names.indices.map { TensorID(index: $0) }
    let op = Operator.general(GeneralOperator("Any", opset: 1, slots: []))
    return ModelGraph(
      name: "lifetimes",
      tensors: names.map { name in
        TensorInfo(
          name: name, shape: [64], elementType: name == "long" ? .float64 : .int8,
          parameter: isConstant && name == "input" ? ParameterID(index: 0) : nil,
          isDynamic: isDynamic && name == "unread")
      }, parameters: [],
      nodes: [
        Node(name: "many", op: op, inputs: [ids[0]], outputs: [ids[1], ids[2], ids[3]]),
        Node(name: "one", op: op, inputs: [ids[1]], outputs: [ids[4]]),
        Node(name: "last", op: op, inputs: [ids[4], ids[2]], outputs: [ids[5]]),
      ], inputs: isConstant ? [] : [ids[0]], outputs: [ids[5]])
  }

  /// FP32 in the given storages, nodes in steps of their own unless said otherwise.
  private static func requests(
    _ graph: ModelGraph, keeping kept: Set<String>, steps: [Range<Int>]? = nil, formats: [NumberFormat]? = nil,
    storages: [Storage]? = nil
  ) throws -> [MemoryPlanner.Request] {
    let model = LoweredModel(
      graph: graph, numerics: NumericsAssignment(.fp32FMA),
      formats: formats ?? [NumberFormat](repeating: .fp32, count: graph.tensors.count), storages: storages)
    return try Lifetimes.requests(model, steps: steps ?? graph.nodes.indices.map { $0..<($0 + 1) }, keeping: kept)
  }

  @Test func eachOutputLivesUntilItsLastReader() throws {
    let requests = try Self.requests(Self.graph(), keeping: [])
    #expect(requests.map(\.first) == [0, 0, 0, 0, 1, 2])
    #expect(requests.map(\.last) == [3, 1, 2, 0, 2, 3])
    #expect(requests.map(\.byteCount) == [64, 64, 512, 64, 64, 64])
  }

  /// The planner must not give a second output's memory to what is written before its reader ran.
  @Test func outputsOfOneNodeNeverOverlap() throws {
    let requests = try Self.requests(Self.graph(), keeping: [])
    let plan = MemoryPlanner.plan(requests)
    func range(_ index: Int) -> Range<Int> { plan.offsets[index]..<(plan.offsets[index] + requests[index].byteCount) }
    for (a, b) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (2, 4), (2, 5), (1, 4)] {
      #expect(!range(a).overlaps(range(b)), "\(a) and \(b)")
    }
  }

  @Test func keptTensorsLiveToTheEnd() throws {
    let requests = try Self.requests(Self.graph(), keeping: ["short", "unread"])
    #expect(requests.map(\.last) == [3, 3, 2, 3, 2, 3])
    #expect(throws: UnknownTensorError(name: "other", model: "lifetimes")) {
      try Self.requests(Self.graph(), keeping: ["other"])
    }
  }

  @Test func constantsAndDynamicTensorsTakeNoMemory() throws {
    let requests = try Self.requests(Self.graph(isConstant: true, isDynamic: true), keeping: [])
    #expect(requests.map(\.byteCount) == [0, 64, 512, 0, 64, 64])
  }

  /// Two nodes of one step: what only the second reads takes no memory, and everything else lives while both run.
  @Test func whatNodesOfOneStepHandEachOtherTakesNoMemory() throws {
    let requests = try Self.requests(Self.graph(), keeping: [], steps: [0..<2, 2..<3])
    #expect(requests.map(\.byteCount) == [64, 0, 512, 64, 64, 64])
    #expect(requests.map(\.first) == [0, 0, 0, 0, 0, 1])
    #expect(requests.map(\.last) == [2, 0, 1, 0, 1, 2])
  }

  /// Native elements have their format's size; elements of other types than FP32 keep theirs.
  @Test func bytesFollowTheStorage() throws {
    let ids = (0..<5).map { TensorID(index: $0) }
    let graph = ModelGraph(
      name: "storages",
      tensors: ids.map {
        TensorInfo(name: "\($0.index)", shape: [2, 3, 5], elementType: $0.index == 4 ? .int32 : .float32)
      }, parameters: [], nodes: [], inputs: ids, outputs: [])
    let formats: [NumberFormat] = [.fp32, .bf16, .u8(scale: 1, zeroPoint: 3), .s8(scale: 1), .fp32]
    func bytes(_ storage: Storage) throws -> [Int] {
      try Self.requests(
        graph, keeping: [], formats: formats, storages: [Storage](repeating: storage, count: 4) + [.floats]
      ).map(\.byteCount)
    }
    #expect(try bytes(.floats) == [120, 120, 120, 120, 120])
    #expect(try bytes(.native) == [120, 60, 30, 30, 120])
    #expect(try bytes(.channelsLast) == [120, 60, 30, 30, 120])
  }

  /// Extents from a model file: each fits, the sum does not.
  @Test func aSumBeyondAnyMemoryIsRefused() {
    let half: Shape = [1 << 53, 8]
    let graph = ModelGraph(
      name: "huge",
      tensors: (0..<200).map { TensorInfo(name: "\($0)", shape: half, elementType: .float64) }, parameters: [],
      nodes: [], inputs: [], outputs: [])
    #expect(throws: AllocationError.self) { try Self.requests(graph, keeping: []) }
  }
}
