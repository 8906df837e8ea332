/// An element-wise function fused behind a convolution or an inner product.
public enum Activation: Hashable, Codable, Sendable {
  /// No function.
  case none
  /// max(x, 0).
  case relu
  /// x times the standard normal distribution function (the exact form, through erf).
  case gelu
  /// x times the standard normal distribution function, by the usual tanh approximation.
  case geluTanh
  /// 1 / (1 + exp(-x)).
  case sigmoid
  /// tanh(x).
  case tanh
  /// x / (1 + exp(-x)), also called Swish.
  case silu
  /// max(0, min(1, alpha * x + beta)).
  case hardSigmoid(alpha: Float, beta: Float)
  /// x * max(0, min(1, x / 6 + 0.5)).
  case hardSwish
  /// x where it is not negative, alpha * x elsewhere.
  case leakyRelu(alpha: Float)
  /// min(max(x, low), high).
  case clip(low: Float, high: Float)

  /// The name without figures, as tables show it.
  public var name: String {
    switch self {
    case .none: "none"
    case .relu: "relu"
    case .gelu: "gelu"
    case .geluTanh: "geluTanh"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .silu: "silu"
    case .hardSigmoid: "hardSigmoid"
    case .hardSwish: "hardSwish"
    case .leakyRelu: "leakyRelu"
    case .clip: "clip"
    }
  }
}
