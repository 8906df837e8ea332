import CKernels
import ModelGraph
import Tensors

extension Node {
  /// Why the kernels of this build cannot take the node's window, groups, extents or activation yet; nil if they can.
  func generality(in graph: ModelGraph) -> String? {
    switch op {
    case .convolution(let convolution):
      if convolution.groups != 1 { return "there are \(convolution.groups) groups" }
      return convolution.window.generality ?? convolution.activation.generality
        ?? (graph[inputs[0]].shape.rank == 4 ? nil : "the planes have one dimension")
    case .maxPool(let pooling):
      if pooling.kernel.height != pooling.kernel.width { return "the window is not square" }
      return pooling.window.generality ?? (graph[inputs[0]].shape.rank == 4 ? nil : "the planes have one dimension")
    case .linear(let linear): return linear.activation.generality
    case .attentionScores: return graph[inputs[0]].shape == graph[inputs[1]].shape ? nil : "keys differ from queries"
    case .attentionContext:
      let shape = graph[inputs[0]].shape
      return shape[2] == shape[3] ? nil : "keys differ from queries"
    case .maskedSoftmax, .globalAveragePool, .embedding, .layerNorm, .meanPool, .l2Normalize, .convert: return nil
    case .matMul, .softmax, .general, .dynamic: return "\(op.name) is not implemented"
    }
  }
}

extension Window {
  fileprivate var generality: String? {
    if dilation != Extent(1, 1) { return "the window is dilated" }
    if stride.height != stride.width { return "strides differ by direction" }
    return padding == Padding(padding.left) ? nil : "padding differs by side"
  }
}

extension Activation {
  fileprivate var generality: String? {
    switch self {
    case .none, .relu, .gelu: nil
    default: "activation \(name) is not implemented"
    }
  }
}

extension Preparation {
  /// The C geometry of one image of a convolution.
  func geometry(_ node: Node, _ convolution: Convolution) -> ckernels_convolution {
    let (source, weights, output) = (
      shape(node.inputs[0]), model.graph[node.parameters[0]].shape, shape(node.output)
    )
    return ckernels_convolution(
      channels: Int32(source[1]), height: Int32(source[2]), width: Int32(source[3]), kernel_height: Int32(weights[2]),
      kernel_width: Int32(weights[3]), stride: Int32(convolution.window.stride.width),
      padding: Int32(convolution.window.padding.left),
      out_height: Int32(output[2]), out_width: Int32(output[3]))
  }

  /// The extents of an attention product.
  func attention(_ node: Node, _ attention: Attention) -> AttentionExtents {
    // The second operand is (samples, sequence, features) in both halves.
    let features = shape(node.inputs[1])
    return AttentionExtents(
      samples: features[0], heads: attention.heads, sequence: features[1], features: features[2])
  }
}

/// The extents of one half of multi-head attention.
struct AttentionExtents {
  let samples: Int
  let heads: Int
  let sequence: Int
  let features: Int

  /// Features per head.
  var depth: Int { features / heads }
  /// Independent products.
  var products: Int { samples * heads }
  /// Where head `product % heads` of sample `product / heads` starts in (samples, sequence, features).
  func featureOffset(_ product: Int) -> Int {
    product / heads * sequence * features + product % heads * depth
  }
  /// Where it starts in (samples, heads, sequence, sequence).
  func scoreOffset(_ product: Int) -> Int { product * sequence * sequence }
}
