import ModelGraph
import Tensors

/// When each tensor's memory is in use.
enum Lifetimes {
  /// Bytes that one arena may have at most: more than any address space holds.
  private static let arenaLimit = 1 << 56

  /// A request for each tensor of a model, in the graph's order, its times being indices of steps; inputs, outputs and
  /// tensors to keep live through the whole run. Constants, dynamic tensors and what nodes of one step hand each other take
  /// no memory.
  ///
  /// All operands of a step are alive while it runs, and so are all its results, also those that nobody reads.
  /// - Throws: ``UnknownTensorError`` for a name that neither the graph nor a dynamic part of it has;
  ///   ``AllocationError`` where no machine has so much memory.
  static func requests(
    _ model: LoweredModel, steps: [Range<Int>], keeping kept: Set<String>
  ) throws -> [MemoryPlanner.Request] {
    let graph = model.graph
    try requireKnown(kept, graph)
    let end = steps.count
    var first = [Int](repeating: 0, count: graph.tensors.count)
    var last = [Int](repeating: -1, count: graph.tensors.count)
    var inner: Set<TensorID> = []
    for (step, nodes) in steps.enumerated() {
      for node in graph.nodes[nodes] {
        for id in node.outputs { (first[id.index], last[id.index]) = (step, step) }
        for id in node.inputs { last[id.index] = step }
      }
      inner.formUnion(model.innerTensors(of: nodes))
    }
    for id in graph.inputs { (first[id.index], last[id.index]) = (0, end) }
    for id in graph.outputs { last[id.index] = end }
    var total = 0
    return try graph.tensors.enumerated().map { index, tensor in
      if kept.contains(tensor.name) { last[index] = end }
      let id = TensorID(index: index)
      let takesMemory = tensor.parameter == nil && !tensor.isDynamic && !inner.contains(id)
      let byteCount = takesMemory ? model.byteCount(of: id) : 0
      guard byteCount <= arenaLimit - total else { throw AllocationError(byteCount: byteCount) }
      total += roundedToCacheLines(byteCount)
      return MemoryPlanner.Request(byteCount: byteCount, first: first[index], last: max(last[index], first[index]))
    }
  }

  private static func requireKnown(_ kept: Set<String>, _ graph: ModelGraph) throws(UnknownTensorError) {
    var unknown = kept.subtracting(graph.tensors.map(\.name))
    for node in graph.nodes {
      if case .dynamic(let nested) = node.op { unknown.subtract(nested.tensors.map(\.name)) }
    }
    if let name = unknown.min() { throw UnknownTensorError(name: name, model: graph.name) }
  }
}
