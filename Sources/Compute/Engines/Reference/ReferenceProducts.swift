import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Convolutions, inner products and products of two activations by the oracle's loops.
struct ReferenceProducts: OperatorImplementation {
  let name = "reference:products"

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard node.op.isMultiplyAccumulate else { return .no("not a matrix product") }
    return WindowExtents(convolution: node, in: model.graph)?.refusal.map { .no($0) } ?? .yes
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    switch node.op {
    case .convolution(let convolution): return self.convolution(node, convolution, preparation)
    case .linear(let linear): return self.linear(node, linear, preparation)
    case .attentionScores, .attentionContext, .matMul: return self.products(node, preparation)
    default: preconditionFailure("declined by accepts")
    }
  }

  private func convolution(_ node: Node, _ convolution: Convolution, _ preparation: Preparation) -> Step {
    guard let extents = WindowExtents(convolution: node, in: preparation.model.graph) else {
      preconditionFailure("declined by accepts")
    }
    let (geometry, groups) = (extents.geometry, extents.groups)
    let epilogue = preparation.epilogue(node, activation: convolution.activation)
    let (source, destination) = (preparation.floats(node.inputs[0]), preparation.floats(node.output))
    let weights = preparation.values(node.parameters[0])
    let channels = extents.outChannels / groups
    let sourceSize = extents.channels / groups * extents.planeSize
    let (resultSize, weightSize) = (channels * extents.outPlaneSize, channels * extents.depth)
    let units = extents.images * groups
    return Step { worker in
      let share = worker.share(of: channels)
      for unit in 0..<units {
        let group = unit % groups
        var part = epilogue.part(channel: group * channels, element: unit * resultSize)
        withUnsafePointer(to: geometry) {
          ckernels_reference_convolution(
            $0, source + unit * sourceSize, weights + group * weightSize, &part, destination + unit * resultSize,
            share.lowerBound, share.upperBound)
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

  private func products(_ node: Node, _ preparation: Preparation) -> Step {
    guard let batch = BatchedProduct(node, in: preparation.model.graph) else {
      preconditionFailure("declined by accepts")
    }
    let (left, right) = (preparation.floats(node.inputs[0]), preparation.floats(node.inputs[1]))
    let destination = preparation.floats(node.output)
    let format = preparation.kernelFormat(node.output)
    let scale = node.inputs.reduce(batch.scale) { $0 * preparation.model.format(of: $1).scale }
    return Step { worker in
      let rows = worker.share(of: batch.m)
      for index in 0..<batch.offsets.count {
        let offsets = batch.offsets[index]
        ckernels_reference_matmul(
          left + offsets.a, batch.strideA, right + offsets.b, batch.strideB, batch.transposesB ? 1 : 0, batch.n,
          batch.k, scale, format, destination + offsets.c, batch.strideC, rows.lowerBound, rows.upperBound)
      }
    }
  }
}
