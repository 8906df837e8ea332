import ModelGraph
import Tensors

/// Removes nodes that give back what they get.
///
/// `Identity`; `Dropout` in inference; `Cast` to the same type; `Reshape`, `Flatten`, `Squeeze`, `Unsqueeze`, `Expand`
/// and `Tile` to the same shape; `Transpose` that moves no element; `Slice` of everything; `Concat`, `Sum`, `Max`,
/// `Min` and `Mean` of one operand; multiplication and division by 1, addition and subtraction of 0, power of 1. A node
/// stays where it only copies a graph input, a constant or another output to an output.
struct RemoveIdentity: GraphPass {
  let name = "remove-identity"

  private static let names: Set<String> = [
    "Identity", "Dropout", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Expand", "Tile", "Transpose", "Slice",
    "Concat", "Sum", "Max", "Min", "Mean", "Mul", "Div", "Add", "Sub", "Pow",
  ]

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(Self.names) { editor, node in
      guard node.node.outputs.dropFirst().allSatisfy({ !editor.isUsed($0) }),
        let source = Self.source(node, editor),
        editor.draft[source].type == editor.draft[node.output].type,
        !editor.draft[source].isDynamic, !editor.draft[node.output].isDynamic
      else { return }
      _ = editor.bypass(node.handle, from: source, to: node.output)
    }
  }

  /// The operand that a node would give back if the types are the same.
  private static func source(_ node: GeneralNode, _ editor: GraphEditor) -> TensorID? {
    switch node.op.name {
    case "Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Expand", "Tile": return node[0]
    case "Concat", "Sum", "Max", "Min", "Mean": return node.node.inputs.count == 1 ? node[0] : nil
    case "Dropout": return isInference(node, editor) ? node[0] : nil
    case "Transpose":
      guard let source = node[0], let order = node.permutation(editor) else { return nil }
      return movesNothing(order, editor.shape(source)) ? source : nil
    case "Slice":
      // The whole extent of an axis can also be walked backwards.
      let steps = node[4].map { editor.integers($0) } ?? []
      return steps.map { $0.allSatisfy { $0 == 1 } } == true ? node[0] : nil
    case "Mul": return editor.withScalar(node).flatMap { $0.value == 1 ? $0.operand : nil }
    case "Add": return editor.withScalar(node).flatMap { $0.value == 0 ? $0.operand : nil }
    case "Div", "Pow": return editor.withScalar(node).flatMap { $0.value == 1 && $0.scalarIsRight ? $0.operand : nil }
    case "Sub": return editor.withScalar(node).flatMap { $0.value == 0 && $0.scalarIsRight ? $0.operand : nil }
    default: return nil
    }
  }

  private static func isInference(_ node: GeneralNode, _ editor: GraphEditor) -> Bool {
    guard let id = node[2] else { return true }
    guard let tensor = try? editor.draft.constant(id)?.tensor(), tensor.type.byteCount == 1 else { return false }
    return tensor.copiedBytes() == [0]
  }

  /// Whether a permutation only moves extents of 1.
  static func movesNothing(_ order: [Int], _ shape: Shape) -> Bool {
    let moved = order.filter { shape[$0] != 1 }
    return moved == moved.sorted()
  }
}

extension GeneralNode {
  /// The order of axes of a `Transpose`: result axis i is operand axis order[i].
  func permutation(_ editor: GraphEditor) -> [Int]? {
    guard let source = self[0] else { return nil }
    let rank = editor.shape(source).rank
    let order = op.ints("perm") ?? Array((0..<rank).reversed())
    return order.sorted() == Array(0..<rank) ? order : nil
  }
}
