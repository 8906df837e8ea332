import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Changes of format, storage or both in one step (oneDNN: reorder).
struct NativeConvert: OperatorImplementation {
  let name = "native:reorder"
  let operations: Set<Kernel.Operation> = [.reorder]

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard node.op == .convert else { return .no("not a conversion") }
    if let reason = EmulatedConvert.reason(toWrite: node, in: model) { return .no(reason) }
    let isReorder = (node.inputs + node.outputs).contains { model.storage(of: $0) != .floats }
    return isReorder ? .yes : .no("source and result are floats")
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    .rows(.reorder, "change of format or layout", model.target)
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    let (input, output) = (node.inputs[0], node.output)
    let (read, written) = (preparation.storage(input), preparation.storage(output))
    let shape = preparation.shape(input)
    let hasChannels = shape.rank > 2
    let reorder = ckernels_reorder(
      src_format: preparation.kernelFormat(input), dst_format: preparation.kernelFormat(output),
      src_is_floats: read.isNative ? 0 : 1, dst_is_floats: written.isNative ? 0 : 1,
      src_channels_last: read.layout == .channelsLast ? 1 : 0,
      dst_channels_last: written.layout == .channelsLast ? 1 : 0, images: hasChannels ? shape[0] : 1,
      channels: hasChannels ? shape[1] : 1,
      positions: hasChannels ? shape.dims.dropFirst(2).reduce(1, *) : shape.count)
    let (source, destination) = (preparation.address(input), preparation.address(output))
    let kernel = preparation.rows(.reorder).reorder!
    let parts = withUnsafePointer(to: reorder) { ckernels_reorder_parts($0) }
    return Step { worker in
      let share = worker.share(of: parts)
      withUnsafePointer(to: reorder) { kernel($0, source, destination, share.lowerBound, share.upperBound) }
    }
  }
}
