import CKernels
import CLinux
import ModelGraph
import NumericFormats
import Tensors

/// A graph made ready to run on a team: implementations chosen, weights converted, activations placed in one arena.
///
/// Make and run it on the thread that made the team. ``run()`` allocates nothing.
public final class ExecutableModel {
  /// The graph that runs, `convert` nodes included.
  public var graph: ModelGraph { lowered.graph }
  /// The graph with the format of every activation.
  public let lowered: LoweredModel
  /// The level of Assay's own kernels.
  public let isa: ISALevel
  /// The implementation chosen for each node, in execution order.
  public let assignments: [NodeAssignment]
  /// Bytes held and moved.
  public let memory: MemoryUse
  /// The buffers of the graph's inputs, whole batch, in the graph's order; the caller fills them.
  public let inputs: [UnsafeMutableRawBufferPointer]

  private let team: ThreadTeam
  private let parameters: PreparedParameters
  private let arena: AlignedBuffer
  private let addresses: [UnsafeMutableRawPointer]
  private let runner: ModelRunner

  /// Prepares `graph`.
  ///
  /// - Parameters:
  ///   - calibration: ranges for INT8; ignored by other precisions.
  ///   - isa: the level of Assay's own kernels; must be available.
  /// - Throws: ``LoweringError``, ``AllocationError``, ``UnsupportedNodeError``.
  public init(
    graph: ModelGraph, parameters originals: ParameterStore, engine: any Engine, precision: Precision,
    calibration: Calibration? = nil, team: ThreadTeam, isa: ISALevel = .detect()
  ) throws {
    let kernels = ckernels_operators(isa.kernelLevel)!
    let lowered = try Lowering.lower(graph, to: precision, calibration: calibration)
    let chosen = try NodeAssignment.choose(lowered, engine: engine)
    let parameters = try PreparedParameters(originals, for: lowered, kernels: kernels)
    let plan = MemoryPlanner.plan(Self.requests(lowered.graph))
    let arena = try AlignedBuffer(byteCount: plan.byteCount)
    let addresses = plan.offsets.map { arena.baseAddress + $0 }
    let preparation = Preparation(
      model: lowered, threadCount: team.threadCount, kernels: kernels, addresses: addresses, parameters: parameters)
    let steps = zip(lowered.graph.nodes, chosen).map { node, choice in choice.implementation.prepare(node, preparation)
    }
    let runner = try ModelRunner(steps: steps, team: team)

    self.lowered = lowered
    self.isa = isa
    self.assignments = chosen.map(\.assignment)
    self.team = team
    self.parameters = parameters
    self.addresses = addresses
    self.runner = runner
    self.memory = MemoryUse(
      lowered, weights: steps.reduce(parameters.byteCount) { $0 + $1.constantBytes }, activations: plan.byteCount,
      scratch: runner.scratchBytes)
    self.inputs = lowered.graph.inputs.map { id in
      UnsafeMutableRawBufferPointer(start: addresses[id.index], count: lowered.graph[id].shape.count * 4)
    }
    self.arena = arena
  }

  /// The graph's outputs after a run, whole batch, row-major.
  public var outputs: [UnsafeBufferPointer<Float>] { graph.outputs.map(values(of:)) }

  /// Runs one inference of the whole batch on all threads of the team.
  public func run() { runner.run() }

  /// Runs node after node and calls `observe` after each, while its result is still in the arena.
  func runNodeByNode(_ observe: (Node) -> Void) {
    for (index, node) in graph.nodes.enumerated() {
      runner.run(index..<(index + 1))
      observe(node)
    }
  }

  /// The stored values of an activation; valid until the arena reuses its memory.
  func values(of id: TensorID) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(
      start: addresses[id.index].assumingMemoryBound(to: Float.self), count: graph[id].shape.count)
  }

  /// The CPUs on which each thread was seen at the end of a run since the last reset, ascending, one list a thread.
  public var observedCPUs: [[Int]] { runner.observedCPUs }

  /// Forgets the CPUs seen so far.
  public func resetObservedCPUs() { runner.resetObservedCPUs() }

  /// Lifetimes of all activations; inputs and outputs live through the whole run.
  private static func requests(_ graph: ModelGraph) -> [MemoryPlanner.Request] {
    let end = graph.nodes.count
    var first = [Int](repeating: 0, count: graph.tensors.count)
    var last = [Int](repeating: -1, count: graph.tensors.count)
    for (step, node) in graph.nodes.enumerated() {
      first[node.output.index] = step
      last[node.output.index] = max(last[node.output.index], step)
      for id in node.inputs { last[id.index] = step }
    }
    for id in graph.inputs { (first[id.index], last[id.index]) = (0, end) }
    for id in graph.outputs { last[id.index] = end }
    return graph.tensors.indices.map { index in
      MemoryPlanner.Request(
        byteCount: graph.tensors[index].shape.count * 4, first: first[index], last: max(last[index], first[index]))
    }
  }
}
