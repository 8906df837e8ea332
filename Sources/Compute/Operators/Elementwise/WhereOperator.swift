import CKernels
import Tensors

/// Where: elements of the second input where the first is true, else of the third; all broadcast.
struct WhereOperator: OperatorDefinition {
  var names: [String] { ["Where"] }

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let operands = [try call.required(0), try call.required(1), try call.required(2)]
    guard operands[0].type.elementType == .bool else { throw .invalid("its condition must hold bool elements") }
    return [TensorType(try call.commonType(Array(operands[1...])), try call.broadcastShape(operands))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let bytes = type.elementType.byteCount
    let sources = [try call.required(0).source(), try call.required(1).source(), try call.required(2).source()]
    let plan = MapPlan(
      try call.function(ckernels_where_map(bytes), type.elementType), sources, shape: type.shape, elementBytes: bytes,
      result: outputs[0])
    return Computation([plan], faults: call.resources.faults)
  }
}
