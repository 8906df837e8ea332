import CKernels
import ModelGraph
import Tensors

/// Sum, Mean, Min and Max of any number of broadcast inputs: pairs, one after the other.
struct VariadicOperators: OperatorDefinition {
  var names: [String] { ["Max", "Mean", "Min", "Sum"] }

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let operands = try call.allInputs()
    let type = try call.commonType(operands)
    try call.check(type, in: call.op.name == "Mean" ? ElementTypes.floats : ElementTypes.numbers)
    return [TensorType(type, try call.broadcastShape(operands))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let (element, bytes) = (type.elementType, type.elementType.byteCount)
    let function: ckernels_binary =
      switch call.op.name {
      case "Max": CKERNELS_MAX
      case "Min": CKERNELS_MIN
      default: CKERNELS_ADD
      }
    let join = try call.function(ckernels_binary_map(function, element.kernel, call.resources.level), element)
    // What has been computed so far stands in the result.
    let partial = MapPlan.Source(shape: type.shape, elementBytes: bytes, address: UnsafeRawPointer(outputs[0]))
    let operands = try call.allInputs()
    var plans: [MapPlan] = []
    if operands.count == 1 {
      let copy = try call.function(ckernels_copy_map(bytes), element)
      plans.append(
        MapPlan(copy, [try operands[0].source()], shape: type.shape, elementBytes: bytes, result: outputs[0]))
    }
    for (index, operand) in operands.enumerated().dropFirst() {
      let left = index == 1 ? try operands[0].source() : partial
      plans.append(
        MapPlan(join, [left, try operand.source()], shape: type.shape, elementBytes: bytes, result: outputs[0]))
    }
    if call.op.name == "Mean" {
      let divide = try call.function(
        ckernels_unary_map(CKERNELS_DIVIDE_BY, element.kernel, call.resources.level, 0), element)
      plans.append(
        MapPlan(
          divide,
          arguments: ckernels_map_arguments(alpha: Double(operands.count), beta: 0, gamma: 0, exponent: CKERNELS_F32),
          [partial], shape: type.shape, elementBytes: bytes, result: outputs[0]))
    }
    return Computation(plans, faults: call.resources.faults)
  }
}
