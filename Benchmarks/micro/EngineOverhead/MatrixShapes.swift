import ModelGraph
import Tensors

/// One plain matrix product that a node of a graph stands for.
struct MatrixShape: Hashable {
  let node: String
  let m: Int
  let n: Int
  let k: Int
  /// Whether the second operand is stored transposed (n, k), as weights of inner products are.
  let transposed: Bool
  /// Times that the product runs per inference: images of a batch, heads of an attention.
  let count: Int
}

extension ModelGraph {
  /// The matrix products of a graph, in execution order, as an im2col and batched-matmul engine would call them.
  var matrixShapes: [MatrixShape] {
    nodes.compactMap { node in
      let output = self[node.output].shape
      switch node.op {
      case .convolution:
        let weights = self[node.parameters[0]].shape
        return MatrixShape(
          node: node.name, m: weights[0], n: output[2] * output[3], k: weights[1] * weights[2] * weights[3],
          transposed: false, count: output[0])
      case .linear:
        let weights = self[node.parameters[0]].shape
        return MatrixShape(
          node: node.name, m: output.count / weights[0], n: weights[0], k: weights[1], transposed: true, count: 1)
      case .attentionScores(let attention):
        let source = self[node.inputs[0]].shape
        return MatrixShape(
          node: node.name, m: source[1], n: source[1], k: source[2] / attention.heads, transposed: true,
          count: source[0] * attention.heads)
      case .attentionContext(let attention):
        return MatrixShape(
          node: node.name, m: output[1], n: output[2] / attention.heads, k: output[1], transposed: false,
          count: output[0] * attention.heads)
      default: return nil
      }
    }
  }
}
