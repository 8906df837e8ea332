import Glibc
import ModelGraph

/// The activations by their definitions, in FP64.
enum Activations {
  static func exponential(_ x: Double) -> Double { exp(x) }

  static func value(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .none: x
    case .relu: max(x, 0)
    case .gelu: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
    case .geluTanh: 0.5 * x * (1 + Glibc.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .sigmoid: 1 / (1 + exp(-x))
    case .tanh: Glibc.tanh(x)
    case .silu: x / (1 + exp(-x))
    case .hardSigmoid(let alpha, let beta): max(0, min(1, Double(alpha) * x + Double(beta)))
    case .hardSwish: x * max(0, min(1, x / 6 + 0.5))
    case .leakyRelu(let alpha): x < 0 ? Double(alpha) * x : x
    case .clip(let low, let high): min(max(x, Double(low)), Double(high))
    }
  }
}
