import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Convolutions, inner products and attention products by the oracle's loops.
struct ReferenceProducts: OperatorImplementation {
  let name = "reference:products"

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard node.op.isMultiplyAccumulate else { return .no("not a matrix product") }
    return node.generality(in: model.graph).map { .no($0) } ?? .yes
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    switch node.op {
    case .convolution(let convolution): return self.convolution(node, convolution, preparation)
    case .linear(let linear): return self.linear(node, linear, preparation)
    case .attentionScores(let attention): return self.attention(node, attention, isScores: true, preparation)
    case .attentionContext(let attention): return self.attention(node, attention, isScores: false, preparation)
    default: preconditionFailure("declined by accepts")
    }
  }

  private func convolution(_ node: Node, _ convolution: Convolution, _ preparation: Preparation) -> Step {
    let geometry = preparation.geometry(node, convolution)
    let epilogue = preparation.epilogue(node, activation: convolution.activation)
    let (source, destination) = (preparation.floats(node.inputs[0]), preparation.floats(node.output))
    let weights = preparation.values(node.parameters[0])
    let (input, output) = (preparation.shape(node.inputs[0]), preparation.shape(node.output))
    let (imageSize, resultSize) = (input[1] * input[2] * input[3], output[1] * output[2] * output[3])
    let (images, channels) = (input[0], output[1])
    return Step { worker in
      let share = worker.share(of: channels)
      for image in 0..<images {
        var part = epilogue.part(channel: 0, element: image * resultSize)
        withUnsafePointer(to: geometry) {
          ckernels_reference_convolution(
            $0, source + image * imageSize, weights, &part, destination + image * resultSize, share.lowerBound,
            share.upperBound)
        }
      }
    }
  }

  private func linear(_ node: Node, _ linear: Linear, _ preparation: Preparation) -> Step {
    let epilogue = preparation.epilogue(node, activation: linear.activation)
    let (source, destination) = (preparation.floats(node.inputs[0]), preparation.floats(node.output))
    let weights = preparation.values(node.parameters[0])
    let extents = preparation.model.graph[node.parameters[0]].shape
    let (n, k) = (extents[0], extents[1])
    let rows = preparation.shape(node.output).count / max(n, 1)
    return Step { worker in
      let share = worker.share(of: rows)
      var part = epilogue.part(channel: 0, element: 0)
      ckernels_reference_linear(source, weights, n, k, &part, destination, share.lowerBound, share.upperBound)
    }
  }

  private func attention(
    _ node: Node, _ attention: Attention, isScores: Bool, _ preparation: Preparation
  ) -> Step {
    let extents = preparation.attention(node, attention)
    let (left, right) = (preparation.floats(node.inputs[0]), preparation.floats(node.inputs[1]))
    let destination = preparation.floats(node.output)
    let format = preparation.kernelFormat(node.output)
    let scale = node.inputs.reduce(attention.scale) { $0 * preparation.model.format(of: $1).scale }
    return Step { worker in
      for product in worker.share(of: extents.products) {
        let (features, scores) = (extents.featureOffset(product), extents.scoreOffset(product))
        if isScores {
          ckernels_reference_attention_scores(
            left + features, right + features, extents.sequence, extents.depth, extents.features, scale, format,
            destination + scores)
        } else {
          ckernels_reference_attention_context(
            left + scores, right + features, extents.sequence, extents.depth, extents.features, scale, format,
            destination + features)
        }
      }
    }
  }
}
