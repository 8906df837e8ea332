import CKernels
import ModelGraph
import Tensors

/// `DynamicQuantizeLinear`: u8 with the scale and zero point that the values themselves ask for.
struct DynamicQuantizeLinearDefinition: OperatorDefinition {
  let names = ["DynamicQuantizeLinear"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    _ = try call.elementType(of: [0], among: [.float32])
    try call.expectOutputs(atMost: 3)
    return [TensorType(.uint8, try call.shape(0)), TensorType(.float32, []), TensorType(.uint8, [])]
      .prefix(call.outputCount).map { $0 }
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let (x, y) = (try call.memory(0, as: Float.self), outputs[0].assumingMemoryBound(to: UInt8.self))
    let scaleResult = outputs.count > 1 ? outputs[1].assumingMemoryBound(to: Float.self) : nil
    let zeroResult = outputs.count > 2 ? outputs[2].assumingMemoryBound(to: UInt8.self) : nil
    let count = try call.shape(0).count
    let (level, kernels) = (call.resources.level, ckernels_operators(call.resources.level))
    return Computation(isDivisible: true) { share in
      // Every share finds the range for itself: reading all values is cheaper than waiting for one another.
      var (least, greatest, scale): (Float, Float, Float) = (0, 0, 1)
      var zero: UInt8 = 0
      kernels?.pointee.min_max(x, count, &least, &greatest)
      ckernels_dynamic_scale(least, greatest, &scale, &zero)
      if share.index == 0 {
        scaleResult?.pointee = scale
        zeroResult?.pointee = zero
      }
      let range = share.range(of: count)
      ckernels_quantize_f32_u8(level, x + range.lowerBound, range.count, &scale, &zero, 0, y + range.lowerBound)
    }
  }
}
