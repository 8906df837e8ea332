import ModelGraph
import Tensors

/// Flatten: a matrix whose rows are the dimensions before an axis, and whose columns are the others.
struct FlattenDefinition: OperatorDefinition {
  let names = ["Flatten"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    let axis = try call.int("axis") ?? 1
    let rank = input.shape.rank
    guard axis <= rank, axis >= (call.op.opset >= 11 ? -rank : 0) else {
      throw .invalid("axis \(axis) lies outside the \(rank) dimensions")
    }
    let split = axis < 0 ? axis + rank : axis
    let dims = [input.shape.dims[..<split].reduce(1, *), input.shape.dims[split...].reduce(1, *)]
    return [TensorType(input.elementType, try call.shape(checking: dims))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    try call.denseCopy(to: outputs)
  }
}
