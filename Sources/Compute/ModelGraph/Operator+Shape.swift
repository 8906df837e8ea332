import Tensors

extension Operator {
  /// The shape of the result, or an error that says which input does not fit.
  func outputShape(node: String, inputs: [Shape], parameters: [Shape]) throws(GraphError) -> Shape {
    let check = ShapeCheck(node: node, inputs: inputs, parameters: parameters)
    switch self {
    case .convolution(let convolution): return try check.convolution(convolution)
    case .maxPool(let pooling): return try check.maxPool(pooling)
    case .globalAveragePool:
      try check.expect(inputs: 1, parameters: 0)
      try check.rank(of: inputs[0], is: 4)
      return [inputs[0][0], inputs[0][1]]
    case .linear: return try check.linear()
    case .embedding: return try check.embedding()
    case .layerNorm: return try check.layerNorm()
    case .attentionScores(let attention): return try check.attentionScores(attention)
    case .maskedSoftmax:
      try check.expect(inputs: 2, parameters: 0)
      try check.rank(of: inputs[0], is: 4)
      try check.equal(inputs[1], [inputs[0][0], inputs[0][3]], "the mask")
      return inputs[0]
    case .attentionContext(let attention): return try check.attentionContext(attention)
    case .meanPool:
      try check.expect(inputs: 2, parameters: 0)
      try check.rank(of: inputs[0], is: 3)
      try check.equal(inputs[1], [inputs[0][0], inputs[0][1]], "the mask")
      return [inputs[0][0], inputs[0][2]]
    case .l2Normalize:
      try check.expect(inputs: 1, parameters: 0)
      try check.rank(of: inputs[0], is: 2)
      return inputs[0]
    case .convert:
      try check.expect(inputs: 1, parameters: 0)
      return inputs[0]
    }
  }
}

/// Shape rules that several operators share.
private struct ShapeCheck {
  let node: String
  let inputs: [Shape]
  let parameters: [Shape]

  func fail(_ reason: String) -> GraphError { GraphError(node: node, reason: reason) }

  func expect(inputs count: Int, orWithResidual: Bool = false, parameters parameterCount: Int) throws(GraphError) {
    guard inputs.count == count || (orWithResidual && inputs.count == count + 1) else {
      throw fail("expected \(count) inputs and got \(inputs.count)")
    }
    guard parameters.count == parameterCount else {
      throw fail("expected \(parameterCount) parameters and got \(parameters.count)")
    }
  }

  func rank(of shape: Shape, is rank: Int) throws(GraphError) {
    guard shape.rank == rank else { throw fail("expected \(rank) dimensions and got \(shape)") }
  }

  func equal(_ actual: Shape, _ expected: Shape, _ what: String) throws(GraphError) {
    guard actual == expected else { throw fail("\(what) must be \(expected) and is \(actual)") }
  }

  func convolution(_ convolution: Convolution) throws(GraphError) -> Shape {
    try expect(inputs: 1, orWithResidual: true, parameters: 2)
    let (src, weights) = (inputs[0], parameters[0])
    try rank(of: src, is: 4)
    try rank(of: weights, is: 4)
    guard weights[1] == src[1] else { throw fail("weights \(weights) do not fit \(src[1]) input channels") }
    try equal(parameters[1], [weights[0]], "the bias")
    let height = try window(src[2], weights[2], convolution.stride, convolution.padding)
    let width = try window(src[3], weights[3], convolution.stride, convolution.padding)
    let result: Shape = [src[0], weights[0], height, width]
    if inputs.count == 2 { try equal(inputs[1], result, "the residual") }
    return result
  }

  func maxPool(_ pooling: Pooling) throws(GraphError) -> Shape {
    try expect(inputs: 1, parameters: 0)
    try rank(of: inputs[0], is: 4)
    guard pooling.padding * 2 <= pooling.kernel else { throw fail("padding exceeds half the window") }
    let height = try window(inputs[0][2], pooling.kernel, pooling.stride, pooling.padding)
    let width = try window(inputs[0][3], pooling.kernel, pooling.stride, pooling.padding)
    return [inputs[0][0], inputs[0][1], height, width]
  }

  func linear() throws(GraphError) -> Shape {
    try expect(inputs: 1, parameters: 2)
    try rank(of: parameters[0], is: 2)
    guard inputs[0].rank >= 1, inputs[0][-1] == parameters[0][1] else {
      throw fail("weights \(parameters[0]) do not fit the last dimension of \(inputs[0])")
    }
    try equal(parameters[1], [parameters[0][0]], "the bias")
    return Shape(inputs[0].dims.dropLast() + [parameters[0][0]])
  }

  func embedding() throws(GraphError) -> Shape {
    try expect(inputs: 2, parameters: 3)
    try rank(of: inputs[0], is: 2)
    try equal(inputs[1], inputs[0], "the type ids")
    for table in parameters { try rank(of: table, is: 2) }
    let features = parameters[0][1]
    guard parameters.allSatisfy({ $0[1] == features }) else { throw fail("tables differ in features: \(parameters)") }
    guard parameters[1][0] >= inputs[0][1] else {
      throw fail("\(inputs[0][1]) positions exceed the table's \(parameters[1][0])")
    }
    return [inputs[0][0], inputs[0][1], features]
  }

  func layerNorm() throws(GraphError) -> Shape {
    try expect(inputs: 1, orWithResidual: true, parameters: 2)
    guard inputs[0].rank >= 1 else { throw fail("a scalar cannot be normalised") }
    if inputs.count == 2 { try equal(inputs[1], inputs[0], "the residual") }
    try equal(parameters[0], [inputs[0][-1]], "gamma")
    try equal(parameters[1], [inputs[0][-1]], "beta")
    return inputs[0]
  }

  func attentionScores(_ attention: Attention) throws(GraphError) -> Shape {
    try expect(inputs: 2, parameters: 0)
    try rank(of: inputs[0], is: 3)
    try equal(inputs[1], inputs[0], "the keys")
    try divides(attention.heads, inputs[0][2])
    return [inputs[0][0], attention.heads, inputs[0][1], inputs[0][1]]
  }

  func attentionContext(_ attention: Attention) throws(GraphError) -> Shape {
    try expect(inputs: 2, parameters: 0)
    try rank(of: inputs[1], is: 3)
    let values = inputs[1]
    try divides(attention.heads, values[2])
    try equal(inputs[0], [values[0], attention.heads, values[1], values[1]], "the probabilities")
    return values
  }

  private func divides(_ heads: Int, _ features: Int) throws(GraphError) {
    guard heads > 0, features % heads == 0 else { throw fail("\(features) features do not split into \(heads) heads") }
  }

  private func window(_ extent: Int, _ kernel: Int, _ stride: Int, _ padding: Int) throws(GraphError) -> Int {
    guard kernel > 0, stride > 0, padding >= 0, extent + 2 * padding >= kernel else {
      throw fail(
        "a window of \(kernel) with stride \(stride) and padding \(padding) does not fit an extent of \(extent)")
    }
    return (extent + 2 * padding - kernel) / stride + 1
  }
}
