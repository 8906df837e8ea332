import ModelGraph
import Tensors

/// Turns the products of multi-head attention into the engines' own, which read and write (n, s, f) without moving
/// heads.
///
/// Before: queries and keys (n, s, f), each reshaped and transposed to heads in any way that arrives at (n, h, s, d)
/// and (n, h, d, s), or with n and h as one dimension; `MatMul`; factors anywhere. After: `attentionScores`. Before:
/// `MatMul` of any (n, h, s, s) with values moved to (n, h, s, d), and the way back. After: `attentionContext`. Both
/// halves are found apart, so that whatever a model does to its scores in between does not matter. The softmax is left
/// to its own pass.
struct FuseAttention: GraphPass {
  let name = "fuse-attention"

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(["MatMul"]) { editor, node in
      guard let (left, right) = node.operands, editor.isFloat(left), editor.isFloat(right) else { return }
      if !Self.fuseScores(node, left, right, &editor) { Self.fuseContext(node, left, right, &editor) }
    }
  }

  /// The extents of a product over heads.
  private struct Extents {
    let batch: Int
    let heads: Int
    /// Rows and columns of each head's product, and the depth that it sums over.
    let rows: Int
    let columns: Int
    let depth: Int

    /// Of a product (n, h, rows, depth) by (n, h, depth, columns), or of (n * h, ...), where the heads of `operand`'s
    /// source tell n from h.
    init?(_ left: Shape, _ right: Shape, operand: TensorID, _ editor: GraphEditor) {
      guard left.rank == right.rank, left.rank >= 2, left.count > 0, right.count > 0,
        Array(left.dims.dropLast(2)) == Array(right.dims.dropLast(2))
      else { return nil }
      (rows, columns, depth) = (left[-2], right[-1], left[-1])
      guard right[-2] == depth else { return nil }
      if left.rank == 4 {
        (batch, heads) = (left[0], left[1])
        return
      }
      guard left.rank == 3 else { return nil }
      let last = editor.shape(operand)
      let extent = Set([last[1], last[2]])
      let found = MovedOperand.tensors(behind: operand, editor).map { editor.shape($0) }.first {
        $0.rank == 4 && $0[0] * $0[2] == left[0] && $0[2] > 1 && extent == Set([$0[1], $0[3]])
      }
      guard let found else { return nil }
      (batch, heads) = (found[0], found[2])
    }
  }

  // MARK: Scores

  private static func fuseScores(
    _ node: GeneralNode, _ left: TensorID, _ right: TensorID, _ editor: inout GraphEditor
  ) -> Bool {
    guard let extents = Extents(editor.shape(left), editor.shape(right), operand: left, editor) else { return false }
    let features = extents.heads * extents.depth
    let queryShape: Shape = [extents.batch, extents.rows, features]
    let keyShape: Shape = [extents.batch, extents.columns, features]
    guard
      let query = MovedOperand(
        left, atoms: [extents.batch, extents.rows, extents.heads, extents.depth], expected: [0, 2, 1, 3],
        preferred: queryShape, in: editor),
      let key = MovedOperand(
        right, atoms: [extents.batch, extents.columns, extents.heads, extents.depth], expected: [0, 2, 3, 1],
        preferred: keyShape, in: editor)
    else { return false }
    // Without heads to move, the plain product is as good.
    guard !query.handles.isEmpty || !key.handles.isEmpty else { return false }

    var scale = query.scale * key.scale
    var handles = query.handles + key.handles + [node.handle]
    var result = node.output
    while handles.count < 40, let next = editor.general(at: editor.onlyReader(of: result), "Mul", "Div"),
      let factor = ScaleFactor(next, editor), factor.operand == result
    {
      scale *= factor.value
      handles.append(next.handle)
      result = next.output
    }
    guard let last = handles.last, Float(scale).isFinite else { return false }
    let scores: Shape = [extents.batch, extents.heads, extents.rows, extents.columns]
    let op = Operator.attentionScores(Attention(heads: extents.heads, scale: Float(scale)))
    var nodes: [Node] = []
    let origins = editor.origins(handles)
    let name = node.node.name
    let inputs = [
      editor.viewed(query.source, as: queryShape, name: "\(name).queries", origins, &nodes),
      editor.viewed(key.source, as: keyShape, name: "\(name).keys", origins, &nodes),
    ]
    guard editor.fits(op, inputs: inputs, parameters: [], output: scores) else { return false }
    editor.append(op, name: name, inputs: inputs, shape: scores, result: result, origins, &nodes)
    editor.replace(last, with: nodes)
    return true
  }

  // MARK: Context

  private static func fuseContext(
    _ node: GeneralNode, _ left: TensorID, _ right: TensorID, _ editor: inout GraphEditor
  ) {
    guard let extents = Extents(editor.shape(left), editor.shape(right), operand: right, editor) else { return }
    let features = extents.heads * extents.columns
    let valueShape: Shape = [extents.batch, extents.depth, features]
    guard editor.isActivation(left),
      let values = MovedOperand(
        right, atoms: [extents.batch, extents.depth, extents.heads, extents.columns], expected: [0, 2, 1, 3],
        preferred: valueShape, in: editor), values.scale == 1
    else { return }
    let target: Shape = [extents.batch, extents.rows, features]
    guard let back = wayBack(node, extents, to: target, editor), let last = back.handles.last else { return }
    let handles = values.handles + back.handles
    let op = Operator.attentionContext(Attention(heads: extents.heads, scale: 1))
    var nodes: [Node] = []
    let origins = editor.origins(handles)
    let name = node.node.name
    let inputs = [
      editor.viewed(
        left, as: [extents.batch, extents.heads, extents.rows, extents.depth], name: "\(name).weights", origins,
        &nodes),
      editor.viewed(values.source, as: valueShape, name: "\(name).values", origins, &nodes),
    ]
    guard editor.fits(op, inputs: inputs, parameters: [], output: target) else { return }
    editor.append(op, name: name, inputs: inputs, shape: target, result: back.result, origins, &nodes)
    editor.replace(last, with: nodes)
  }

  /// Follows the product's result to where its elements are in the order (n, s, h, d), in the shape `target` if
  /// possible.
  private static func wayBack(
    _ node: GeneralNode, _ extents: Extents, to target: Shape, _ editor: GraphEditor
  ) -> (result: TensorID, handles: [GraphEditor.Handle])? {
    // Atoms as the product writes them: n, h, s, d.
    let atoms = [extents.batch, extents.heads, extents.rows, extents.columns]
    let wanted = [0, 2, 1, 3].filter { atoms[$0] != 1 }
    var order = atoms.indices.filter { atoms[$0] != 1 }
    var result = node.output
    var handles = [node.handle]
    var best: (TensorID, [GraphEditor.Handle])?
    while handles.count < 12 {
      if order == wanted {
        best = (result, handles)
        if editor.shape(result) == target { break }
      }
      guard let next = editor.general(at: editor.onlyReader(of: result)), next[0] == result,
        next.node.outputs.count == 1, !editor.draft[next.output].isDynamic
      else { break }
      if next.op.name == "Transpose" {
        guard let permutation = next.permutation(editor),
          let moved = MovedOperand.moving(order, atoms: atoms, shape: editor.shape(result), by: permutation)
        else { break }
        order = moved
      } else if !MergeMovements.reshapes.contains(next.op.name) {
        break
      }
      handles.append(next.handle)
      result = next.output
    }
    return best
  }
}

extension GraphEditor {
  /// A tensor under another shape: itself, or the result of a `Reshape` that is appended to `nodes`.
  mutating func viewed(
    _ tensor: TensorID, as shape: Shape, name: String, _ origins: [String], _ nodes: inout [Node]
  ) -> TensorID {
    guard self.shape(tensor) != shape else { return tensor }
    let view = addTensor(name, TensorType(draft[tensor].elementType, shape))
    nodes.append(reshape(tensor, to: view, name: draft[view].name, origins: origins))
    return view
  }

  /// Appends to `nodes` one that computes `shape`, and a `Reshape` where `result` has another.
  mutating func append(
    _ op: Operator, name: String, inputs: [TensorID], shape: Shape, result: TensorID, _ origins: [String],
    _ nodes: inout [Node]
  ) {
    guard self.shape(result) != shape else {
      nodes.append(Node(name: name, op: op, inputs: inputs, outputs: [result], origins: origins))
      return
    }
    let direct = addTensor("\(name).heads", TensorType(.float32, shape))
    nodes.append(Node(name: name, op: op, inputs: inputs, outputs: [direct], origins: origins))
    nodes.append(reshape(direct, to: result, name: "\(name).reshape", origins: origins))
  }
}
