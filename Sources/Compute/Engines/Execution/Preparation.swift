import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Everything that an implementation needs to prepare a node: addresses, formats, weights and kernels.
public struct Preparation {
  /// The lowered model.
  public let model: LoweredModel
  /// The number of threads that will run the step.
  public let threadCount: Int
  /// The instruction sets that kernels may use.
  let features: CPUFeatures
  let kernels: UnsafePointer<ckernels_operator_table>
  /// Inner tensors whose values are wanted after a run, also those inside dynamic parts.
  let kept: Set<String>
  let addresses: [UnsafeMutableRawPointer]
  let parameters: PreparedParameters
  /// Where steps put the weights that they pack.
  var weightMemory = WeightMemory()

  /// How an activation is held.
  func storage(_ id: TensorID) -> Storage { model.storage(of: id) }

  /// Where an activation that is held as floats lives.
  func floats(_ id: TensorID) -> UnsafeMutablePointer<Float> {
    addresses[id.index].assumingMemoryBound(to: Float.self)
  }

  /// Where an activation of any type and storage, or the constant behind it, lives.
  func address(_ id: TensorID) -> UnsafeMutableRawPointer { addresses[id.index] }

  /// Where an int32 activation lives.
  func integers(_ id: TensorID) -> UnsafeMutablePointer<Int32> {
    addresses[id.index].assumingMemoryBound(to: Int32.self)
  }

  /// The values of a parameter at the model's precision, for runs to read.
  func values(_ id: ParameterID) -> UnsafePointer<Float> { parameters.values(id) }

  /// Lends the values of weights at the model's precision to a step that packs them.
  func withValues<Result>(_ id: ParameterID, _ body: (UnsafePointer<Float>) throws -> Result) throws -> Result {
    try parameters.withValues(id, body)
  }

  /// The shape of an activation.
  func shape(_ id: TensorID) -> Shape { model.graph[id].shape }

  /// Whether a node multiplies integers, so that its sums must be exact.
  func multipliesIntegers(_ node: Node) -> Bool {
    node.op.isMultiplyAccumulate && model.contract(of: node).accumulation.isInteger
  }

  /// The C value of an activation's format.
  func kernelFormat(_ id: TensorID) -> ckernels_format {
    model.format(of: id).kernel(integerLimit: model.target.integerLimit)
  }

  /// What follows the sums of a convolution or an inner product.
  ///
  /// With operands that have scales each output channel's sum is multiplied by their product.
  func epilogue(_ node: Node, activation: Activation) -> Epilogue {
    let residual = node.inputs.count > 1 ? node.inputs[1] : nil
    var scales: FloatConstants?
    if let weightScales = parameters.scales(node.parameters[0]) {
      let sourceScale = model.format(of: node.inputs[0]).scale
      scales = FloatConstants(weightScales.map { $0 * sourceScale })
    }
    return Epilogue(
      ckernels_epilogue(
        scale: nil, bias: values(node.parameters[1]), residual: residual.map { UnsafePointer(floats($0)) },
        residual_scale: residual.map { model.format(of: $0).scale } ?? 1, activation: activation.kernel,
        alpha: activation.figures.alpha, beta: activation.figures.beta, format: kernelFormat(node.output)),
      scales: scales)
  }

  /// An epilogue that only rounds and, for integer operands, scales every column alike: for products of two activations.
  func productEpilogue(_ node: Node, columns: Int, scale factor: Float) -> Epilogue {
    var scales: FloatConstants?
    if multipliesIntegers(node) {
      let scale = node.inputs.reduce(Float(1)) { $0 * model.format(of: $1).scale }
      scales = FloatConstants([Float](repeating: scale * factor, count: columns))
    }
    return Epilogue(
      ckernels_epilogue(
        scale: nil, bias: nil, residual: nil, residual_scale: 1, activation: CKERNELS_ACTIVATION_NONE, alpha: 0,
        beta: 0, format: kernelFormat(node.output)),
      scales: scales)
  }
}

extension NumberFormat {
  /// The C value; s8 integers have at most the magnitude `integerLimit`.
  func kernel(integerLimit: Int) -> ckernels_format {
    switch self {
    case .fp32: ckernels_format(kind: CKERNELS_FORMAT_FP32, scale: 1, zero_point: 0)
    case .bf16: ckernels_format(kind: CKERNELS_FORMAT_BF16, scale: 1, zero_point: 0)
    case .u8(let scale, let zero): ckernels_format(kind: CKERNELS_FORMAT_U8, scale: scale, zero_point: zero)
    case .s8(let scale): ckernels_format(kind: CKERNELS_FORMAT_S8, scale: scale, zero_point: Int32(integerLimit))
    // Floats to every kernel; only conversions write them.
    case .emulated: ckernels_format(kind: CKERNELS_FORMAT_FP32, scale: 1, zero_point: 0)
    }
  }
}

extension Activation {
  /// The C value.
  var kernel: ckernels_activation {
    switch self {
    case .none: CKERNELS_ACTIVATION_NONE
    case .relu: CKERNELS_ACTIVATION_RELU
    case .gelu: CKERNELS_ACTIVATION_GELU
    case .geluTanh: CKERNELS_ACTIVATION_GELU_TANH
    case .sigmoid: CKERNELS_ACTIVATION_SIGMOID
    case .tanh: CKERNELS_ACTIVATION_TANH
    case .silu: CKERNELS_ACTIVATION_SILU
    case .hardSigmoid: CKERNELS_ACTIVATION_HARD_SIGMOID
    case .hardSwish: CKERNELS_ACTIVATION_HARD_SWISH
    case .leakyRelu: CKERNELS_ACTIVATION_LEAKY_RELU
    case .clip: CKERNELS_ACTIVATION_CLIP
    }
  }

  /// The C figures; 0 where there are none.
  var figures: (alpha: Float, beta: Float) {
    switch self {
    case .hardSigmoid(let alpha, let beta): (alpha, beta)
    case .leakyRelu(let alpha): (alpha, 0)
    case .clip(let low, let high): (low, high)
    case .none, .relu, .gelu, .geluTanh, .sigmoid, .tanh, .silu, .hardSwish: (0, 0)
    }
  }
}
