import CKernels
import ModelGraph
import Tensors

/// Attention products as batched CBLAS products, one per sample and head, on strided views without copies.
struct OpenBLASAttention: OperatorImplementation {
  let name = "openblas:batched-matmul"

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    switch node.op {
    case .attentionScores, .attentionContext:
      if let reason = node.generality(in: model.graph) { return .no(reason) }
      if let reason = MatrixProduct.refusal(model.graph[node.output].shape.dims) { return .no(reason) }
      return .yes
    default: return .no("not an attention product")
    }
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    let attention: Attention
    let isScores: Bool
    switch node.op {
    case .attentionScores(let scores): (attention, isScores) = (scores, true)
    case .attentionContext(let context): (attention, isScores) = (context, false)
    default: preconditionFailure("declined by accepts")
    }
    let extents = preparation.attention(node, attention)
    let (sequence, depth, features) = (extents.sequence, extents.depth, extents.features)
    let (left, right) = (preparation.floats(node.inputs[0]), preparation.floats(node.inputs[1]))
    let destination = preparation.floats(node.output)
    let columns = isScores ? sequence : depth
    let resultStride = isScores ? sequence : features
    let product = MatrixProduct(
      kernels: preparation.kernels, isInteger: preparation.multipliesIntegers(node), k: isScores ? depth : sequence,
      alpha: attention.scale)
    let epilogue = preparation.productEpilogue(node, columns: columns)
    let scratch = product.scratchBytes(tile: sequence * columns)
    let kernels = preparation.kernels
    return Step(scratchBytes: scratch * preparation.threadCount) { worker in
      for index in worker.share(of: extents.products) {
        let (feature, score) = (extents.featureOffset(index), extents.scoreOffset(index))
        let result = destination + (isScores ? score : feature)
        let (sums, stride) = product(
          left + (isScores ? feature : score), strideA: isScores ? features : sequence, right + feature,
          strideB: features, transposed: isScores, m: sequence, n: columns, into: result, stride: resultStride,
          scratch: worker.ownScratch(scratch))
        guard !epilogue.isIdentity else { continue }
        var part = epilogue.part(channel: 0, element: 0)
        kernels.pointee.epilogue_by_column(&part, sums, stride, result, resultStride, sequence, columns)
      }
    }
  }
}
