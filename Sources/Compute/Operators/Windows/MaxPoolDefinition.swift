import CKernels
import ModelGraph
import Tensors

/// `MaxPool`: the greatest element of each window and, as second output, where it is.
struct MaxPoolDefinition: OperatorDefinition {
  let names = ["MaxPool"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0], among: [.float32, .float64, .int8, .uint8])
    try call.expectOutputs(atMost: 2)
    let shape = try PoolShape(call).result
    return [TensorType(type, shape), TensorType(.int64, shape)].prefix(call.outputCount).map { $0 }
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    switch try call.required(0).type.elementType {
    case .float32: return try pool(call, outputs, ckernels_pool_max_f32)
    case .float64: return try pool(call, outputs, ckernels_pool_max_f64)
    case .int8: return try pool(call, outputs, ckernels_pool_max_s8)
    default: return try pool(call, outputs, ckernels_pool_max_u8)
    }
  }

  private typealias Kernel<Element> = (
    UnsafePointer<ckernels_window>?, UnsafePointer<Element>?, UnsafeMutablePointer<Element>?,
    UnsafeMutablePointer<Int64>?, Int64, Int32
  ) -> Void

  private func pool<Element>(
    _ call: OperatorCall, _ outputs: [UnsafeMutableRawPointer], _ kernel: @escaping Kernel<Element>
  ) throws(OperatorError) -> Computation {
    let shape = try PoolShape(call)
    let x = try call.memory(0, as: Element.self)
    let y = outputs[0].assumingMemoryBound(to: Element.self)
    let indices = outputs.count > 1 ? outputs[1].assumingMemoryBound(to: Int64.self) : nil
    let order: Int32 = try call.isOn("storage_order") ? 1 : 0
    let window = shape.geometry.native
    return shape.computation { source, target in
      withUnsafePointer(to: window) {
        kernel($0, x + source, y + target, indices.map { $0 + target }, Int64(source), order)
      }
    }
  }
}
