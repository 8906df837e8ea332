import ModelGraph
import Tensors

/// Turns the mean over the positions that a mask keeps into the engines' own operator.
///
/// Before: rows (n, s, f) times a mask (n, s), `ReduceSum` over s, `Div` by the `ReduceSum` of the mask or 1 if that is
/// more. The mask must have been made of INT32 by `Cast` to BOOL and to FP32, because the engines' operator only asks
/// whether a position's number is 0: without the casts, positions may have weights, and such graphs stay as they are.
struct FuseMeanPool: GraphPass {
  let name = "fuse-mean-pool"

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(["Div"]) { editor, node in
      guard let (dividend, divisor) = node.operands, editor.isFloat(dividend), editor.shape(dividend).rank == 2,
        let sum = Self.sum(dividend, keepsExtent: false, editor), let kept = sum[0],
        let product = editor.interior(kept, "Mul"), let (left, right) = product.operands,
        let limited = editor.interior(divisor, "Max"), let (total, least, _) = editor.withScalar(limited), least == 1,
        let count = Self.sum(total, keepsExtent: true, editor), let weights = count[0],
        let mask = Self.mask(behind: weights, editor)
      else { return }
      for (source, spread) in [(left, right), (right, left)] {
        guard let unsqueeze = editor.interior(spread, "Unsqueeze"), unsqueeze[0] == weights,
          editor.axes(unsqueeze, rank: 3) == [2], editor.isFloat(source), editor.isActivation(source),
          editor.fits(.meanPool, inputs: [source, mask.id], parameters: [], output: editor.shape(node.output))
        else { continue }
        let handles = mask.handles + [unsqueeze, product, sum, count, limited, node].map(\.handle)
        editor.replace(
          node.handle,
          with: [
            Node(
              name: node.node.name, op: .meanPool, inputs: [source, mask.id], outputs: [node.output],
              origins: editor.origins(handles))
          ])
        return
      }
    }
  }

  /// The sum over the positions, dimension 1.
  private static func sum(_ id: TensorID, keepsExtent: Bool, _ editor: GraphEditor) -> GeneralNode? {
    guard let sum = editor.interior(id, "ReduceSum"), let source = sum[0], editor.isFloat(source),
      editor.axes(sum, rank: editor.shape(source).rank) == [1], (sum.op.int("keepdims") ?? 1) == (keepsExtent ? 1 : 0)
    else { return nil }
    return sum
  }

  /// The whole numbers behind weights that are 0 or 1.
  private static func mask(
    behind weights: TensorID, _ editor: GraphEditor
  ) -> (id: TensorID, handles: [GraphEditor.Handle])? {
    guard let last = editor.general(producing: weights, "Cast"), let truth = last[0],
      editor.draft[truth].elementType == .bool, let first = editor.general(producing: truth, "Cast"),
      let mask = first[0],
      editor.draft[mask].elementType == .int32, editor.isActivation(mask)
    else { return nil }
    return (mask, [first.handle, last.handle])
  }
}
