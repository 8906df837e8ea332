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
      guard let code = try call.int("to") else { throw .invalid("attribute to is missing") }
      guard let type = Self.types[code] else { throw .unsupported("a cast to ONNX type \(code) is not supported") }
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

  /// TensorProto.DataType's numbers.
  private static let types: [Int: ElementType] = [
    1: .float32, 2: .uint8, 3: .int8, 4: .uint16, 5: .int16, 6: .int32, 7: .int64, 9: .bool, 10: .float16,
    11: .float64, 12: .uint32, 13: .uint64, 16: .bfloat16,
  ]
}
