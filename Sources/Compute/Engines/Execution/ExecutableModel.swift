import CKernels
import CLinux
import ModelGraph
import NumericFormats
import Tensors

/// A graph made ready to run on a team: implementations chosen, weights converted, activations placed in one arena.
///
/// Make and run it on the thread that made the team. ``run()`` allocates nothing, unless a part of the graph is dynamic.
public final class ExecutableModel {
  /// The graph that runs, `convert` nodes included.
  public var graph: ModelGraph { lowered.graph }
  /// The graph with the format of every activation.
  public let lowered: LoweredModel
  /// The instruction sets of Assay's own kernels.
  public var features: CPUFeatures { lowered.target.features }
  /// The implementation chosen for each node, in execution order; nodes may share a step.
  public let assignments: [NodeAssignment]
  /// Bytes held and moved.
  public let memory: MemoryUse
  /// The buffers of the graph's inputs, whole batch, in the graph's order; the caller fills them.
  public let inputs: [UnsafeMutableRawBufferPointer]

  private let team: ThreadTeam
  let parameters: PreparedParameters
  private let arena: AlignedBuffer
  private let addresses: [UnsafeMutableRawPointer]
  private let runner: ModelRunner
  private let selection: Selection
  private let kept: Set<String>
  /// Where the tensors without fixed extents are after a run.
  private let dynamicTensors: [TensorID: (results: DynamicResults, output: Int)]

  /// Prepares `graph`.
  ///
  /// Keeps of the parameters what runs read; the rest lives on as long as the caller holds it.
  ///
  /// - Parameters:
  ///   - calibration: ranges for contracts whose activations have scales; ignored by others.
  ///   - features: the instruction sets of Assay's own kernels; this CPU must have them.
  ///   - caches: what work is cut for.
  ///   - kept: names of inner tensors that keep their memory until the end of a run, for ``view(of:)``.
  ///   - fusesNodes: whether one step may compute several nodes; calibration wants to see what they hand each other.
  /// - Throws: ``LoweringError``, ``AllocationError``, ``UnsupportedNodeError``, ``UnpreparedNodeError``,
  ///   ``UnknownTensorError``.
  public convenience init(
    graph: ModelGraph, parameters originals: consuming ParameterStore, engine: any Engine, precision: Precision,
    calibration: Calibration? = nil, team: ThreadTeam, features: CPUFeatures = .detect(),
    caches: CacheSizes = .typical, keeping kept: Set<String> = [], fusesNodes: Bool = true
  ) throws {
    try self.init(
      graph: graph, parameters: originals, engine: engine,
      numerics: NumericsAssignment(engine.contract(for: precision, on: features)), calibration: calibration, team: team,
      features: features, caches: caches, keeping: kept, fusesNodes: fusesNodes)
  }

  /// The same where nodes follow any contracts.
  ///
  /// - Parameter sharing: where the weights go that other models, of the same network at other batch sizes, pack alike; nil
  ///   for memory of the model's own. Models that share compute a sample alike, bit by bit, whatever their batch.
  public init(
    graph: ModelGraph, parameters originals: consuming ParameterStore, engine: any Engine, numerics: NumericsAssignment,
    calibration: Calibration? = nil, team: ThreadTeam, features: CPUFeatures = .detect(),
    caches: CacheSizes = .typical, keeping kept: Set<String> = [], fusesNodes: Bool = true,
    sharing: SharedWeights? = nil
  ) throws {
    let kernels = ckernels_operators(features.operatorTable)!
    let options = Selection.Options(kept: kept, fuses: fusesNodes)
    let lowered = try Arrangement.arrange(
      Lowering.lower(
        graph, to: numerics, calibration: calibration,
        for: Target(
          engine, numerics, features: features, threads: team.threadCount, caches: caches,
          choosesAlike: sharing != nil)), for: engine, options)
    let selection = try Selection(lowered, engine: engine, options)
    let parameters = try PreparedParameters(originals, for: lowered, kernels: kernels)
    let plan = MemoryPlanner.plan(try Lifetimes.requests(lowered, steps: selection.steps, keeping: kept))
    let arena = try AlignedBuffer(byteCount: plan.byteCount)
    let addresses = zip(lowered.graph.tensors, plan.offsets).map { tensor, offset in
      // Nobody writes where a constant lives: it is the output of no node.
      tensor.parameter.map { UnsafeMutableRawPointer(mutating: parameters.address($0)) } ?? arena.baseAddress + offset
    }
    let preparation = Preparation(
      model: lowered, threadCount: team.threadCount, features: features, kernels: kernels, kept: kept,
      addresses: addresses, parameters: parameters,
      weightMemory: sharing?.memory(for: lowered.graph, numerics) ?? WeightMemory())
    let packedBefore = preparation.weightMemory.byteCount
    let steps = try selection.groups.map { group in
      let nodes = lowered.graph.nodes[group.nodes]
      defer { parameters.finish(nodes) }
      return try group.implementation.prepare(nodes[nodes.startIndex], followers: nodes.dropFirst(), preparation)
    }
    let runner = try ModelRunner(steps: steps, team: team)

    self.lowered = lowered
    self.selection = selection
    self.assignments = NodeAssignment.all(of: selection, in: lowered)
    self.team = team
    self.parameters = parameters
    self.addresses = addresses
    self.runner = runner
    self.kept = kept
    self.dynamicTensors = Self.dynamicTensors(lowered.graph, selection, steps)
    self.memory = MemoryUse(
      assignments,
      weights: steps.reduce(parameters.byteCount + preparation.weightMemory.byteCount - packedBefore) {
        $0 + $1.constantBytes
      },
      activations: plan.byteCount, scratch: runner.scratchBytes)
    self.inputs = lowered.graph.inputs.map { id in
      UnsafeMutableRawBufferPointer(start: addresses[id.index], count: lowered.graph[id].type.byteCount)
    }
    self.arena = arena
  }

  // MARK: Results

  /// The graph's FP32 outputs after a run, whole batch, row-major; outputs of other types are left out.
  public var outputs: [UnsafeBufferPointer<Float>] {
    outputViews.filter { $0.info.elementType == .float32 }.map { $0.bytes.assumingMemoryBound(to: Float.self) }
  }

  /// The elements of all outputs after a run as real numbers, one output after the other, whole batch.
  public var outputValues: [Float] { outputViews.flatMap(\.values) }

  /// The same of those outputs that precision can change gradually: real numbers, not indices or copies of ids. All of
  /// them where there are no such.
  public var realOutputValues: [Float] {
    let real = outputViews.filter { $0.info.elementType.isFloatingPoint }
    return real.isEmpty ? outputValues : real.flatMap(\.values)
  }

  /// Whether parts of the graph are interpreted while it runs, in memory that is allocated then.
  public var isDynamic: Bool { !dynamicTensors.isEmpty }

  /// All of the graph's outputs after a run, in the graph's order.
  public var outputViews: [TensorView] { graph.outputs.map(view(of:)) }

  /// A tensor after a run: an input, an output, or an inner one that the model was asked to keep.
  ///
  /// - Throws: ``UnknownTensorError``.
  public func view(of name: String) throws(UnknownTensorError) -> TensorView {
    if let index = graph.tensors.firstIndex(where: { $0.name == name }) {
      let id = TensorID(index: index)
      let isAlive = kept.contains(name) || graph.tensors[index].parameter != nil
      if isAlive || graph.inputs.contains(id) || graph.outputs.contains(id) { return view(of: id) }
    }
    for (results, _) in dynamicTensors.values {
      guard let tensor = results.kept[name] else { continue }
      let info = TensorInfo(name: name, shape: tensor.shape, elementType: tensor.elementType, isDynamic: true)
      return TensorView(info: info, shape: tensor.shape, bytes: tensor.bytes, format: .fp32)
    }
    throw UnknownTensorError(name: name, model: graph.name)
  }

  private func view(of id: TensorID) -> TensorView {
    let info = graph[id]
    guard info.isDynamic else {
      let bytes = UnsafeRawBufferPointer(start: addresses[id.index], count: lowered.byteCount(of: id))
      return TensorView(
        info: info, shape: info.shape, bytes: bytes, format: lowered.format(of: id), storage: lowered.storage(of: id))
    }
    // After a failed run, which `check` reports, there is nothing.
    let tensor = dynamicTensors[id].flatMap { results, output in results.outputs[output] }
    return TensorView(
      info: info, shape: tensor?.shape ?? [0], bytes: tensor?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0),
      format: .fp32)
  }

  // MARK: Running

  /// Runs one inference of the whole batch on all threads of the team. What went wrong, ``check()`` tells.
  public func run() { runner.run() }

  /// The nodes that each step computes, as indices into ``assignments``.
  public var steps: [Range<Int>] { selection.steps }

  /// Runs one inference as ``run()`` does and notes when it began, and when each step had ended on all threads, in
  /// nanoseconds of the monotonic raw clock: one more instant than there are ``steps``. Costs a reading of the clock a step.
  public func run(noting instants: UnsafeMutableBufferPointer<Int64>) { runner.run(noting: instants) }

  /// Throws where a run since the last check met values that make its result meaningless, such as an index out of range.
  public func check() throws(ModelFault) { try runner.check() }

  /// Runs step after step and calls `observe` for each node after its step, while its result is still in the arena.
  ///
  /// Nodes whose result other nodes of the same step read and nobody else are left out: it is nowhere.
  func runNodeByNode(_ observe: (Node) throws -> Void) rethrows {
    for (step, group) in selection.groups.enumerated() {
      runner.run(step..<(step + 1))
      for node in graph.nodes[group.nodes] where group.inner.isDisjoint(with: node.outputs) { try observe(node) }
    }
  }

  /// Whether steps compute several nodes, so that some tensors are nowhere.
  var fusesNodes: Bool { selection.groups.contains { !$0.inner.isEmpty } }

  /// The stored values of an FP32 activation, in the order of its storage; valid until the arena reuses its memory.
  func values(of id: TensorID) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(
      start: addresses[id.index].assumingMemoryBound(to: Float.self), count: graph[id].shape.count)
  }

  /// Where each thread was at the end of every run since the last reset.
  public var places: [ThreadPlaces] { runner.cpus.places }

  /// Forgets the places seen so far.
  public func resetPlaces() { runner.cpus.reset() }

  private static func dynamicTensors(
    _ graph: ModelGraph, _ selection: Selection, _ steps: [Step]
  ) -> [TensorID: (results: DynamicResults, output: Int)] {
    var found: [TensorID: (results: DynamicResults, output: Int)] = [:]
    for (group, step) in zip(selection.groups, steps) {
      guard let results = step.dynamicResults else { continue }
      for (output, id) in graph.nodes[group.nodes.lowerBound].outputs.enumerated() { found[id] = (results, output) }
    }
    return found
  }
}
