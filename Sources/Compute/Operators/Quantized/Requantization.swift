import CKernels
import Tensors

/// What turns integer sums into u8 or s8.
struct Requantization {
  /// The scale of the result.
  let scale: UnsafePointer<Float>
  /// The zero point of the result, and with it the type.
  let zero: UnsafePointer<UInt8>
  let isSigned: Bool
  let level: ckernels_isa

  init(_ call: OperatorCall, scale: Int, zero: Int) throws(OperatorError) {
    self.scale = try call.memory(scale, as: Float.self)
    self.zero = try call.memory(zero, as: UInt8.self)
    isSigned = try call.required(zero).type.elementType == .int8
    level = call.resources.level
  }

  /// Converts consecutive sums whose second operand's scales are `step` apart.
  func callAsFunction(
    _ sums: UnsafePointer<Int32>, count: Int, bias: Int32, first: Float, second: UnsafePointer<Float>, step: Int,
    into result: UnsafeMutablePointer<UInt8>
  ) {
    if isSigned {
      result.withMemoryRebound(to: Int8.self, capacity: count) {
        ckernels_requantize_s8(
          level, sums, count, bias, first, second, step, scale.pointee, Int8(bitPattern: zero.pointee), $0)
      }
    } else {
      ckernels_requantize_u8(level, sums, count, bias, first, second, step, scale.pointee, zero.pointee, result)
    }
  }

  /// Checks that scale and zero point of the result are single values, and returns the result's type.
  static func type(_ call: OperatorCall, scale: Int, zero: Int) throws(OperatorError) -> ElementType {
    _ = try call.elementType(of: [scale], among: [.float32])
    guard try call.shape(scale).count == 1 else { throw .unsupported("a result with several scales") }
    guard try call.shape(zero).count == 1 else { throw .unsupported("a result with several zero points") }
    return try call.elementType(of: [zero], among: [.uint8, .int8])
  }
}
