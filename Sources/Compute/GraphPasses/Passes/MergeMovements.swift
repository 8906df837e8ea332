import ModelGraph
import Tensors

/// Makes one node of several in a row that only move elements.
///
/// `Transpose` after `Transpose` becomes one (or none). `Reshape`, `Flatten`, `Squeeze` and `Unsqueeze` after one
/// another become one `Reshape` (or none), and so does a `Transpose` that only moves extents of 1. `GlobalAveragePool`
/// and the like are followed by such chains, and so are the heads of attention. Of a chain longer than any of these, the
/// names of the first nodes are kept.
struct MergeMovements: GraphPass {
  let name = "merge-movements"

  /// Operators that change extents and move nothing.
  static let reshapes: Set<String> = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"]

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(Self.reshapes.union(["Transpose"])) { editor, node in
      guard let source = node[0], node.node.outputs.count == 1, !editor.draft[source].isDynamic,
        !editor.draft[node.output].isDynamic
      else { return }
      if node.op.name == "Transpose" {
        Self.mergeTranspose(node, source, &editor)
      } else {
        Self.mergeReshape(node, source, &editor)
      }
    }
  }

  private static func mergeTranspose(_ node: GeneralNode, _ source: TensorID, _ editor: inout GraphEditor) {
    guard let order = node.permutation(editor) else { return }
    if let before = editor.general(producing: source, "Transpose"), let inner = before.permutation(editor),
      let original = before[0]
    {
      let merged = order.map { inner[$0] }
      let origins = editor.origins([before.handle, node.handle])
      if merged == Array(merged.indices), editor.bypass(node.handle, from: original, to: node.output) { return }
      let op = GeneralOperator(
        "Transpose", opset: node.op.opset, attributes: ["perm": .ints(merged)], slots: [0])
      editor.replace(
        node.handle,
        with: [
          Node(
            name: node.node.name, op: .general(op), inputs: [original], outputs: [node.output], origins: origins)
        ])
      return
    }
    guard RemoveIdentity.movesNothing(order, editor.shape(source)) else { return }
    replaceByReshape(node, of: source, origins: [node.handle], &editor)
  }

  private static func mergeReshape(_ node: GeneralNode, _ source: TensorID, _ editor: inout GraphEditor) {
    guard let before = editor.general(at: editor.producer(of: source)), reshapes.contains(before.op.name),
      let original = before[0], !editor.draft[original].isDynamic
    else { return }
    if editor.draft[original].type == editor.draft[node.output].type,
      editor.bypass(node.handle, from: original, to: node.output)
    {
      return
    }
    replaceByReshape(node, of: original, origins: [before.handle, node.handle], &editor)
  }

  private static func replaceByReshape(
    _ node: GeneralNode, of source: TensorID, origins: [GraphEditor.Handle], _ editor: inout GraphEditor
  ) {
    let reshape = editor.reshape(
      source, to: node.output, name: node.node.name, origins: editor.origins(origins))
    editor.replace(node.handle, with: [reshape])
  }
}
