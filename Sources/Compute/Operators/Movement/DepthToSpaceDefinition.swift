import ModelGraph
import Tensors

/// DepthToSpace and SpaceToDepth: moves channels into blocks of pixels, and back.
///
/// In the order DCR, channels are numbered (block row, block column, depth); in CRD (depth, block row, block column).
struct DepthToSpaceDefinition: OperatorDefinition {
  let names = ["DepthToSpace", "SpaceToDepth"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    guard input.shape.rank == 4 else { throw .invalid("the input must have 4 dimensions and has \(input.shape.rank)") }
    guard let block = try call.int("blocksize"), block > 0, block < 1 << 30 else {
      throw .invalid("attribute blocksize must be a positive integer")
    }
    _ = try isDepthFirst(call)
    let (n, c, h, w) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3])
    let isToSpace = call.op.name == "DepthToSpace"
    guard isToSpace ? c % (block * block) == 0 : h % block == 0 && w % block == 0 else {
      throw .invalid("\(input.shape) does not divide into blocks of \(block)")
    }
    if isToSpace {
      guard let shape = scaled(n, c / (block * block), h, w, by: block, call) else { throw tooLarge }
      return [TensorType(input.elementType, shape)]
    }
    let (channels, overflow) = c.multipliedReportingOverflow(by: block * block)
    guard !overflow else { throw tooLarge }
    return [TensorType(input.elementType, try call.shape(checking: [n, channels, h / block, w / block]))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let output = try outputTypes(call)[0]
    let input = try call.shape(0)
    let block = try call.int("blocksize") ?? 1
    let isToSpace = call.op.name == "DepthToSpace"
    let (deep, wide) = isToSpace ? (input, output.shape) : (output.shape, input)
    // Loops over n, depth, block row, block column, row, column; strides of either side.
    let depth = deep[1] / (block * block)
    let plane = deep[2] * deep[3]
    let channelStrides =
      try isDepthFirst(call)
      ? [block * block * plane, block * plane, plane] : [plane, block * depth * plane, depth * plane]
    let deepStrides = [deep[1] * plane] + channelStrides + [deep[3], 1]
    let (w, h) = (wide[3], wide[2])
    let wideStrides = [depth * h * w, h * w, w, 1, block * w, block]
    return StridedCopy(
      elementBytes: output.elementType.byteCount, extents: [deep[0], depth, block, block, deep[2], deep[3]],
      sourceStrides: isToSpace ? deepStrides : wideStrides, destinationStrides: isToSpace ? wideStrides : deepStrides
    ).computation(from: try call.memory(0), to: outputs[0])
  }

  private var tooLarge: OperatorError { .invalid("the result's extents are too large") }

  private func scaled(_ n: Int, _ c: Int, _ h: Int, _ w: Int, by block: Int, _ call: OperatorCall) -> Shape? {
    let (height, width) = (h.multipliedReportingOverflow(by: block), w.multipliedReportingOverflow(by: block))
    guard !height.overflow, !width.overflow else { return nil }
    return Shape(checking: [n, c, height.partialValue, width.partialValue])
  }

  /// Whether channels are numbered by depth first (CRD): a choice from opset 11 on, for SpaceToDepth from 28 on.
  private func isDepthFirst(_ call: OperatorCall) throws(OperatorError) -> Bool {
    guard call.op.opset >= (call.op.name == "DepthToSpace" ? 11 : 28) else { return false }
    switch try call.string("mode") {
    case nil, "DCR": return false
    case "CRD": return true
    case .some(let mode): throw .invalid("attribute mode is \(mode); DCR and CRD are possible")
    }
  }
}
