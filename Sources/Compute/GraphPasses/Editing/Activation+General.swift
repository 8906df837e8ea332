import ModelGraph
import Tensors

extension Activation {
  /// The activation that a general node applies to `tensor`; nil where engines' operators have none like it.
  init?(_ node: GeneralNode, of tensor: TensorID, in editor: GraphEditor) {
    guard node[0] == tensor, node.node.outputs.count == 1, editor.isFloat(tensor) else { return nil }
    let op = node.op
    switch op.name {
    case "Relu": self = .relu
    case "Sigmoid": self = .sigmoid
    case "Tanh": self = .tanh
    case "Gelu": self = op.string("approximate") == "tanh" ? .geluTanh : .gelu
    case "HardSwish": self = .hardSwish
    case "Swish":
      guard (op.float("alpha") ?? 1) == 1 else { return nil }
      self = .silu
    case "HardSigmoid": self = .hardSigmoid(alpha: op.float("alpha") ?? 0.2, beta: op.float("beta") ?? 0.5)
    case "LeakyRelu": self = .leakyRelu(alpha: op.float("alpha") ?? 0.01)
    case "Clip":
      guard let bounds = Self.clipBounds(node, editor) else { return nil }
      self =
        bounds.low == 0 && bounds.high == .greatestFiniteMagnitude
        ? .relu : .clip(low: bounds.low, high: bounds.high)
    default: return nil
    }
  }

  /// The bounds of a `Clip` whose bounds are constant; what is left out is the largest finite number.
  static func clipBounds(_ node: GeneralNode, _ editor: GraphEditor) -> (low: Float, high: Float)? {
    let limit = Float.greatestFiniteMagnitude
    if node.op.opset < 11 { return (node.op.float("min") ?? -limit, node.op.float("max") ?? limit) }
    func bound(_ position: Int, _ missing: Float) -> Float? {
      guard let id = node[position] else { return missing }
      // Infinities say the same as no bound, and NaN would not.
      return editor.scalar(id).flatMap { $0.isNaN ? nil : Float(min(max($0, Double(-limit)), Double(limit))) }
    }
    guard let low = bound(1, -limit), let high = bound(2, limit), low <= high else { return nil }
    return (low, high)
  }
}
