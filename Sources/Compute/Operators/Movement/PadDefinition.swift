import ModelGraph
import Tensors

/// Pad and CenterCropPad: adds elements before and after along dimensions, or removes them.
///
/// The pads are an attribute before opset 11, and an input from then on; from opset 18 on, they may belong to some axes
/// only. Removing comes first, so that the other modes repeat what is left.
struct PadDefinition: OperatorDefinition {
  let names = ["Pad", "CenterCropPad"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    _ = try mode(call)
    _ = try constant(call, input.elementType)
    let dims = zip(input.shape.dims, try pads(call)).map { $0 + $1.before + $1.after }
    return [TensorType(input.elementType, try call.shape(checking: dims))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let input = try call.required(0).type
    let output = try outputTypes(call)[0]
    let mode = try mode(call)
    let constant = try constant(call, input.elementType)
    let given = call.op.name == "Pad" && call.op.opset >= 11 ? call.input(2)?.address : nil
    let (source, destination) = (try call.memory(0), outputs[0])
    guard output.shape.count > 0 else { return Computation(isDivisible: true) { _ in } }
    var axes: [IndexedCopy.Axis] = []
    for (index, pads) in try pads(call).enumerated() {
      guard pads.before != 0 || pads.after != 0 else {
        axes.append(.whole)
        continue
      }
      let kept = max(-pads.before, 0)..<(input.shape[index] + min(pads.after, 0))
      guard mode == .constant || !kept.isEmpty else {
        throw .invalid("mode \(mode.rawValue) has nothing to repeat along dimension \(index)")
      }
      axes.append(
        .positions(
          (0..<output.shape[index]).map { position in
            mode.source(of: position - max(pads.before, 0), in: kept.count).map { $0 + kept.lowerBound } ?? -1
          }))
    }
    let copy = IndexedCopy(elementBytes: input.elementType.byteCount, shape: input.shape, axes: axes)
    return Computation(isDivisible: true, heldBytes: copy.heldBytes) { share in
      withUnsafeBytes(of: constant) { constant in
        guard let fill = given ?? constant.baseAddress else { return }
        copy.run(share, from: source, to: destination, fill: fill)
      }
    }
  }

  /// What stands outside the input.
  private enum Mode: String {
    case constant, reflect, edge, wrap

    /// The position inside 0 ..< extent that repeats at any position; nil for the constant.
    func source(of position: Int, in extent: Int) -> Int? {
      if position >= 0 && position < extent { return position }
      switch self {
      case .constant: return nil
      case .edge: return position < 0 ? 0 : extent - 1
      case .wrap:
        let rest = position % extent
        return rest < 0 ? rest + extent : rest
      case .reflect:
        guard extent > 1 else { return 0 }
        let rest = position.magnitude % UInt(2 * extent - 2)
        return min(Int(rest), 2 * extent - 2 - Int(rest))
      }
    }
  }

  private func mode(_ call: OperatorCall) throws(OperatorError) -> Mode {
    guard call.op.name == "Pad", let name = try call.string("mode") else { return .constant }
    guard let mode = Mode(rawValue: name), mode != .wrap || call.op.opset >= 19 else {
      throw .invalid("attribute mode is \(name); constant, reflect, edge and, from opset 19 on, wrap are possible")
    }
    return mode
  }

  /// The fill value as the bytes of one element: 0, or the attribute of old opsets.
  private func constant(_ call: OperatorCall, _ type: ElementType) throws(OperatorError) -> UInt64 {
    if call.op.name == "Pad", call.op.opset >= 11 {
      guard let given = call.input(2)?.type else { return 0 }
      guard given.elementType == type, given.shape.count == 1 else {
        throw .invalid("the constant must be one \(type.rawValue)")
      }
      return 0
    }
    guard call.op.name == "Pad", let value = try call.float("value") else { return 0 }
    guard let bytes = type.bytes(of: value) else {
      throw .unsupported("attribute value for \(type.rawValue) is not supported")
    }
    return bytes
  }

  /// Elements to add before and after each dimension; negative ones are removed. Bounded so that sums do not overflow.
  private func pads(_ call: OperatorCall) throws(OperatorError) -> [(before: Int, after: Int)] {
    let shape = try call.shape(0)
    var pads = [(before: Int, after: Int)](repeating: (0, 0), count: shape.rank)
    if call.op.name == "CenterCropPad" {
      let wanted = try call.integerList(1)
      let axes = try call.axes(try call.ints("axes") ?? Array(shape.dims.indices), rank: shape.rank)
      guard wanted.count == axes.count else { throw .invalid("there are \(wanted.count) extents, \(axes.count) axes") }
      for (axis, extent) in zip(axes, try call.shape(checking: wanted).dims) {
        let difference = extent - shape[axis]
        // The smaller half comes first, also where elements are removed.
        pads[axis] = (difference / 2, difference - difference / 2)
      }
      return pads
    }
    guard let list = try call.list("pads", orInput: 1, from: 11) else { throw .invalid("the pads are missing") }
    var axes = Array(shape.dims.indices)
    if call.op.opset >= 18, call.input(3) != nil { axes = try call.axes(try call.integerList(3), rank: shape.rank) }
    guard list.count == 2 * axes.count else { throw .invalid("there are \(list.count) pads for \(axes.count) axes") }
    for (index, axis) in axes.enumerated() {
      let (before, after) = (list[index], list[index + axes.count])
      guard before.magnitude < 1 << 60, after.magnitude < 1 << 60 else {
        throw .invalid("the pads \(before) and \(after) are too large")
      }
      // A crop from one side may not go beyond the other, even where the other side is padded.
      guard shape[axis] + min(before, 0) + min(after, 0) >= 0 else {
        throw .invalid("the pads \(before) and \(after) remove more than the extent \(shape[axis])")
      }
      pads[axis] = (before, after)
    }
    return pads
  }
}
