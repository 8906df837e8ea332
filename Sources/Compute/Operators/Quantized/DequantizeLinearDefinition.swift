import CKernels
import ModelGraph
import Tensors

/// `DequantizeLinear`: (x - zero point) * scale.
struct DequantizeLinearDefinition: OperatorDefinition {
  let names = ["DequantizeLinear"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    _ = try call.elementType(of: [0, 2], among: [.int8, .uint8, .int16, .uint16, .int32])
    _ = try call.elementType(of: [1], among: [.float32])
    try call.expectOutputs(atMost: 1)
    // FP16 (10) and BF16 (16) are widened wherever they come from.
    let code = try call.int("output_dtype") ?? 0
    guard [0, 1, 10, 16].contains(code) else { throw .unsupported("dequantisation to the ONNX type \(code)") }
    _ = try QuantizationLayout(call)
    return [TensorType(.float32, try call.shape(0))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    switch try call.required(0).type.elementType {
    case .uint8: return try dequantization(call, outputs[0], ckernels_dequantize_u8)
    case .int8: return try dequantization(call, outputs[0], ckernels_dequantize_s8)
    case .uint16: return try dequantization(call, outputs[0], ckernels_dequantize_u16)
    case .int16: return try dequantization(call, outputs[0], ckernels_dequantize_s16)
    default: return try dequantization(call, outputs[0], ckernels_dequantize_s32)
    }
  }

  private typealias Kernel<Source> = (
    ckernels_isa, UnsafePointer<Source>?, Int, UnsafePointer<Float>?, UnsafePointer<Source>?, Int,
    UnsafeMutablePointer<Float>?
  ) -> Void

  private func dequantization<Source>(
    _ call: OperatorCall, _ output: UnsafeMutableRawPointer, _ kernel: @escaping Kernel<Source>
  ) throws(OperatorError) -> Computation {
    let layout = try QuantizationLayout(call)
    let (x, y) = (try call.memory(0, as: Source.self), output.assumingMemoryBound(to: Float.self))
    let (scale, zero) = (try call.memory(1, as: Float.self), call.optionalMemory(2, as: Source.self))
    let level = call.resources.level
    return Computation(isDivisible: true) { share in
      for index in share.range(of: layout.runs) {
        let run = layout.run(index)
        kernel(
          level, x + run.offset, run.count, scale + run.scale, zero.map { $0 + run.scale }, run.step, y + run.offset)
      }
    }
  }
}
