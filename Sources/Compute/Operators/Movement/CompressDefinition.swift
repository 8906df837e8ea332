import ModelGraph
import Tensors

/// Compress: the slices along an axis, or without one the elements, whose condition is true.
struct CompressDefinition: OperatorDefinition {
  let names = ["Compress"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    let count = try selected(call).count
    guard let axis = try axis(call) else { return [TensorType(input.elementType, [count])] }
    var dims = input.shape.dims
    dims[axis] = count
    return [TensorType(input.elementType, try call.shape(checking: dims))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let input = try call.required(0).type
    let positions = try selected(call)
    let axis = try axis(call)
    let shape = axis == nil ? [input.shape.count] : input.shape
    let axes = shape.dims.indices.map { $0 == axis ?? 0 ? IndexedCopy.Axis.positions(positions) : .whole }
    let copy = IndexedCopy(elementBytes: input.elementType.byteCount, shape: shape, axes: axes)
    let (source, destination) = (try call.memory(0), outputs[0])
    return Computation(isDivisible: true, heldBytes: copy.heldBytes) { share in
      copy.run(share, from: source, to: destination, fill: source)
    }
  }

  private func axis(_ call: OperatorCall) throws(OperatorError) -> Int? {
    guard let axis = try call.int("axis") else { return nil }
    return try call.axis(axis, rank: try call.shape(0).rank)
  }

  /// The positions whose condition is true; conditions that are missing are false.
  private func selected(_ call: OperatorCall) throws(OperatorError) -> [Int] {
    let shape = try call.shape(0)
    let extent = try axis(call).map { shape[$0] } ?? shape.count
    let condition = try call.required(1)
    guard condition.type.elementType == .bool, condition.type.shape.rank == 1 else {
      throw .invalid("the condition must be a list of bool")
    }
    guard condition.hasValue, let address = condition.address else { throw .needsValue(of: 1) }
    var positions: [Int] = []
    for index in 0..<condition.type.shape.count where address.load(fromByteOffset: index, as: UInt8.self) != 0 {
      guard index < extent else { throw .invalid("the condition selects \(index) of \(extent)") }
      positions.append(index)
    }
    return positions
  }
}
