import ModelGraph
import Tensors

/// Turns products of two FP32 activations into the engines' matrix product.
///
/// Merges a `Transpose` of the right operand's last two dimensions, and multiplications or divisions by numbers of
/// either operand and of the result, as attention has them (PyTorch multiplies both operands by the square root of the
/// factor).
struct ConvertMatMul: GraphPass {
  let name = "convert-matmul"

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(["MatMul"]) { editor, node in
      guard let (first, second) = node.operands else { return }
      let left = ScaledOperand(first, throughTranspose: false, in: editor)
      let right = ScaledOperand(second, throughTranspose: true, in: editor)
      guard [left.tensor, right.tensor].allSatisfy({ editor.isActivation($0) && editor.isFloat($0) }) else { return }
      var scale = left.scale * right.scale
      var handles = left.handles + right.handles + [node.handle]
      var result = node.output
      while handles.count < 16, let next = editor.general(at: editor.onlyReader(of: result), "Mul", "Div"),
        let factor = ScaleFactor(next, editor), factor.operand == result
      {
        scale *= factor.value
        handles.append(next.handle)
        result = next.output
      }
      let op = Operator.matMul(MatMul(transposesRight: right.isTransposed, scale: Float(scale)))
      guard let last = handles.last, Float(scale).isFinite,
        editor.fits(op, inputs: [left.tensor, right.tensor], parameters: [], output: editor.shape(result))
      else { return }
      editor.replace(
        last,
        with: [
          Node(
            name: node.node.name, op: op, inputs: [left.tensor, right.tensor], outputs: [result],
            origins: editor.origins(handles))
        ])
    }
  }
}
