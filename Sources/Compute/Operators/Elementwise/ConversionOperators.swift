import CKernels
import ModelGraph
import Tensors

/// Cast, CastLike and Identity, of every element type.
struct ConversionOperators: OperatorDefinition {
  var names: [String] { ["Cast", "CastLike", "Identity"] }

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    switch call.op.name {
    case "Cast":
      guard let type = try call.elementType("to") else { throw .invalid("attribute to is missing") }
      return [TensorType(type, input.shape)]
    case "CastLike": return [TensorType(try call.required(1).type.elementType, input.shape)]
    default: return [input]
    }
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let input = try call.required(0)
    let from = input.type.elementType
    let map =
      from == type.elementType
      ? ckernels_copy_map(from.byteCount) : ckernels_cast_map(from.kernel, type.elementType.kernel)
    let plan = MapPlan(
      try call.function(map, from), [try input.source()], shape: type.shape,
      elementBytes: type.elementType.byteCount, result: outputs[0])
    return Computation([plan], faults: call.resources.faults)
  }
}
