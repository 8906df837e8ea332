import Tensors

/// The extents of a convolution or of a transposed one.
struct ConvolutionShape {
  /// Images.
  let batch: Int
  let groups: Int
  /// Channels of one group's input.
  let groupInputs: Int
  /// Channels of one group's output.
  let groupOutputs: Int
  let geometry: WindowGeometry

  /// Channels of the output.
  var outputs: Int { groups * groupOutputs }
  /// The depth of the equivalent matrix product.
  var depth: Int { groupInputs * geometry.tapCount }

  /// Checks a convolution of input `x` (n, c, spatial) by input `w` (m, c / groups, kernel) with an optional bias (m).
  static func convolution(_ call: OperatorCall, x: Int, w: Int, bias: Int) throws(OperatorError) -> ConvolutionShape {
    let (image, weights) = (try call.shape(x), try call.shape(w))
    guard image.rank >= 3, weights.rank == image.rank else {
      throw .invalid("it convolves \(image.rank) dimensions with weights of \(weights.rank)")
    }
    let groups = try call.int("group") ?? 1
    guard groups >= 1, image[1].isMultiple(of: groups), weights[0].isMultiple(of: groups),
      weights[1] == image[1] / groups
    else {
      throw .invalid("\(groups) groups do not divide \(image[1]) channels by weights of the extents \(weights)")
    }
    try call.expectShape(bias, [weights[0]])
    let attributes = try WindowAttributes(call, rank: image.rank - 2, weights: Array(weights.dims.dropFirst(2)))
    return ConvolutionShape(
      batch: image[0], groups: groups, groupInputs: weights[1], groupOutputs: weights[0] / groups,
      geometry: try attributes.geometry(over: Array(image.dims.dropFirst(2))))
  }

  /// The output's extents.
  func result(_ call: OperatorCall, spatial: [Int]) throws(OperatorError) -> Shape {
    try call.shape(checking: [batch, outputs] + spatial)
  }
}
