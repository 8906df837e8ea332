import ModelGraph

/// Which implementation of an engine runs each node, and which nodes one step computes together: a pure function.
struct Selection {
  /// Consecutive nodes that one step computes; nearly always one.
  struct Group {
    let nodes: Range<Int>
    let implementation: any OperatorImplementation
    /// Implementations asked before, each with its reason.
    let declined: [NodeAssignment.Declined]
    /// What only the group's own nodes read; it takes no memory.
    let inner: Set<TensorID>

    /// What the implementation asks for node `index` of the group; nil for a conversion with a step of its own, which
    /// reads what is there and writes what is asked.
    func demands(of index: Int, in model: LoweredModel) -> NodeStorages? {
      let node = model.graph.nodes[index]
      return node.op == .convert && nodes.count == 1 ? nil : implementation.demands(for: node, in: model)
    }
  }

  /// In execution order; together all nodes.
  let groups: [Group]

  /// How steps may be chosen.
  struct Options {
    /// Inner tensors whose values are wanted after a run: no group may swallow them.
    var kept: Set<String> = []
    /// Whether one step may compute several nodes.
    var fuses = true
    /// Whether tensors are held as implementations asked, so that one that asks for something else must not run.
    var isArranged = true
  }

  /// The first implementation of `engine` that accepts each node.
  init(_ model: LoweredModel, engine: any Engine, _ options: Options) throws(UnsupportedNodeError) {
    var groups: [Group] = []
    var index = 0
    while index < model.graph.nodes.count {
      let group = try Self.group(at: index, model, engine, options)
      groups.append(group)
      index = group.nodes.upperBound
    }
    self.groups = groups
  }

  /// The nodes of each step.
  var steps: [Range<Int>] { groups.map(\.nodes) }

  private static func group(
    at index: Int, _ model: LoweredModel, _ engine: any Engine, _ options: Options
  ) throws(UnsupportedNodeError) -> Group {
    let node = model.graph.nodes[index]
    var declined: [NodeAssignment.Declined] = []
    for implementation in engine.implementations {
      func decline(_ reason: String) {
        declined.append(NodeAssignment.Declined(implementation: implementation.name, reason: reason))
      }
      if case .no(let reason) = implementation.accepts(node, in: model) {
        decline(reason)
        continue
      }
      let wanted = options.fuses ? implementation.followers(of: index, in: model) : 0
      var nodes = index..<min(index + 1 + wanted, model.graph.nodes.count)
      var inner = model.innerTensors(of: nodes)
      var obstacle = options.fuses ? "the nodes behind it are others" : "nodes are computed one by one here"
      if let kept = inner.map({ model.graph[$0].name }).filter(options.kept.contains).min() {
        (nodes, inner, obstacle) = (index..<(index + 1), [], "\(kept) is wanted")
      }
      guard nodes.count > 1 || implementation.runsAlone else {
        decline(obstacle)
        continue
      }
      let group = Group(nodes: nodes, implementation: implementation, declined: declined, inner: inner)
      if options.isArranged, let id = group.misplacedTensor(in: model) {
        decline("\(model.graph[id].name) is held as \(model.storage(of: id).name)")
        continue
      }
      return group
    }
    let overflows = declined.contains { $0.reason == LoweredModel.overflow }
    throw UnsupportedNodeError(
      engine: engine.name, node: node.name, op: node.op.name, reason: overflows ? LoweredModel.overflow : nil)
  }
}

extension OperatorImplementation {
  /// What an implementation asks for each operand and result of a node, as far as it makes a difference.
  func demands(for node: Node, in model: LoweredModel) -> NodeStorages {
    let wanted = storages(for: node, in: model)
    return NodeStorages(
      inputs: zip(node.inputs, wanted.inputs).map { model.storage($1, for: $0) },
      outputs: zip(node.outputs, wanted.outputs).map { model.storage($1, for: $0) })
  }
}

extension Selection.Group {
  /// The first tensor that is held otherwise than the implementation asks.
  fileprivate func misplacedTensor(in model: LoweredModel) -> TensorID? {
    for index in nodes {
      guard let wanted = demands(of: index, in: model) else { continue }
      let node = model.graph.nodes[index]
      for (id, storage) in zip(node.inputs + node.outputs, wanted.inputs + wanted.outputs)
      where storage != model.storage(of: id) {
        return id
      }
    }
    return nil
  }
}
