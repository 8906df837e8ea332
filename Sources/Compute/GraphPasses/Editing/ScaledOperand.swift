import ModelGraph

/// An operand of a product without the scalar factors before it.
struct ScaledOperand {
  /// What the factors are applied to.
  private(set) var tensor: TensorID
  /// The product of the factors.
  private(set) var scale = 1.0
  /// Whether a `Transpose` of the last two dimensions was passed as well.
  private(set) var isTransposed = false
  /// The nodes passed.
  private(set) var handles: [GraphEditor.Handle] = []

  private static let limit = 8

  /// Walks from an operand towards its source through multiplications and divisions by numbers that nobody else reads,
  /// and through one transposition of the last two dimensions where `throughTranspose`.
  init(_ operand: TensorID, throughTranspose: Bool, in editor: GraphEditor) {
    tensor = operand
    while handles.count < Self.limit {
      if let binary = editor.interior(tensor, "Mul", "Div"), let factor = ScaleFactor(binary, editor) {
        scale *= factor.value
        tensor = factor.operand
        handles.append(binary.handle)
      } else if throughTranspose, !isTransposed, let transpose = editor.general(producing: tensor, "Transpose"),
        let order = transpose.permutation(editor), let source = transpose[0], order.count >= 2,
        order == Array(0..<(order.count - 2)) + [order.count - 1, order.count - 2]
      {
        isTransposed = true
        tensor = source
        handles.append(transpose.handle)
      } else {
        return
      }
    }
  }
}

/// A multiplication or a division by a number.
struct ScaleFactor {
  /// What is multiplied.
  let operand: TensorID
  /// The factor.
  let value: Double

  /// Nil where a node is nothing of the kind.
  init?(_ binary: GeneralNode, _ editor: GraphEditor) {
    guard let found = editor.withScalar(binary), found.value.isFinite else { return nil }
    operand = found.operand
    switch binary.op.name {
    case "Mul": value = found.value
    case "Div" where found.scalarIsRight && found.value != 0: value = 1 / found.value
    default: return nil
    }
  }
}
