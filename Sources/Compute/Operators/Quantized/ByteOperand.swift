import CKernels
import Tensors

/// An operand of u8 or s8 with its zero points.
struct ByteOperand {
  let bytes: UnsafePointer<UInt8>
  /// 0x80 for s8, so that every byte is unsigned.
  let flip: UInt8
  let zero: UnsafePointer<UInt8>?
  /// The number of zero points; 1 is one for all.
  let zeroCount: Int
  /// The greatest magnitude of an element less its zero point.
  let bound: Int

  /// Reads the operand at a position whose zero points are at another one.
  init(_ call: OperatorCall, _ position: Int, zero zeroPosition: Int) throws(OperatorError) {
    bytes = try call.memory(position, as: UInt8.self)
    let isSigned = try call.required(position).type.elementType == .int8
    flip = isSigned ? 0x80 : 0
    zero = call.optionalMemory(zeroPosition, as: UInt8.self)
    let zeroOperand = call.input(zeroPosition)
    zeroCount = zeroOperand?.type.shape.count ?? 1
    guard let zeroOperand, let zero else {
      bound = isSigned ? 128 : 255
      return
    }
    // Zero points that may change while the model runs can be any.
    guard zeroOperand.hasValue else {
      bound = 255
      return
    }
    let flip = flip
    bound = (0..<zeroCount).map { Int(zero[$0] ^ flip) }.map { max($0, 255 - $0) }.max() ?? 255
  }

  /// The code of elements whose zero points begin at an index and follow each other by `step`.
  func code(_ index: Int, step: Int) -> ckernels_byte_zero {
    ckernels_byte_zero(
      zero: zero.map { $0 + (zeroCount == 1 ? 0 : index) }, step: zeroCount == 1 ? 0 : step, flip: flip)
  }

  /// The code of elements that share the one zero point at `index`, by value.
  func fixedCode(_ index: Int) -> ckernels_byte_code {
    ckernels_byte_code(flip: flip, offset: Int32((zero?[zeroCount == 1 ? 0 : index] ?? 0) ^ flip))
  }
}
