import ModelGraph
import Tensors

/// Folds what follows a convolution and is an affine function of each channel into its weights and bias.
///
/// Before: `Conv` or `ConvTranspose` with constant weights, then `BatchNormalization`, or `Mul`, `Div`, `Add`, `Sub` by
/// constants that differ by channel at most, any number of them. After: the convolution alone. Weights are multiplied
/// when the finished model asks for them. A result that somebody else reads ends the chain. Weights that other nodes
/// read are copied as long as all copies together take no more than the graph's constants.
struct FoldBatchNormalization: GraphPass {
  let name = "fold-batch-normalization"
  /// Longer chains than any model has are folded in part.
  private static let limit = 16

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(["Conv", "ConvTranspose"]) { editor, convolution in
      guard let weightsID = convolution[1], let weights = editor.floatConstant(weightsID),
        editor.isFloat(convolution.output), let layout = Layout(convolution, weights.type.shape)
      else { return }
      let bias = convolution[2].flatMap { editor.floatConstant($0) }
      guard bias != nil || convolution[2] == nil else { return }
      guard bias.map({ $0.type.shape == [layout.channels] }) ?? true,
        editor.shape(convolution.output).rank >= 3, editor.shape(convolution.output)[1] == layout.channels
      else { return }

      var affine = ChannelAffine(channels: layout.channels)
      var handles = [convolution.handle]
      var result = convolution.output
      while handles.count <= Self.limit, let next = editor.general(at: editor.onlyReader(of: result)),
        affine.append(next, of: result, axis: 1, in: editor)
      {
        handles.append(next.handle)
        result = next.output
      }
      guard let last = handles.last, !affine.isIdentity, let source = convolution[0],
        editor.mayMerge(into: weightsID, scales: affine.scale != nil, channels: layout.channels)
      else { return }
      let name = convolution.node.name
      var folded = weightsID
      if affine.scale != nil {
        let scaled = weights.scaled(
          groups: layout.groups, outer: layout.outer, channels: layout.channels / layout.groups, by: affine.scale)
        folded = editor.addConstant("\(name).weights", scaled)
      }
      let shift = editor.addConstant("\(name).bias", affine.applied(toBias: bias))
      let op = GeneralOperator(
        convolution.op.name, opset: convolution.op.opset, attributes: convolution.op.attributes, slots: [0, 1, 2])
      let node = Node(
        name: name, op: .general(op), inputs: [source, folded, shift], outputs: [result],
        origins: editor.origins(handles))
      editor.replace(last, with: [node])
    }
  }

  /// Weights seen as (groups, outer, channels / groups, rest).
  private struct Layout {
    let groups: Int
    let outer: Int
    let channels: Int

    init?(_ node: GeneralNode, _ weights: Shape) {
      guard weights.rank >= 3 else { return nil }
      if node.op.name == "Conv" {
        (groups, outer, channels) = (1, 1, weights[0])
        return
      }
      groups = node.op.int("group") ?? 1
      guard groups > 0, weights[0] % groups == 0 else { return nil }
      outer = weights[0] / groups
      let (channels, overflow) = weights[1].multipliedReportingOverflow(by: groups)
      guard !overflow else { return nil }
      self.channels = channels
    }
  }
}
