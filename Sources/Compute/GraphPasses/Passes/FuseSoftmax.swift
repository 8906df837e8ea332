import ModelGraph
import Tensors

/// Turns `Softmax` over the last dimension into the engines' own, with an addition before it.
///
/// Before: `Softmax` of FP32, perhaps of `Add` with a tensor that broadcasts to the result's shape, such as an
/// attention mask or a relative position bias. After: one `softmax`. A `Where` that masks scores stays a node of its
/// own: to add minus infinity instead would make NaN of the scores that it hides where those are NaN or infinite.
struct FuseSoftmax: GraphPass {
  let name = "fuse-softmax"

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(["Softmax"]) { editor, node in
      guard let source = node[0], editor.isFloat(source), editor.isActivation(source) else { return }
      let shape = editor.shape(source)
      guard shape.rank > 0, let axis = Self.axis(node.op, rank: shape.rank), axis == shape.rank - 1 else { return }
      var inputs = [source]
      var handles = [node.handle]
      if let add = editor.interior(source, "Add"), let (left, right) = add.operands, left != right {
        for (scores, addend) in [(left, right), (right, left)] {
          guard editor.isActivation(scores), editor.draft[scores].type == editor.draft[source].type,
            !editor.draft[addend].isDynamic, shape.broadcast(with: editor.shape(addend)) == shape
          else { continue }
          inputs = [scores, addend]
          handles.insert(add.handle, at: 0)
          break
        }
      }
      guard editor.fits(.softmax, inputs: inputs, parameters: [], output: editor.shape(node.output)) else { return }
      let fused = Node(
        name: node.node.name, op: .softmax, inputs: inputs, outputs: node.node.outputs,
        origins: editor.origins(handles))
      editor.replace(node.handle, with: [fused])
    }
  }

  /// The axis of a softmax; before operator set 13 everything from the axis on is one dimension.
  private static func axis(_ op: GeneralOperator, rank: Int) -> Int? {
    let axis = op.int("axis") ?? (op.opset < 13 ? 1 : -1)
    return axis < 0 ? axis + rank : axis
  }
}
