import ModelGraph
import Tensors

/// Turns `Conv` with constant FP32 weights into the engines' convolution.
///
/// Before: `Conv` over (n, c, w) or (n, c, h, w), with groups, dilation, asymmetric padding or `auto_pad`; then
/// constants by channel, the addition of a tensor of the same shape, and an activation, as long as nobody else reads
/// what is between. After: one `convolution`. A bias that is missing is zeros. Constants stay nodes of their own where
/// weights are shared and no more copies may be made.
struct ConvertConvolution: GraphPass {
  let name = "convert-convolution"

  func run(on draft: inout GraphDraft) throws -> Int {
    // Backwards: of two convolutions that are added, the later one gets the sum, which stays where it was.
    draft.rewrite(["Conv"], backwards: true) { editor, node in Self.convert(node, &editor) }
  }

  private static func convert(_ node: GeneralNode, _ editor: inout GraphEditor) {
    guard let source = node[0], let weightsID = node[1], let weights = editor.floatConstant(weightsID),
      editor.isActivation(source), editor.isFloat(source), weights.type.shape.rank == editor.shape(source).rank
    else { return }
    let bias = node[2].flatMap { editor.floatConstant($0) }
    guard bias != nil || node[2] == nil else { return }
    let kernel = Array(weights.type.shape.dims.dropFirst(2))
    guard node.op.ints("kernel_shape").map({ $0 == kernel }) ?? true,
      let window = Window(
        node.op, kernel: kernel, source: editor.shape(source), result: editor.shape(node.output))
    else { return }

    let channels = weights.type.shape[0]
    var tail = Tail(of: node, channels: channels, axis: 1, allowsResidual: true, in: editor)
    if !tail.affine.isIdentity,
      !editor.mayMerge(into: weightsID, scales: tail.affine.scale != nil, channels: channels)
    {
      tail = Tail(of: node, channels: channels, axis: 1, allowsResidual: true, mergesConstants: false, in: editor)
    }
    guard let last = tail.handles.last else { return }
    let op = Operator.convolution(
      Convolution(window: window, groups: node.op.int("group") ?? 1, activation: tail.activation))
    let inputs = [source] + (tail.residual.map { [$0] } ?? [])
    let merged = tail.affine.applied(toBias: bias)
    guard editor.fits(op, inputs: inputs, parameters: [weights, merged], output: editor.shape(tail.result)) else {
      return
    }
    let parameters = editor.parameters(
      of: node, weights: weightsID, variant: "", tail, bias: node[2], merged: merged
    ) { $0.scaled(channels: channels, by: tail.affine.scale) }
    guard let parameters else { return }
    editor.replace(
      last,
      with: [
        Node(
          name: node.node.name, op: op, inputs: inputs, parameters: parameters, outputs: [tail.result],
          origins: editor.origins(tail.handles))
      ])
  }
}

extension GraphEditor {
  /// Weights and bias of a product with a tail as parameters; shared with other nodes where nothing was merged into
  /// them.
  ///
  /// - Parameter biasVariant: what is done to the bias beside what the tail does.
  mutating func parameters(
    of node: GeneralNode, weights: TensorID, variant: String, _ tail: Tail, bias: TensorID?, biasVariant: String = "",
    merged: Constant,
    make: (Constant) -> Constant
  ) -> [ParameterID]? {
    let name = node.node.name
    guard let original = draft.constant(weights) else { return nil }
    let first =
      tail.affine.scale == nil
      ? sharedParameter(weights, variant: variant, name: "\(name).weights", role: .weights, make: make)
      : addParameter("\(name).weights", role: .weights, make(original))
    guard let first else { return nil }
    guard tail.affine.isIdentity, isShared(weights) else {
      return [first, addParameter("\(name).bias", role: .bias, merged)]
    }
    if let bias {
      let second = sharedParameter(bias, variant: biasVariant, name: "\(name).bias", role: .bias) { _ in merged }
      return second.map { [first, $0] }
    }
    let count = merged.type.shape.count
    let second = zeroBiases[count] ?? addParameter("\(name).bias", role: .bias, merged)
    zeroBiases[count] = second
    return [first, second]
  }
}
