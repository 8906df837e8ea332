import ModelGraph
import Tensors

/// Expand and Tile: repeats a tensor along dimensions.
///
/// Expand broadcasts the input and a shape with each other; Tile repeats whole dimensions one after the other.
struct ExpandDefinition: OperatorDefinition {
  let names = ["Expand", "Tile"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    let list = try call.integerList(1)
    if call.op.name == "Expand" {
      let wanted = try call.shape(checking: list)
      guard let shape = input.shape.broadcast(with: wanted) else {
        throw .invalid("\(input.shape.words) and \(wanted.words) do not broadcast to a valid shape")
      }
      return [TensorType(input.elementType, shape)]
    }
    guard list.count == input.shape.rank else {
      throw .invalid("there are \(list.count) repeats for \(input.shape.rank) dimensions")
    }
    var dims: [Int] = []
    for (extent, repeats) in zip(input.shape.dims, list) {
      let (product, overflow) = extent.multipliedReportingOverflow(by: repeats)
      guard repeats >= 0, !overflow else { throw .invalid("\(repeats) repeats of the extent \(extent)") }
      dims.append(product)
    }
    return [TensorType(input.elementType, try call.shape(checking: dims))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let input = try call.required(0).type
    let output = try outputTypes(call)[0]
    let source = try call.memory(0)
    guard output.shape.count > 0 else { return Computation(isDivisible: true) { _ in } }
    let strides = input.shape.strides
    let outer = output.shape.rank - input.shape.rank
    // Each dimension as two: repeats (stride 0) of the input's extent.
    var extents: [Int] = []
    var sources: [Int] = []
    for (index, extent) in output.shape.dims.enumerated() {
      let own = index < outer ? 1 : input.shape[index - outer]
      extents += [extent / own, own]
      sources += [0, index < outer ? 0 : strides[index - outer]]
    }
    return StridedCopy(
      elementBytes: input.elementType.byteCount, extents: extents, sourceStrides: sources,
      destinationStrides: Shape(extents).strides
    ).computation(from: source, to: outputs[0])
  }
}
