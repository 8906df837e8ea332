import ModelGraph
import Tensors

/// Turns products with constant weights into the engines' inner product.
///
/// Before: `MatMul` with a constant right operand (k, f), or `Gemm` with constant B and constant or missing C; then
/// constants along the last dimension (the bias, in either order of operands) and an activation, as long as nobody else
/// reads what is between. After: one `linear`, whose weights (f, k) are transposed when the finished model asks for
/// them. Constants stay nodes of their own where weights are shared and no more copies may be made.
struct ConvertLinear: GraphPass {
  let name = "convert-linear"

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(["MatMul", "Gemm"]) { editor, node in Self.convert(node, &editor) }
  }

  private static func convert(_ node: GeneralNode, _ editor: inout GraphEditor) {
    guard let source = node[0], let weightsID = node[1], let weights = editor.floatConstant(weightsID),
      editor.isActivation(source), editor.isFloat(source), weights.type.shape.rank == 2,
      let form = Form(node, weights.type.shape, editor)
    else { return }
    let rank = editor.shape(node.output).rank
    var tail = Tail(of: node, channels: form.features, axis: rank - 1, allowsResidual: false, in: editor)
    let scales = form.alpha != 1 || form.beta != 1
    if scales || !tail.affine.isIdentity,
      !editor.mayMerge(
        into: weightsID, scales: form.alpha != 1 || tail.affine.scale != nil, channels: form.features)
    {
      guard !scales else { return }
      tail = Tail(
        of: node, channels: form.features, axis: rank - 1, allowsResidual: false, mergesConstants: false, in: editor)
    }
    guard let last = tail.handles.last else { return }
    let op = Operator.linear(Linear(activation: tail.activation))
    let merged = tail.affine.applied(toBias: form.bias)
    let stored = form.isTransposed ? weights : weights.transposed
    guard editor.fits(op, inputs: [source], parameters: [stored, merged], output: editor.shape(tail.result)) else {
      return
    }
    let (alpha, scale, features) = (form.alpha, tail.affine.scale, form.features)
    var factors: Constant.Vector?
    if scale != nil || alpha != 1 {
      factors = { try scale?().map { $0 * alpha } ?? [Double](repeating: alpha, count: features) }
    }
    let rowFactors = factors
    let variant = "\(form.isTransposed ? "" : "transposed")\(alpha)"
    let parameters = editor.parameters(
      of: node, weights: weightsID, variant: variant, tail, bias: node[2],
      biasVariant: "\(form.beta) \(form.features)", merged: merged
    ) {
      let values = form.isTransposed ? $0 : $0.transposed
      return values.scaled(channels: features, by: rowFactors)
    }
    guard let parameters else { return }
    editor.replace(
      last,
      with: [
        Node(
          name: node.node.name, op: op, inputs: [source], parameters: parameters, outputs: [tail.result],
          origins: editor.origins(tail.handles))
      ])
  }

  /// What `MatMul` and `Gemm` differ in.
  private struct Form {
    /// Whether weights are stored (f, k) already.
    var isTransposed = false
    var alpha = 1.0
    var beta = 1.0
    var bias: Constant?
    let features: Int

    init?(_ node: GeneralNode, _ weights: Shape, _ editor: GraphEditor) {
      guard node.op.name == "Gemm" else {
        features = weights[1]
        return
      }
      isTransposed = (node.op.int("transB") ?? 0) != 0
      features = weights[isTransposed ? 0 : 1]
      alpha = Double(node.op.float("alpha") ?? 1)
      guard (node.op.int("transA") ?? 0) == 0 else { return nil }
      guard let id = node[2] else { return }
      beta = Double(node.op.float("beta") ?? 1)
      guard let addend = editor.floatConstant(id) else { return nil }
      let dims = addend.type.shape.dims
      guard dims.dropLast().allSatisfy({ $0 == 1 }), [features, 1].contains(dims.last ?? 1) else { return nil }
      let (features, beta) = (features, beta)
      if dims == [features], beta == 1 {
        bias = addend
      } else {
        bias = .vector(features) {
          let values = try addend.doubles().map { $0 * beta }
          return values.count == features ? values : [Double](repeating: values[0], count: features)
        }
      }
    }
  }
}
