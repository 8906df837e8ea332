import ModelGraph
import Tensors

/// Slice: every step-th index from a start to an end along some axes, as NumPy slices.
///
/// Starts, ends and axes are attributes before opset 10, and inputs, with steps, from then on.
struct SliceDefinition: OperatorDefinition {
  let names = ["Slice"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    return [TensorType(input.elementType, try call.shape(checking: try ranges(call).map(\.count)))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let input = try call.required(0).type
    let ranges = try ranges(call)
    let strides = input.shape.strides
    let shape = Shape(ranges.map(\.count))
    let source = try call.memory(0)
    guard shape.count > 0 else { return Computation(isDivisible: true) { _ in } }
    return StridedCopy(
      elementBytes: input.elementType.byteCount, extents: shape.dims,
      sourceStrides: zip(ranges, strides).map { $0.count > 1 ? $0.step * $1 : 0 },
      sourceOffset: zip(ranges, strides).reduce(0) { $0 + $1.0.start * $1.1 }, destinationStrides: shape.strides
    ).computation(from: source, to: outputs[0])
  }

  /// The indices taken along one axis.
  private struct IndexRange {
    var start: Int
    var step = 1
    var count: Int
  }

  private func ranges(_ call: OperatorCall) throws(OperatorError) -> [IndexRange] {
    let shape = try call.shape(0)
    let usesInputs = call.op.opset >= 10
    guard let starts = try call.list("starts", orInput: 1, from: 10),
      let ends = try call.list("ends", orInput: 2, from: 10)
    else { throw .invalid("starts or ends are missing") }
    guard starts.count == ends.count else { throw .invalid("there are \(starts.count) starts, \(ends.count) ends") }
    let axes = try call.axes(try call.list("axes", orInput: 3, from: 10) ?? Array(starts.indices), rank: shape.rank)
    let steps = usesInputs && call.input(4) != nil ? try call.integerList(4) : starts.map { _ in 1 }
    guard axes.count == starts.count, steps.count == starts.count else {
      throw .invalid("there are \(starts.count) starts, \(axes.count) axes, \(steps.count) steps")
    }
    var ranges = shape.dims.map { IndexRange(start: 0, count: $0) }
    for (index, axis) in axes.enumerated() {
      guard steps[index] != 0 else { throw .invalid("a step is 0") }
      ranges[axis] = range(start: starts[index], end: ends[index], step: steps[index], extent: shape[axis])
    }
    return ranges
  }

  /// The indices from `start` to `end`, which may count from the end and lie far outside.
  private func range(start: Int, end: Int, step: Int, extent: Int) -> IndexRange {
    // Adding an extent to a negative number does not overflow.
    let (from, to) = (start < 0 ? start + extent : start, end < 0 ? end + extent : end)
    let isForward = step > 0
    let first = isForward ? min(max(from, 0), extent) : min(max(from, 0), extent - 1)
    let stop = isForward ? min(max(to, 0), extent) : min(max(to, -1), extent - 1)
    let span = isForward ? stop - first : first - stop
    guard extent > 0, span > 0 else { return IndexRange(start: 0, count: 0) }
    return IndexRange(start: first, step: step, count: (span - 1) / Int(clamping: step.magnitude) + 1)
  }
}
