import Tensors

extension Operator {
  /// The shape of the result, or an error that says which input does not fit.
  public func outputShape(node: String, inputs: [Shape], parameters: [Shape]) throws(GraphError) -> Shape {
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
    case .matMul(let matMul): return try check.matMul(matMul)
    case .softmax: return try check.softmax()
    case .general, .dynamic: throw check.fail("the type of a general operator is inferred by the operator library")
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

  /// Planes of rank 3, (n, c, w), count as planes of height 1.
  private func plane(_ shape: Shape) throws(GraphError) -> Window.Extent {
    guard shape.rank == 3 || shape.rank == 4 else { throw fail("expected 3 or 4 dimensions and got \(shape)") }
    return shape.rank == 4 ? Window.Extent(shape[2], shape[3]) : Window.Extent(1, shape[2])
  }

  private func result(_ src: Shape, channels: Int, _ window: Window, kernel: Window.Extent) throws(GraphError) -> Shape
  {
    guard let positions = window.positions(plane: try plane(src), kernel: kernel) else {
      throw fail("a window of \(kernel.height)x\(kernel.width) with these steps and padding does not fit \(src)")
    }
    return src.rank == 4
      ? [src[0], channels, positions.height, positions.width] : [src[0], channels, positions.width]
  }

  func convolution(_ convolution: Convolution) throws(GraphError) -> Shape {
    try expect(inputs: 1, orWithResidual: true, parameters: 2)
    let (src, weights) = (inputs[0], parameters[0])
    let kernel = try plane(weights)
    try rank(of: weights, is: src.rank)
    let groups = convolution.groups
    guard groups > 0, weights[0] % groups == 0, src[1] % groups == 0, weights[1] == src[1] / groups else {
      throw fail("weights \(weights) do not fit \(src[1]) input channels in \(groups) groups")
    }
    try equal(parameters[1], [weights[0]], "the bias")
    let result = try result(src, channels: weights[0], convolution.window, kernel: kernel)
    if inputs.count == 2 { try equal(inputs[1], result, "the residual") }
    return result
  }

  func maxPool(_ pooling: Pooling) throws(GraphError) -> Shape {
    try expect(inputs: 1, parameters: 0)
    let (kernel, window) = (pooling.kernel, pooling.window)
    let rows = (kernel.height - 1) * window.dilation.height + 1
    let columns = (kernel.width - 1) * window.dilation.width + 1
    guard max(window.padding.top, window.padding.bottom) < rows,
      max(window.padding.left, window.padding.right) < columns
    else { throw fail("padding reaches the window's size, so that some windows hold nothing else") }
    return try result(inputs[0], channels: inputs[0][1], window, kernel: kernel)
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
    try rank(of: inputs[1], is: 3)
    try equal(inputs[1], [inputs[0][0], inputs[1][1], inputs[0][2]], "the keys")
    try divides(attention.heads, inputs[0][2])
    return [inputs[0][0], attention.heads, inputs[0][1], inputs[1][1]]
  }

  func attentionContext(_ attention: Attention) throws(GraphError) -> Shape {
    try expect(inputs: 2, parameters: 0)
    try rank(of: inputs[1], is: 3)
    let values = inputs[1]
    try divides(attention.heads, values[2])
    try rank(of: inputs[0], is: 4)
    try equal(inputs[0], [values[0], attention.heads, inputs[0][2], values[1]], "the probabilities")
    return [values[0], inputs[0][2], values[2]]
  }

  private func divides(_ heads: Int, _ features: Int) throws(GraphError) {
    guard heads > 0, features % heads == 0 else { throw fail("\(features) features do not split into \(heads) heads") }
  }

  /// a (..., m, k) times b (..., k, n) with leading dimensions broadcast.
  func matMul(_ matMul: MatMul) throws(GraphError) -> Shape {
    try expect(inputs: 2, parameters: 0)
    let (a, b) = (inputs[0], inputs[1])
    guard a.rank >= 2, b.rank >= 2 else { throw fail("expected two matrices and got \(a) and \(b)") }
    let (depth, columns) = matMul.transposesRight ? (b[-1], b[-2]) : (b[-2], b[-1])
    guard a[-1] == depth else { throw fail("\(a) and \(b) differ in the depth of their product") }
    guard let batch = Shape(a.dims.dropLast(2)).broadcast(with: Shape(b.dims.dropLast(2))) else {
      throw fail("the leading dimensions of \(a) and \(b) cannot be broadcast")
    }
    return Shape(batch.dims + [a[-2], columns])
  }

  func softmax() throws(GraphError) -> Shape {
    try expect(inputs: 1, orWithResidual: true, parameters: 0)
    guard inputs[0].rank >= 1 else { throw fail("a scalar has no last dimension") }
    if inputs.count == 2, inputs[0].broadcast(with: inputs[1]) != inputs[0] {
      throw fail("the addend \(inputs[1]) cannot be broadcast to \(inputs[0])")
    }
    return inputs[0]
  }
}
