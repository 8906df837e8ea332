import ModelGraph
import Tensors

extension ONNXExporter {
  /// Appends the standard's spelling of one node; its last part has the name of the node's result.
  mutating func export(_ node: Node) throws(ONNXError) {
    switch node.op {
    case .convolution(let convolution): try export(convolution, node)
    case .maxPool(let pooling): export(pooling, node)
    case .globalAveragePool: exportGlobalAveragePool(node)
    case .linear(let linear): try export(linear, node)
    case .embedding: exportEmbedding(node)
    case .layerNorm(let norm): export(norm, node)
    case .attentionScores(let attention): exportScores(attention, node)
    case .maskedSoftmax: exportMaskedSoftmax(node)
    case .softmax: exportSoftmax(node)
    case .attentionContext(let attention): exportContext(attention, node)
    case .meanPool: exportMeanPool(node)
    case .l2Normalize: exportL2Normalize(node)
    case .matMul(let matMul): export(matMul, node)
    case .general, .dynamic, .convert:
      throw ONNXError(.unsupported, "node \(node.name.quoted) (\(node.op.name)) cannot be exported: it was imported")
    }
  }

  /// Numbers of element types, as `Cast` takes them.
  private static let (float, boolean) = (1, 9)

  private func result(_ node: Node) -> String { graph[node.output].name }
  private func shape(_ id: TensorID) -> Shape { graph[id].shape }

  private func attributes(_ window: Window, kernel: [Int], isFlat: Bool) -> [String: ONNXAttribute] {
    let (stride, dilation, padding) = (window.stride, window.dilation, window.padding)
    guard isFlat else {
      return [
        "kernel_shape": .ints(kernel), "strides": .ints([stride.height, stride.width]),
        "dilations": .ints([dilation.height, dilation.width]),
        "pads": .ints([padding.top, padding.left, padding.bottom, padding.right]),
      ]
    }
    return [
      "kernel_shape": .ints(kernel), "strides": .ints([stride.width]), "dilations": .ints([dilation.width]),
      "pads": .ints([padding.left, padding.right]),
    ]
  }

  private mutating func export(_ convolution: Convolution, _ node: Node) throws(ONNXError) {
    let weights = graph[node.parameters[0]].shape
    var attributes = attributes(
      convolution.window, kernel: Array(weights.dims.dropFirst(2)), isFlat: weights.rank == 3)
    attributes["group"] = .int(convolution.groups)
    let inputs = [name(node.inputs[0]), name(node.parameters[0]), name(node.parameters[1])]
    let hasResidual = node.inputs.count > 1
    let isPlain = convolution.activation == .none && !hasResidual
    var sum = self.node(isPlain ? result(node) : node.name + "/conv", "Conv", inputs, attributes)
    if hasResidual {
      let end = convolution.activation == .none ? result(node) : node.name + "/add"
      sum = self.node(end, "Add", [sum, name(node.inputs[1])])
    }
    try export(convolution.activation, of: sum, node)
  }

  /// Appends an activation whose result is the node's.
  private mutating func export(_ activation: Activation, of source: String, _ node: Node) throws(ONNXError) {
    let (end, prefix) = (result(node), node.name)
    switch activation {
    case .none: break
    case .relu: self.node(end, "Relu", [source])
    case .sigmoid: self.node(end, "Sigmoid", [source])
    case .tanh: self.node(end, "Tanh", [source])
    case .hardSwish: self.node(end, "HardSwish", [source])
    case .silu: self.node(end, "Mul", [source, self.node(prefix + "/sigmoid", "Sigmoid", [source])])
    case .hardSigmoid(let alpha, let beta):
      self.node(end, "HardSigmoid", [source], ["alpha": .float(alpha), "beta": .float(beta)])
    case .leakyRelu(let alpha): self.node(end, "LeakyRelu", [source], ["alpha": .float(alpha)])
    case .clip(let low, let high):
      self.node(end, "Clip", [source, constant(prefix + "/low", low), constant(prefix + "/high", high)])
    case .gelu:
      // x * (1 + erf(x / sqrt 2)) * 0.5, the spelling that runtimes know how to fuse.
      let divided = self.node(
        prefix + "/gelu/div", "Div", [source, constant(prefix + "/gelu/sqrt2", Float(2).squareRoot())])
      let erf = self.node(prefix + "/gelu/erf", "Erf", [divided])
      let sum = self.node(prefix + "/gelu/add", "Add", [erf, constant(prefix + "/gelu/one", 1)])
      let product = self.node(prefix + "/gelu/mul", "Mul", [source, sum])
      self.node(end, "Mul", [product, constant(prefix + "/gelu/half", 0.5)])
    case .geluTanh:
      throw ONNXError(.unsupported, "node \(node.name.quoted) cannot be exported: its activation was imported")
    }
  }

  private mutating func export(_ pooling: Pooling, _ node: Node) {
    let isFlat = shape(node.inputs[0]).rank == 3
    let kernel = isFlat ? [pooling.kernel.width] : [pooling.kernel.height, pooling.kernel.width]
    self.node(
      result(node), "MaxPool", [name(node.inputs[0])], attributes(pooling.window, kernel: kernel, isFlat: isFlat))
  }

  private mutating func exportGlobalAveragePool(_ node: Node) {
    let pooled = self.node(node.name + "/pool", "GlobalAveragePool", [name(node.inputs[0])])
    self.node(result(node), "Flatten", [pooled], ["axis": .int(1)])
  }

  private mutating func export(_ linear: Linear, _ node: Node) throws(ONNXError) {
    let source = name(node.inputs[0])
    let bias = name(node.parameters[1])
    let end = linear.activation == .none ? result(node) : node.name + "/add"
    if shape(node.inputs[0]).rank == 2 {
      self.node(end, "Gemm", [source, name(node.parameters[0]), bias], ["transB": .int(1)])
    } else {
      let product = self.node(node.name + "/matmul", "MatMul", [source, transposedName(node.parameters[0])])
      self.node(end, "Add", [product, bias])
    }
    try export(linear.activation, of: end, node)
  }

  private mutating func exportEmbedding(_ node: Node) {
    let prefix = node.name
    let sequence = shape(node.inputs[0])[1]
    let words = self.node(prefix + "/words", "Gather", [name(node.parameters[0]), name(node.inputs[0])])
    let positions = self.node(
      prefix + "/positions", "Slice",
      [
        name(node.parameters[1]), constant(prefix + "/starts", [0]), constant(prefix + "/ends", [sequence]),
        constant(prefix + "/axes", [0]),
      ])
    let types = self.node(prefix + "/types", "Gather", [name(node.parameters[2]), name(node.inputs[1])])
    let sum = self.node(prefix + "/add", "Add", [words, positions])
    self.node(result(node), "Add", [sum, types])
  }

  private mutating func export(_ norm: LayerNorm, _ node: Node) {
    var source = name(node.inputs[0])
    if node.inputs.count > 1 {
      source = self.node(node.name + "/add", "Add", [source, name(node.inputs[1])])
    }
    self.node(
      result(node), "LayerNormalization", [source, name(node.parameters[0]), name(node.parameters[1])],
      ["axis": .int(-1), "epsilon": .float(norm.epsilon)])
  }

  /// (n, s, f) to (n, heads, s, f / heads), or (n, heads, f / heads, s) where `isTransposed`.
  private mutating func heads(
    _ prefix: String, _ id: TensorID, _ attention: Attention, isTransposed: Bool = false
  ) -> String {
    let dims = shape(id).dims
    let extents = reshaped([dims[0], dims[1], attention.heads, dims[2] / attention.heads])
    let split = node(prefix + "/reshape", "Reshape", [name(id), constant(prefix + "/shape", extents)])
    return node(
      prefix + "/transpose", "Transpose", [split], ["perm": .ints(isTransposed ? [0, 2, 3, 1] : [0, 2, 1, 3])])
  }

  private mutating func exportScores(_ attention: Attention, _ node: Node) {
    let query = heads(node.name + "/query", node.inputs[0], attention)
    let key = heads(node.name + "/key", node.inputs[1], attention, isTransposed: true)
    let product = self.node(node.name + "/matmul", "MatMul", [query, key])
    self.node(result(node), "Mul", [product, constant(node.name + "/scale", attention.scale)])
  }

  private mutating func exportContext(_ attention: Attention, _ node: Node) {
    let values = heads(node.name + "/value", node.inputs[1], attention)
    let product = self.node(node.name + "/matmul", "MatMul", [name(node.inputs[0]), values])
    let merged = self.node(node.name + "/transpose", "Transpose", [product], ["perm": .ints([0, 2, 1, 3])])
    let extents = constant(node.name + "/shape", reshaped(shape(node.output).dims))
    self.node(result(node), "Reshape", [merged, extents])
  }

  /// Masked positions get the lowest float added, behind which the exponential is exactly 0.
  ///
  /// A choice and no product: in BF16 the lowest float is minus infinity, and 0 times that is no number. A row without any
  /// position is not the same: zeros here, equal weights in ONNX. No workload has one.
  private mutating func exportMaskedSoftmax(_ node: Node) {
    let prefix = node.name
    let kept = self.node(prefix + "/kept", "Cast", [name(node.inputs[1])], ["to": .int(Self.boolean)])
    let addend = self.node(
      prefix + "/addend", "Where",
      [kept, constant(prefix + "/zero", 0), constant(prefix + "/lowest", -Float.greatestFiniteMagnitude)])
    let spread = self.node(prefix + "/unsqueeze", "Unsqueeze", [addend, constant(prefix + "/axes", [1, 2])])
    let sum = self.node(prefix + "/add", "Add", [name(node.inputs[0]), spread])
    self.node(result(node), "Softmax", [sum], ["axis": .int(-1)])
  }

  private mutating func exportSoftmax(_ node: Node) {
    var source = name(node.inputs[0])
    if node.inputs.count > 1 {
      source = self.node(node.name + "/add", "Add", [source, name(node.inputs[1])])
    }
    self.node(result(node), "Softmax", [source], ["axis": .int(-1)])
  }

  /// The mask becomes truth values first: positions count once, whatever number marks them.
  private mutating func exportMeanPool(_ node: Node) {
    let prefix = node.name
    let truth = self.node(prefix + "/kept", "Cast", [name(node.inputs[1])], ["to": .int(Self.boolean)])
    let mask = self.node(prefix + "/cast", "Cast", [truth], ["to": .int(Self.float)])
    let axes = constant(prefix + "/axes", [1])
    let spread = self.node(prefix + "/unsqueeze", "Unsqueeze", [mask, constant(prefix + "/last", [2])])
    let kept = self.node(prefix + "/mul", "Mul", [name(node.inputs[0]), spread])
    let sum = self.node(prefix + "/sum", "ReduceSum", [kept, axes], ["keepdims": .int(0)])
    let count = self.node(prefix + "/count", "ReduceSum", [mask, axes], ["keepdims": .int(1)])
    let divisor = self.node(prefix + "/max", "Max", [count, constant(prefix + "/one", 1)])
    self.node(result(node), "Div", [sum, divisor])
  }

  private mutating func exportL2Normalize(_ node: Node) {
    let source = name(node.inputs[0])
    let norm = self.node(
      node.name + "/norm", "ReduceL2", [source], ["axes": .ints([-1]), "keepdims": .int(1)])
    let divisor = self.node(node.name + "/max", "Max", [norm, constant(node.name + "/least", 1e-12)])
    self.node(result(node), "Div", [source, divisor])
  }

  private mutating func export(_ matMul: MatMul, _ node: Node) {
    var right = name(node.inputs[1])
    if matMul.transposesRight {
      let rank = shape(node.inputs[1]).rank
      let order = Array(0..<(rank - 2)) + [rank - 1, rank - 2]
      right = self.node(node.name + "/transpose", "Transpose", [right], ["perm": .ints(order)])
    }
    guard matMul.scale != 1 else {
      self.node(result(node), "MatMul", [name(node.inputs[0]), right])
      return
    }
    let product = self.node(node.name + "/matmul", "MatMul", [name(node.inputs[0]), right])
    self.node(result(node), "Mul", [product, constant(node.name + "/scale", matMul.scale)])
  }
}
