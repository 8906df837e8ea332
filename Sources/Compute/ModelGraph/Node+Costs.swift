import Tensors

extension ModelGraph {
  /// Multiply-accumulate operations of a node: one per product in its sums; element-wise work counts 0.
  public func multiplyAccumulates(of node: Node) -> Int {
    let output = self[node.output].shape
    switch node.op {
    case .convolution:
      let weights = self[node.parameters[0]].shape
      return output.count * weights[1] * weights[2] * weights[3]
    case .linear:
      return output.count * self[node.parameters[0]].shape[1]
    case .attentionScores(let attention):
      return output.count * (self[node.inputs[0]].shape[-1] / attention.heads)
    case .attentionContext:
      return output.count * self[node.inputs[0]].shape[-1]
    case .maxPool, .globalAveragePool, .embedding, .layerNorm, .maskedSoftmax, .meanPool, .l2Normalize, .convert:
      return 0
    }
  }

  /// Multiply-accumulate operations of one inference of the whole batch.
  public var multiplyAccumulates: Int { nodes.reduce(0) { $0 + multiplyAccumulates(of: $1) } }
}
