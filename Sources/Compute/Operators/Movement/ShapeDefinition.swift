import ModelGraph
import Tensors

/// Shape and Size: the input's extents, or the number of its elements; its values do not matter.
///
/// From opset 15 on, Shape may take the dimensions from a start to an end only.
struct ShapeDefinition: OperatorDefinition {
  let names = ["Shape", "Size"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    [TensorType(.int64, call.op.name == "Size" ? [] : [try extents(call).count])]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let values = call.op.name == "Size" ? [try call.shape(0).count] : Array(try extents(call))
    let destination = outputs[0]
    return Computation(isDivisible: false, heldBytes: values.count * 8) { _ in
      values.withUnsafeBytes {
        if let from = $0.baseAddress { destination.copyMemory(from: from, byteCount: $0.count) }
      }
    }
  }

  private func extents(_ call: OperatorCall) throws(OperatorError) -> ArraySlice<Int> {
    let shape = try call.shape(0)
    func position(_ name: String) throws(OperatorError) -> Int? {
      guard call.op.opset >= 15, let value = try call.int(name) else { return nil }
      return min(max(value < 0 ? value + shape.rank : value, 0), shape.rank)
    }
    let start = try position("start") ?? 0
    let end = try position("end") ?? shape.rank
    return shape.dims[start..<max(start, end)]
  }
}
