import ModelGraph
import Tensors

/// Finds the tables that a graph's integer inputs select from, so that made-up indices lie inside them.
struct IndexBounds {
  private let graph: ModelGraph
  private let readers: [[Int]]

  init(_ graph: ModelGraph) {
    self.graph = graph
    var readers = [[Int]](repeating: [], count: graph.tensors.count)
    for (index, node) in graph.nodes.enumerated() {
      for id in Set(node.inputs) { readers[id.index].append(index) }
    }
    self.readers = readers
  }

  /// The rows of the smallest table that an input reaches unchanged; nil where it reaches none.
  func bound(of input: TensorID) -> Int? {
    var (seen, queue): (Set<TensorID>, [TensorID]) = ([input], [input])
    var bound: Int?
    while let id = queue.popLast() {
      for reader in readers[id.index] {
        let node = graph.nodes[reader]
        for rows in rows(node, selectedBy: id) { bound = min(bound ?? rows, rows) }
        guard case .general(let op) = node.op, Self.unchanged.contains(op.name), node.inputs.first == id else {
          continue
        }
        if seen.insert(node.output).inserted { queue.append(node.output) }
      }
    }
    return bound
  }

  /// Operators whose results hold the values of their first operand.
  private static let unchanged: Set<String> = [
    "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Expand",
  ]

  /// The extents of the tables in which a node looks up the values of a tensor.
  private func rows(_ node: Node, selectedBy id: TensorID) -> [Int] {
    switch node.op {
    case .embedding:
      // Word ids select from the first table, type ids from the third.
      return zip(node.inputs, [0, 2]).filter { $0.0 == id }.map { graph[node.parameters[$0.1]].shape[0] }
    case .general(let op) where op.name == "Gather" && node.inputs.count == 2 && node.inputs[1] == id:
      let table = graph[node.inputs[0]].shape
      var axis = 0
      if case .int(let value) = op.attributes["axis"] { axis = value < 0 ? value + table.rank : value }
      return table.dims.indices.contains(axis) ? [table[axis]] : []
    default: return []
    }
  }
}
