import Tensors

extension ModelGraph {
  /// Multiply-accumulate operations of a node: one per product in its sums; element-wise work counts 0. The figures of
  /// extents out of a file may be too large for an integer: then the largest one.
  public func multiplyAccumulates(of node: Node) -> Int {
    let output = self[node.output].shape
    switch node.op {
    case .convolution:
      let weights = self[node.parameters[0]].shape
      return output.count.multipliedSaturated(by: Self.product(weights.dims.dropFirst()))
    case .linear:
      return output.count.multipliedSaturated(by: self[node.parameters[0]].shape[1])
    case .attentionScores(let attention):
      return output.count.multipliedSaturated(by: self[node.inputs[0]].shape[-1] / attention.heads)
    case .attentionContext:
      return output.count.multipliedSaturated(by: self[node.inputs[0]].shape[-1])
    case .matMul:
      return output.count.multipliedSaturated(by: self[node.inputs[0]].shape[-1])
    case .general(let general): return multiplyAccumulates(of: node, general)
    case .dynamic, .maxPool, .globalAveragePool, .embedding, .layerNorm, .maskedSoftmax, .softmax, .meanPool,
      .l2Normalize, .convert:
      return 0
    }
  }

  /// Multiply-accumulate operations of one inference of the whole batch.
  public var multiplyAccumulates: Int { nodes.reduce(0) { $0.addingSaturated(multiplyAccumulates(of: $1)) } }

  /// The same for a general operator, from the extents of its second operand, the weights.
  private func multiplyAccumulates(of node: Node, _ op: GeneralOperator) -> Int {
    let output = self[node.output].shape
    guard node.inputs.count > 1 else { return 0 }
    let (first, second) = (self[node.inputs[0]].shape, self[node.inputs[1]].shape)
    switch op.name {
    case "Conv", "ConvInteger": return output.count.multipliedSaturated(by: Self.product(second.dims.dropFirst()))
    case "ConvTranspose": return first.count.multipliedSaturated(by: Self.product(second.dims.dropFirst()))
    case "MatMul", "MatMulInteger": return first.rank > 0 ? output.count.multipliedSaturated(by: first[-1]) : 0
    case "Gemm":
      return first.rank == 2 && output.rank == 2 && output[0] > 0 ? output[1].multipliedSaturated(by: first.count) : 0
    case "QLinearConv":
      guard node.inputs.count > 3 else { return 0 }
      return output.count.multipliedSaturated(by: Self.product(self[node.inputs[3]].shape.dims.dropFirst()))
    case "QLinearMatMul": return first.rank > 0 ? output.count.multipliedSaturated(by: first[-1]) : 0
    case "LSTM", "GRU", "RNN":
      // Every step of every sample multiplies by the input weights (d, g*h, i) and the recurrent ones (d, g*h, h).
      guard node.inputs.count > 2, first.rank == 3 else { return 0 }
      let weights = second.count.addingSaturated(self[node.inputs[2]].shape.count)
      return Self.product([first[0], first[1], weights])
    default: return 0
    }
  }

  private static func product(_ extents: some Sequence<Int>) -> Int {
    extents.reduce(1) { $0.multipliedSaturated(by: $1) }
  }
}
