import ModelGraph
import Tensors

/// Concat: several tensors one after the other along an axis.
struct ConcatDefinition: OperatorDefinition {
  let names = ["Concat"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let first = try call.required(0).type
    let axis = try axis(call)
    var dims = first.shape.dims
    for position in call.inputs.indices.dropFirst() {
      let next = try call.required(position).type
      guard next.elementType == first.elementType else {
        throw .invalid("input \(position) holds \(next.elementType.rawValue), input 0 \(first.elementType.rawValue)")
      }
      guard next.shape.rank == first.shape.rank,
        next.shape.dims.indices.allSatisfy({ $0 == axis || next.shape[$0] == first.shape[$0] })
      else { throw .invalid("inputs of \(first.shape) and \(next.shape) do not join along axis \(axis)") }
      let (extent, overflow) = dims[axis].addingReportingOverflow(next.shape[axis])
      guard !overflow else { throw .invalid("the extents along axis \(axis) are too large") }
      dims[axis] = extent
    }
    return [TensorType(first.elementType, try call.shape(checking: dims))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let output = try outputTypes(call)[0]
    let axis = try axis(call)
    let strides = output.shape.strides
    var copies: [(StridedCopy, UnsafeRawPointer)] = []
    var start = 0
    for position in call.inputs.indices {
      let shape = try call.shape(position)
      let copy = StridedCopy(
        elementBytes: output.elementType.byteCount, extents: shape.dims, sourceStrides: shape.strides,
        destinationStrides: strides, destinationOffset: start * strides[axis])
      if shape.count > 0 { copies.append((copy, try call.memory(position))) }
      start += shape[axis]
    }
    let destination = outputs[0]
    return Computation(isDivisible: true) { share in
      for index in 0..<copies.count { copies[index].0.run(share, from: copies[index].1, to: destination) }
    }
  }

  private func axis(_ call: OperatorCall) throws(OperatorError) -> Int {
    guard let axis = try call.int("axis") else { throw .invalid("the attribute axis is missing") }
    return try call.axis(axis, rank: try call.shape(0).rank)
  }
}
