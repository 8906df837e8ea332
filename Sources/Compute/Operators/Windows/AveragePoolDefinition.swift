import CKernels
import ModelGraph
import Tensors

/// `AveragePool` and `LpPool`: a mean or a norm of each window.
struct AveragePoolDefinition: OperatorDefinition {
  let names = ["AveragePool", "LpPool"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0], among: [.float32, .float64])
    try call.expectOutputs(atMost: 1)
    _ = try call.normExponent()
    return [TensorType(type, try PoolShape(call).result)]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let p = try call.normExponent()
    let counts: Int32 = try call.isOn("count_include_pad") ? 1 : 0
    switch (call.op.name, try call.required(0).type.elementType) {
    case ("AveragePool", .float32):
      return try pool(call, outputs[0]) { ckernels_pool_average_f32($0, $1, $2, counts) }
    case ("AveragePool", _):
      return try pool(call, outputs[0]) { ckernels_pool_average_f64($0, $1, $2, counts) }
    case (_, .float32):
      return try pool(call, outputs[0]) { ckernels_pool_norm_f32($0, $1, $2, p) }
    default:
      return try pool(call, outputs[0]) { ckernels_pool_norm_f64($0, $1, $2, p) }
    }
  }

  private typealias Kernel<Element> = (
    UnsafePointer<ckernels_window>, UnsafePointer<Element>, UnsafeMutablePointer<Element>
  ) -> Void

  private func pool<Element>(
    _ call: OperatorCall, _ output: UnsafeMutableRawPointer, _ kernel: @escaping Kernel<Element>
  ) throws(OperatorError) -> Computation {
    let shape = try PoolShape(call)
    let (x, y) = (try call.memory(0, as: Element.self), output.assumingMemoryBound(to: Element.self))
    let window = shape.geometry.native
    return shape.computation { source, target in
      withUnsafePointer(to: window) { kernel($0, x + source, y + target) }
    }
  }
}

extension OperatorCall {
  /// The exponent of a p-norm by the attribute `p`, which is 2 where it is missing.
  func normExponent() throws(OperatorError) -> Double {
    let p = try int("p") ?? 2
    guard p >= 1 else { throw .invalid("p \(p) is not a norm") }
    return Double(p)
  }
}
