import ModelGraph

extension ModelGraph {
  /// The same graph with scores, softmax and weighted sum of each attention directly behind one another, so that one step
  /// can compute them.
  ///
  /// Importers put nodes where the file has them, and there the mask is often made between scores and softmax. What lies
  /// between and does not need the scores moves before them, what needs them moves behind.
  func withAttentionTogether() -> ModelGraph {
    var ordered = nodes
    for start in nodes where start.isAttentionScores {
      guard let first = ordered.firstIndex(of: start), let second = ordered.onlyReader(of: start.output, after: first),
        let third = ordered.onlyReader(of: ordered[second].output, after: second), third > first + 2,
        case .attentionContext = ordered[third].op
      else { continue }
      var needing: Set<TensorID> = Set(start.outputs)
      var (before, behind): ([Node], [Node]) = ([], [])
      for index in (first + 1)..<third where index != second {
        let node = ordered[index]
        if needing.isDisjoint(with: node.inputs) {
          before.append(node)
        } else {
          behind.append(node)
          needing.formUnion(node.outputs)
        }
      }
      let group = [start, ordered[second], ordered[third]]
      let late = Set(behind.flatMap(\.outputs))
      guard late.isDisjoint(with: group.flatMap(\.inputs)) else { continue }
      ordered.replaceSubrange(first...third, with: before + group + behind)
    }
    return ModelGraph(
      name: name, tensors: tensors, parameters: parameters, nodes: ordered, inputs: inputs, outputs: outputs)
  }
}

extension Node {
  fileprivate var isAttentionScores: Bool {
    if case .attentionScores = op { true } else { false }
  }
}

extension [Node] {
  /// The index of the node that reads a tensor, if there is one and no other.
  fileprivate func onlyReader(of id: TensorID, after index: Int) -> Int? {
    let readers = indices.dropFirst(index + 1).filter { self[$0].inputs.contains(id) }
    return readers.count == 1 ? readers[0] : nil
  }
}
