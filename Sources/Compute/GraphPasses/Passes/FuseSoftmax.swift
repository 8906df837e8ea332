import ModelGraph
import Tensors

/// Turns `Softmax` over the last dimension into the engines' own, with an addition before it.
///
/// Before: `Softmax` of FP32, perhaps of `Add` with a tensor that broadcasts to the result's shape, such as an
/// attention mask or a relative position bias, perhaps of `Where` that puts minus infinity in some places. After: one
/// `softmax`; a `Where` that replaced scores chooses between 0 and minus infinity instead, at the extents of its
/// condition, and is added.
struct FuseSoftmax: GraphPass {
  let name = "fuse-softmax"

  /// Numbers at and below this one swallow any score that is added to them.
  private static let absorbing = -1e30

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(["Softmax"]) { editor, node in
      guard let source = node[0], editor.isFloat(source), editor.isActivation(source) else { return }
      let shape = editor.shape(source)
      guard shape.rank > 0, let axis = Self.axis(node.op, rank: shape.rank), axis == shape.rank - 1 else { return }
      var inputs = [source]
      var handles = [node.handle]
      var before: [Node] = []
      if let add = editor.interior(source, "Add"), let (left, right) = add.operands, left != right {
        for (scores, addend) in [(left, right), (right, left)] {
          guard editor.isActivation(scores), editor.draft[scores].type == editor.draft[source].type,
            !editor.draft[addend].isDynamic, shape.broadcast(with: editor.shape(addend)) == shape
          else { continue }
          inputs = [scores, addend]
          handles.insert(add.handle, at: 0)
          break
        }
      } else if let masked = Self.masked(source, shape, &editor) {
        inputs = [masked.scores, masked.addend.output]
        before = [masked.addend]
        handles.insert(masked.handle, at: 0)
      }
      guard editor.fits(.softmax, inputs: inputs, parameters: [], output: editor.shape(node.output)) else { return }
      let fused = Node(
        name: node.node.name, op: .softmax, inputs: inputs, outputs: node.node.outputs,
        origins: editor.origins(handles))
      editor.replace(node.handle, with: before + [fused])
    }
  }

  /// The axis of a softmax; before operator set 13 everything from the axis on is one dimension.
  private static func axis(_ op: GeneralOperator, rank: Int) -> Int? {
    let axis = op.int("axis") ?? (op.opset < 13 ? 1 : -1)
    return axis < 0 ? axis + rank : axis
  }

  /// The scores and an addend in place of `Where(condition, scores, minus infinity)` or the other way round.
  private static func masked(
    _ source: TensorID, _ shape: Shape, _ editor: inout GraphEditor
  ) -> (scores: TensorID, addend: Node, handle: GraphEditor.Handle)? {
    guard let choice = editor.interior(source, "Where"), let condition = choice[0], let first = choice[1],
      let second = choice[2], !editor.draft[condition].isDynamic
    else { return nil }
    for (scores, number, isKept) in [(first, second, true), (second, first, false)] {
      guard let value = editor.scalar(number), value <= absorbing, editor.isActivation(scores),
        editor.draft[scores].type == editor.draft[source].type
      else { continue }
      let name = "\(choice.node.name).addend"
      let zero = editor.addConstant("\(name).zero", .zeros(1))
      let type = TensorType(.float32, editor.shape(condition).rank == 0 ? [1] : editor.shape(condition))
      let addend = editor.addTensor(name, type)
      let op = GeneralOperator("Where", opset: choice.op.opset, slots: [0, 1, 2])
      let flat = editor.addConstant("\(name).lowest", .vector(1) { [value] })
      let node = Node(
        name: name, op: .general(op), inputs: [condition] + (isKept ? [zero, flat] : [flat, zero]), outputs: [addend],
        origins: editor.origins([choice.handle]))
      return (scores, node, choice.handle)
    }
    return nil
  }
}
