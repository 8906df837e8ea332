import ModelGraph

/// A tensor as a number times a product of tensors: what chains of `Mul` and `Div` come to, in whatever order an
/// exporter wrote the factors.
struct Product {
  /// The product of all scalar constants.
  private(set) var coefficient = 1.0
  /// The factors that are not scalar constants; several times the same for powers.
  private(set) var factors: [TensorID] = []
  /// The nodes multiplied out, the root last.
  private(set) var nodes: [GraphEditor.Handle] = []
  /// Nodes entered so far, also those whose operands are still being multiplied out.
  private var entered = 0

  /// Products of more factors or more nodes than any known formula has are given up as soon as that is known.
  private static let limit = 8

  /// Multiplies out the `Mul` or `Div` at `root`, and below it those that nobody else reads.
  init?(root: GeneralNode, in editor: GraphEditor) {
    guard expand(root, editor) else { return nil }
  }

  /// The same for a tensor under a pattern's root; a tensor that is no product is its own only factor.
  init?(of tensor: TensorID, in editor: GraphEditor) {
    guard expand(tensor, editor) else { return nil }
  }

  private mutating func expand(_ tensor: TensorID, _ editor: GraphEditor) -> Bool {
    if let value = editor.scalar(tensor) {
      coefficient *= value
      return true
    }
    if let inner = editor.interior(tensor, "Mul", "Div") { return expand(inner, editor) }
    factors.append(tensor)
    return factors.count <= Self.limit
  }

  private mutating func expand(_ node: GeneralNode, _ editor: GraphEditor) -> Bool {
    guard entered < Self.limit, let (left, right) = node.operands else { return false }
    entered += 1
    if node.op.name == "Div" {
      // Only division by a number: a quotient of two tensors is a factor of its own.
      guard let divisor = editor.scalar(right), expand(left, editor) else {
        guard editor.scalar(right) == nil, entered > 1 else { return false }
        factors.append(node.output)
        return factors.count <= Self.limit
      }
      coefficient /= divisor
    } else {
      guard expand(left, editor), expand(right, editor) else { return false }
    }
    nodes.append(node.handle)
    return true
  }

  /// The one factor beside `factor`, where there are exactly these two.
  func other(than factor: TensorID) -> TensorID? {
    guard factors.count == 2, factors[0] != factors[1] else { return nil }
    return factors[0] == factor ? factors[1] : factors[1] == factor ? factors[0] : nil
  }
}

/// Whether a constant of a model is the number of a formula, as far as FP32 and printed digits tell.
func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) <= 2e-6 * abs(expected) }
