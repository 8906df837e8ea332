import ModelGraph
import Tensors

/// Split: parts of a tensor along an axis, as several outputs.
///
/// The parts' extents are an attribute before opset 13, and an input from then on. From opset 18 on, the model says
/// `num_outputs` for equal parts, of which the last may be smaller.
struct SplitDefinition: OperatorDefinition {
  let names = ["Split"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    let axis = try axis(call)
    var dims = input.shape.dims
    var types: [TensorType] = []
    for extent in try extents(call) {
      dims[axis] = extent
      types.append(TensorType(input.elementType, try call.shape(checking: dims)))
    }
    return types
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let axis = try axis(call)
    let strides = try call.shape(0).strides
    let source = try call.memory(0)
    var copies: [(StridedCopy, UnsafeMutableRawPointer)] = []
    var start = 0
    for (type, output) in zip(try outputTypes(call), outputs) {
      let copy = StridedCopy(
        elementBytes: type.elementType.byteCount, extents: type.shape.dims, sourceStrides: strides,
        sourceOffset: start * strides[axis], destinationStrides: type.shape.strides)
      if type.shape.count > 0 { copies.append((copy, output)) }
      start += type.shape[axis]
    }
    return Computation(isDivisible: true) { share in
      for index in 0..<copies.count { copies[index].0.run(share, from: source, to: copies[index].1) }
    }
  }

  private func axis(_ call: OperatorCall) throws(OperatorError) -> Int {
    try call.axis(try call.int("axis") ?? 0, rank: try call.shape(0).rank)
  }

  /// The extent of each part along the axis.
  private func extents(_ call: OperatorCall) throws(OperatorError) -> [Int] {
    let whole = try call.shape(0)[axis(call)]
    if let extents = try call.list("split", orInput: 1, from: 13) {
      guard extents.count == call.outputCount else {
        throw .invalid("split names \(extents.count) parts for \(call.outputCount) outputs")
      }
      // Summed so that nothing overflows: what is left never becomes negative.
      var rest = whole
      for extent in extents {
        guard extent >= 0, extent <= rest else { throw .invalid("the parts do not fit the extent \(whole)") }
        rest -= extent
      }
      guard rest == 0 else { throw .invalid("the parts leave \(rest) of the extent \(whole)") }
      return extents
    }
    let count = call.outputCount
    guard count > 0 else { throw .invalid("no outputs are named") }
    guard call.op.opset >= 18 else {
      guard whole % count == 0 else { throw .invalid("the extent \(whole) does not divide into \(count) equal parts") }
      return [Int](repeating: whole / count, count: count)
    }
    guard let named = try call.int("num_outputs") else { throw .invalid("neither split nor num_outputs is given") }
    guard named == count else { throw .invalid("num_outputs is \(named) for \(count) outputs") }
    let part = whole / count + (whole % count == 0 ? 0 : 1)
    guard part * (count - 1) <= whole else { throw .invalid("the extent \(whole) is too small for \(count) parts") }
    return [Int](repeating: part, count: count - 1) + [whole - part * (count - 1)]
  }
}
