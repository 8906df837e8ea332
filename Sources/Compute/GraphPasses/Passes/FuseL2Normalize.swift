import ModelGraph
import Tensors

/// Turns the division of rows (n, f) by their Euclidean norm, limited below by 1e-12, into the engines' own operator.
///
/// Before: `ReduceL2` over the last dimension, `Clip` or `Max` with 1e-12, perhaps `Expand`, `Div`, as PyTorch exports
/// `normalize`. Another limit, or none, gives rows of zeros another result, so that such graphs stay as they are.
struct FuseL2Normalize: GraphPass {
  let name = "fuse-l2-normalize"

  /// The limit that the engines' operator has.
  private static let limit = 1e-12

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(["Div"]) { editor, node in
      guard let source = node[0], var divisor = node[1], editor.isFloat(source), editor.isActivation(source),
        editor.draft[node.output].type == editor.draft[source].type, editor.shape(source).rank == 2
      else { return }
      var handles = [node.handle]
      if let expand = editor.interior(divisor, "Expand"), let inner = expand[0] {
        handles.insert(expand.handle, at: 0)
        divisor = inner
      }
      guard let limited = Self.limitedNorm(divisor, editor), let norm = editor.interior(limited.norm, "ReduceL2"),
        norm[0] == source, editor.axes(norm, rank: 2) == [1], (norm.op.int("keepdims") ?? 1) == 1
      else { return }
      handles.insert(contentsOf: [norm.handle, limited.handle], at: 0)
      editor.replace(
        node.handle,
        with: [
          Node(
            name: node.node.name, op: .l2Normalize, inputs: [source], outputs: [node.output],
            origins: editor.origins(handles))
        ])
    }
  }

  private static func limitedNorm(
    _ divisor: TensorID, _ editor: GraphEditor
  ) -> (norm: TensorID, handle: GraphEditor.Handle)? {
    guard let node = editor.interior(divisor, "Clip", "Max") else { return nil }
    if node.op.name == "Max" {
      guard let (norm, value, _) = editor.withScalar(node), isNear(value, limit) else { return nil }
      return (norm, node.handle)
    }
    guard let bounds = Activation.clipBounds(node, editor), isNear(Double(bounds.low), limit),
      bounds.high == .greatestFiniteMagnitude, let norm = node[0]
    else { return nil }
    return (norm, node.handle)
  }
}
