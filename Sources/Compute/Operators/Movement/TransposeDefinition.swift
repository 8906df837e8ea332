import ModelGraph
import Tensors

/// Transpose: the dimensions in another order; by default reversed.
struct TransposeDefinition: OperatorDefinition {
  let names = ["Transpose"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    return [TensorType(input.elementType, Shape(try order(call).map { input.shape.dims[$0] }))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let strides = try call.shape(0).strides
    return StridedCopy(
      elementBytes: type.elementType.byteCount, extents: type.shape.dims,
      sourceStrides: try order(call).map { strides[$0] }, destinationStrides: type.shape.strides
    ).computation(from: try call.memory(0), to: outputs[0])
  }

  /// For each dimension of the output, the input's.
  private func order(_ call: OperatorCall) throws(OperatorError) -> [Int] {
    let rank = try call.shape(0).rank
    guard let order = try call.ints("perm") else { return (0..<rank).reversed() }
    guard order.count == rank else { throw .invalid("perm has \(order.count) entries for \(rank) dimensions") }
    return try call.axes(order, rank: rank)
  }
}
