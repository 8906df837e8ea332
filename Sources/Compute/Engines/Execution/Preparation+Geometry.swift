import CKernels
import ModelGraph
import Tensors

extension Preparation {
  /// The C geometry of one image of a convolution.
  func geometry(_ node: Node, _ convolution: Convolution) -> ckernels_convolution {
    let (source, weights, output) = (
      shape(node.inputs[0]), model.graph[node.parameters[0]].shape, shape(node.output)
    )
    return ckernels_convolution(
      channels: Int32(source[1]), height: Int32(source[2]), width: Int32(source[3]), kernel_height: Int32(weights[2]),
      kernel_width: Int32(weights[3]), stride: Int32(convolution.stride), padding: Int32(convolution.padding),
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
