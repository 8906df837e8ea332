import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Convolutions whose groups have one input channel each, directly on the planes: their products have no reuse that a
/// matrix product could use.
struct DepthwiseConvolution: OperatorImplementation {
  let name = "kernels:depthwise"

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard let extents = WindowExtents(convolution: node, in: model.graph) else { return .no("not a convolution") }
    guard extents.groups > 1 else { return .no("there are no groups") }
    guard extents.channels == extents.groups else {
      return .no("a group has \(extents.channels / extents.groups) channels")
    }
    if let reason = extents.refusal { return .no(reason) }
    guard !model.contract(of: node).accumulation.isInteger || extents.depth <= MatrixProduct.exactDepth else {
      return .no("FP32 does not sum \(extents.depth) integer products exactly")
    }
    return .yes
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    guard case .convolution(let convolution) = node.op,
      let extents = WindowExtents(convolution: node, in: preparation.model.graph)
    else { preconditionFailure("declined by accepts") }
    let (geometry, kernels) = (extents.geometry, preparation.kernels)
    let (source, destination) = (preparation.floats(node.inputs[0]), preparation.floats(node.output))
    let weights = preparation.values(node.parameters[0])
    let epilogue = preparation.epilogue(node, activation: convolution.activation)
    let (images, channels, multiplier) = (
      extents.images, extents.outChannels, extents.outChannels / extents.groups
    )
    let (imageSize, resultSize) = (extents.channels * extents.planeSize, channels * extents.outPlaneSize)
    return Step { worker in
      var channel = worker.share(of: images * channels).lowerBound
      let end = worker.share(of: images * channels).upperBound
      while channel < end {
        let (image, first) = channel.quotientAndRemainder(dividingBy: channels)
        let last = min(channels, first + end - channel)
        var part = epilogue.part(channel: 0, element: image * resultSize)
        withUnsafePointer(to: geometry) {
          kernels.pointee.depthwise(
            $0, source + image * imageSize, weights, multiplier, &part, destination + image * resultSize, first, last)
        }
        channel += last - first
      }
    }
  }
}
