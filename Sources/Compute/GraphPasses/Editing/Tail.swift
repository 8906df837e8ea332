import ModelGraph
import Tensors

/// What follows a product and can run in its epilogue: per-channel constants, a residual, an activation, in this order.
struct Tail {
  /// Per-channel factors and addends.
  private(set) var affine: ChannelAffine
  /// The tensor added before the activation.
  private(set) var residual: TensorID?
  /// The activation.
  private(set) var activation = Activation.none
  /// The nodes followed, the product first.
  private(set) var handles: [GraphEditor.Handle]
  /// What the last of them writes.
  private(set) var result: TensorID

  /// More constants than any model has in a row are left alone.
  private static let limit = 16

  /// Follows the results of `product` as long as nobody else reads them.
  ///
  /// - Parameters:
  ///   - axis: where the channels lie in the result.
  ///   - allowsResidual: whether the fused operator can add a tensor.
  ///   - mergesConstants: whether per-channel constants are followed.
  init(
    of product: GeneralNode, channels: Int, axis: Int, allowsResidual: Bool, mergesConstants: Bool = true,
    in editor: GraphEditor
  ) {
    affine = ChannelAffine(channels: channels)
    handles = [product.handle]
    result = product.output
    while mergesConstants, handles.count <= Self.limit, let next = next(editor),
      affine.append(next, of: result, axis: axis, in: editor)
    {
      follow(next)
    }
    if allowsResidual, let next = next(editor), next.op.name == "Add", let other = editor.other(next, than: result),
      editor.isActivation(other), editor.draft[other].type == editor.draft[result].type,
      editor.draft[next.output].type == editor.draft[result].type
    {
      residual = other
      follow(next)
    }
    if let next = next(editor), let found = Activation(next, of: result, in: editor) {
      activation = found
      follow(next)
    }
  }

  private func next(_ editor: GraphEditor) -> GeneralNode? { editor.general(at: editor.onlyReader(of: result)) }

  private mutating func follow(_ node: GeneralNode) {
    handles.append(node.handle)
    result = node.output
  }
}
