import CKernels
import ModelGraph
import Tensors

/// `GlobalAveragePool`, `GlobalMaxPool` and `GlobalLpPool`: one result of each plane of images (n, c, spatial).
struct GlobalPoolDefinition: OperatorDefinition {
  let names = ["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0], among: [.float32, .float64])
    try call.expectOutputs(atMost: 1)
    _ = try call.normExponent()
    let image = try call.shape(0)
    guard image.rank >= 2 else { throw .invalid("it pools an input of \(image.rank) dimensions") }
    return [TensorType(type, Shape(image.dims.prefix(2) + image.dims.dropFirst(2).map { _ in 1 }))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let p = try call.normExponent()
    let isDouble = try call.required(0).type.elementType == .float64
    switch (call.op.name, isDouble) {
    case ("GlobalAveragePool", false): return try pool(call, outputs[0], ckernels_plane_mean_f32)
    case ("GlobalAveragePool", true): return try pool(call, outputs[0], ckernels_plane_mean_f64)
    case ("GlobalMaxPool", false): return try pool(call, outputs[0], ckernels_plane_max_f32)
    case ("GlobalMaxPool", true): return try pool(call, outputs[0], ckernels_plane_max_f64)
    case (_, false): return try pool(call, outputs[0]) { ckernels_plane_norm_f32($0, $1, p, $2) }
    default: return try pool(call, outputs[0]) { ckernels_plane_norm_f64($0, $1, p, $2) }
    }
  }

  private typealias Kernel<Element> = (UnsafePointer<Element>?, Int, UnsafeMutablePointer<Element>?) -> Void

  private func pool<Element>(
    _ call: OperatorCall, _ output: UnsafeMutableRawPointer, _ kernel: @escaping Kernel<Element>
  ) throws(OperatorError) -> Computation {
    let (x, y) = (try call.memory(0, as: Element.self), output.assumingMemoryBound(to: Element.self))
    let image = try call.shape(0)
    let (planes, size) = (image[0] * image[1], image.dims.dropFirst(2).reduce(1, *))
    return Computation(isDivisible: true) { share in
      for plane in share.range(of: planes) { kernel(x + plane * size, size, y + plane) }
    }
  }
}
