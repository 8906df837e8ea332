import CKernels
import ModelGraph
import Tensors

/// `QuantizeLinear`: saturate(round(x / scale) + zero point), ties to even.
struct QuantizeLinearDefinition: OperatorDefinition {
  let names = ["QuantizeLinear"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    _ = try call.elementType(of: [0], among: [.float32, .int32])
    _ = try call.elementType(of: [1], among: [.float32])
    try call.expectOutputs(atMost: 1)
    let precision = try call.int("precision") ?? 0
    guard precision == 0 || precision == 1 else { throw .unsupported("division in the ONNX type \(precision)") }
    _ = try QuantizationLayout(call)
    return [TensorType(try resultType(call), try call.shape(0))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let isInteger = try call.required(0).type.elementType == .int32
    switch (isInteger, try resultType(call)) {
    case (false, .uint8): return try quantization(call, outputs[0], ckernels_quantize_f32_u8)
    case (false, .int8): return try quantization(call, outputs[0], ckernels_quantize_f32_s8)
    case (false, .uint16): return try quantization(call, outputs[0], ckernels_quantize_f32_u16)
    case (false, _): return try quantization(call, outputs[0], ckernels_quantize_f32_s16)
    case (true, .uint8): return try quantization(call, outputs[0], ckernels_quantize_s32_u8)
    case (true, .int8): return try quantization(call, outputs[0], ckernels_quantize_s32_s8)
    case (true, .uint16): return try quantization(call, outputs[0], ckernels_quantize_s32_u16)
    case (true, _): return try quantization(call, outputs[0], ckernels_quantize_s32_s16)
    }
  }

  /// The zero point's type or, without one, that of `output_dtype`, else uint8.
  private func resultType(_ call: OperatorCall) throws(OperatorError) -> ElementType {
    // ONNX's TensorProto.DataType.
    let types: [Int: ElementType] = [2: .uint8, 3: .int8, 4: .uint16, 5: .int16]
    let code = try call.int("output_dtype") ?? 0
    guard code == 0 || types[code] != nil else { throw .unsupported("quantisation to the ONNX type \(code)") }
    guard let zero = call.input(2)?.type.elementType else { return types[code] ?? .uint8 }
    guard types.values.contains(zero) else { throw .unsupported("quantisation to \(zero.rawValue)") }
    guard code == 0 || types[code] == zero else {
      throw .invalid("output_dtype \(code) contradicts a zero point of type \(zero.rawValue)")
    }
    return zero
  }

  private typealias Kernel<Source, Result> = (
    ckernels_isa, UnsafePointer<Source>?, Int, UnsafePointer<Float>?, UnsafePointer<Result>?, Int,
    UnsafeMutablePointer<Result>?
  ) -> Void

  private func quantization<Source, Result>(
    _ call: OperatorCall, _ output: UnsafeMutableRawPointer, _ kernel: @escaping Kernel<Source, Result>
  ) throws(OperatorError) -> Computation {
    let layout = try QuantizationLayout(call)
    let (x, y) = (try call.memory(0, as: Source.self), output.assumingMemoryBound(to: Result.self))
    let (scale, zero) = (try call.memory(1, as: Float.self), call.optionalMemory(2, as: Result.self))
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
