import CKernels
import Tensors

/// Pow: the result has the base's element type; the exponent may have another.
struct PowOperator: OperatorDefinition {
  var names: [String] { ["Pow"] }

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let (base, exponent) = (try call.required(0), try call.required(1))
    try call.check(base.type.elementType, in: [.float32, .float64, .int32, .int64])
    try call.check(exponent.type.elementType, in: ElementTypes.numbers)
    return [TensorType(base.type.elementType, try call.broadcastShape([base, exponent]))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let (base, exponent) = (try call.required(0), try call.required(1))
    let map = try call.function(
      ckernels_binary_map(CKERNELS_POW, type.elementType.kernel, call.resources.level), type.elementType)
    var arguments = ckernels_map_arguments()
    arguments.exponent = exponent.type.elementType.kernel
    let plan = MapPlan(
      map, arguments: arguments, [try base.source(), try exponent.source()], shape: type.shape,
      elementBytes: type.elementType.byteCount, result: outputs[0])
    return Computation([plan], faults: call.resources.faults)
  }
}
