import CKernels
import ModelGraph
import Tensors

/// Dropout as inference has it: the input itself, and a mask that keeps everything.
///
/// Training is refused, but where the ratio of what is dropped is 0.
struct DropoutOperator: OperatorDefinition {
  var names: [String] { ["Dropout"] }

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    try call.check(input.elementType, in: ElementTypes.floats)
    if call.op.opset >= 12, let training = call.input(2) {
      guard training.type.elementType == .bool, training.type.shape.count == 1 else {
        throw .invalid("input 2 must be a scalar of bool")
      }
      guard training.hasValue, let address = training.address else { throw .needsValue(of: 2) }
      if address.load(as: UInt8.self) != 0, try call.floats(1) != [0] {
        throw .unsupported("Dropout in training mode is not supported")
      }
    }
    let mask = TensorType(call.op.opset < 10 ? input.elementType : .bool, input.shape)
    return Array([input, mask].prefix(max(1, call.outputCount)))
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let types = try outputTypes(call)
    let copy = try call.function(ckernels_copy_map(types[0].elementType.byteCount), types[0].elementType)
    var plans: [MapPlan] = []
    for (type, result) in zip(types, outputs) {
      let bytes = type.elementType.byteCount
      if plans.isEmpty {
        plans.append(
          MapPlan(copy, [try call.required(0).source()], shape: type.shape, elementBytes: bytes, result: result))
      } else {
        let one = One(type.elementType)
        let fill = try call.function(ckernels_copy_map(bytes), type.elementType)
        plans.append(
          MapPlan(
            fill, [.init(shape: [], elementBytes: bytes, address: UnsafeRawPointer(one.address))], shape: type.shape,
            elementBytes: bytes, result: result, owning: one))
      }
    }
    return Computation(plans, faults: call.resources.faults)
  }

  /// Memory of one element: 1, or true.
  private final class One {
    let address = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)

    init(_ type: ElementType) {
      switch type {
      case .float32: address.storeBytes(of: 1, as: Float.self)
      case .float64: address.storeBytes(of: 1, as: Double.self)
      default: address.storeBytes(of: 1, as: UInt8.self)
      }
    }

    deinit { address.deallocate() }
  }
}
