import ModelGraph
import Tensors

/// Resize and its predecessor Upsample: nearest-neighbour, linear or cubic resampling along any dimensions.
///
/// Nearest-neighbour resampling is for all element types, interpolation for FP32 and FP64. Where the standard's text
/// and its reference implementation differ (align_corners with fractional scales), this follows the text, as ONNX
/// Runtime does.
struct ResizeDefinition: OperatorDefinition {
  let names = ["Resize", "Upsample"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.required(0).type.elementType
    let method = try ResizeMethod(call)
    guard method.mode == .nearest || type == .float32 || type == .float64 else {
      throw .unsupported("interpolation of \(type.rawValue) is not supported")
    }
    guard type.bytes(of: method.extrapolation) != nil else {
      throw .unsupported("an extrapolation value for \(type.rawValue) is not supported")
    }
    let axes = try ResizeAxis.axes(call, method)
    let shape = try call.shape(checking: axes.map(\.output))
    if method.mode != .nearest, shape.count > 0 {
      for axis in axes where !axis.isWhole { _ = try method.width(axis) }
    }
    return [TensorType(type, shape)]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let output = try outputTypes(call)[0]
    let shape = try call.shape(0)
    let method = try ResizeMethod(call)
    let axes = try ResizeAxis.axes(call, method)
    let (source, destination) = (try call.memory(0), outputs[0])
    guard output.shape.count > 0 else { return Computation(isDivisible: true) { _ in } }
    guard shape.count > 0 else { throw .invalid("an input of \(shape) cannot be resized to \(output.shape)") }
    if method.mode == .nearest {
      var indexed: [IndexedCopy.Axis] = []
      for axis in axes { indexed.append(axis.isWhole ? .whole : .positions(try method.nearest(axis))) }
      let copy = IndexedCopy(elementBytes: output.elementType.byteCount, shape: shape, axes: indexed)
      let fill = output.elementType.bytes(of: method.extrapolation) ?? 0
      return Computation(isDivisible: true, heldBytes: copy.heldBytes) { share in
        withUnsafeBytes(of: fill) {
          if let fill = $0.baseAddress { copy.run(share, from: source, to: destination, fill: fill) }
        }
      }
    }
    var taps: [SeparableResampling.Axis] = []
    for axis in axes { taps.append(axis.isWhole ? .whole : try method.taps(axis)) }
    guard let plan = SeparableResampling(shape: shape, axes: taps) else {
      throw .unsupported("so many dimensions cannot be resized")
    }
    let extrapolation = method.extrapolation
    if output.elementType == .float32 {
      let (from, to) = (source.assumingMemoryBound(to: Float.self), destination.assumingMemoryBound(to: Float.self))
      return Computation(isDivisible: true, heldBytes: plan.heldBytes) { share in
        plan.run(share, from: from, to: to, extrapolation: extrapolation)
      }
    }
    let (from, to) = (source.assumingMemoryBound(to: Double.self), destination.assumingMemoryBound(to: Double.self))
    return Computation(isDivisible: true, heldBytes: plan.heldBytes) { share in
      plan.run(share, from: from, to: to, extrapolation: Double(extrapolation))
    }
  }
}
