import Tensors

extension ModelGraph {
  /// Multiply-accumulate operations of a node: one per product in its sums; element-wise work counts 0.
  public func multiplyAccumulates(of node: Node) -> Int {
    let output = self[node.output].shape
    switch node.op {
    case .convolution:
      let weights = self[node.parameters[0]].shape
      return output.count * weights.dims.dropFirst().reduce(1, *)
    case .linear:
      return output.count * self[node.parameters[0]].shape[1]
    case .attentionScores(let attention):
      return output.count * (self[node.inputs[0]].shape[-1] / attention.heads)
    case .attentionContext:
      return output.count * self[node.inputs[0]].shape[-1]
    case .matMul:
      return output.count * self[node.inputs[0]].shape[-1]
    case .general(let general): return multiplyAccumulates(of: node, general)
    case .dynamic, .maxPool, .globalAveragePool, .embedding, .layerNorm, .maskedSoftmax, .softmax, .meanPool,
      .l2Normalize, .convert:
      return 0
    }
  }

  /// Multiply-accumulate operations of one inference of the whole batch.
  public var multiplyAccumulates: Int { nodes.reduce(0) { $0 + multiplyAccumulates(of: $1) } }

  /// The same for a general operator, from the extents of its second operand, the weights.
  private func multiplyAccumulates(of node: Node, _ op: GeneralOperator) -> Int {
    let output = self[node.output].shape
    guard node.inputs.count > 1 else { return 0 }
    let (first, second) = (self[node.inputs[0]].shape, self[node.inputs[1]].shape)
    switch op.name {
    case "Conv", "ConvInteger": return output.count * second.dims.dropFirst().reduce(1, *)
    case "ConvTranspose": return first.count * second.dims.dropFirst().reduce(1, *)
    case "MatMul", "MatMulInteger": return first.rank > 0 ? output.count * first[-1] : 0
    case "Gemm": return first.rank == 2 && output.rank == 2 && output[0] > 0 ? output[1] * first.count : 0
    case "QLinearConv":
      return node.inputs.count > 3 ? output.count * self[node.inputs[3]].shape.dims.dropFirst().reduce(1, *) : 0
    case "QLinearMatMul": return first.rank > 0 ? output.count * first[-1] : 0
    case "LSTM", "GRU", "RNN":
      // Every step of every sample multiplies by the input weights (d, g*h, i) and the recurrent ones (d, g*h, h).
      guard node.inputs.count > 2, first.rank == 3 else { return 0 }
      return first[0] * first[1] * (second.count + self[node.inputs[2]].shape.count)
    default: return 0
    }
  }
}
