/// Puts nodes behind those whose outputs they read.
enum TopologicalOrder {
  /// The nodes in an order in which each reads only what is made before it; the given order where it is one already.
  ///
  /// Depth-first from each node in turn, with a stack of its own: graphs are deeper than the thread's stack. Takes time
  /// proportional to the number of names read.
  ///
  /// - Throws: ``ONNXError`` where nothing makes what a node reads, or a node needs its own output.
  static func sorted(_ nodes: [ONNXNode], makers: [String: ValueMaker]) throws(ONNXError) -> [ONNXNode] {
    let sources = try nodes.map { node throws(ONNXError) in try producers(of: node, makers) }
    var states = [State](repeating: .new, count: nodes.count)
    var order: [ONNXNode] = []
    order.reserveCapacity(nodes.count)
    /// Nodes that wait, each for the one after it, with the number of its inputs that are done.
    var stack: [(node: Int, next: Int)] = []
    for root in nodes.indices where states[root] == .new {
      stack.append((root, 0))
      states[root] = .waiting
      while let (node, next) = stack.popLast() {
        guard next < sources[node].count else {
          states[node] = .done
          order.append(nodes[node])
          continue
        }
        stack.append((node, next + 1))
        let source = sources[node][next]
        switch states[source] {
        case .done: break
        case .waiting:
          throw ONNXError(.damaged, "the graph has a cycle: node \(nodes[source].name.quoted) needs its own output")
        case .new:
          states[source] = .waiting
          stack.append((source, 0))
        }
      }
    }
    return order
  }

  private enum State { case new, waiting, done }

  private static func producers(of node: ONNXNode, _ makers: [String: ValueMaker]) throws(ONNXError) -> [Int] {
    var producers: [Int] = []
    for input in node.inputs where !input.isEmpty {
      guard let maker = makers[input] else {
        throw ONNXError(.damaged, "node \(node.name.quoted) reads \(input.quoted), which nothing makes")
      }
      if case .node(let index, _) = maker { producers.append(index) }
    }
    return producers
  }
}
