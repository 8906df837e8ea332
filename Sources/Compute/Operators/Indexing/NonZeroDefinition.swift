import ModelGraph
import Tensors

/// NonZero: the coordinates of all elements that are not zero, one column each, in row-major order.
struct NonZeroDefinition: OperatorDefinition {
  let names = ["NonZero"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let operand = try call.required(0)
    guard operand.hasValue, let address = operand.address else { throw .needsValue(of: 0) }
    let (bytes, mask) = (operand.type.elementType.byteCount, mask(operand.type.elementType))
    var count = 0
    for index in 0..<operand.type.shape.count where isSet(address, index, bytes, mask) { count += 1 }
    return [TensorType(.int64, try call.shape(checking: [operand.type.shape.rank, count]))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try call.required(0).type
    let found = try outputTypes(call)[0].shape[1]
    let (bytes, mask) = (type.elementType.byteCount, mask(type.elementType))
    let (dims, count) = (type.shape.dims, type.shape.count)
    let source = try call.memory(0)
    let destination = outputs[0].assumingMemoryBound(to: Int64.self)
    return Computation(isDivisible: false) { _ in
      var column = 0
      for index in 0..<count where column < found && isSet(source, index, bytes, mask) {
        var rest = index
        for axis in dims.indices.reversed() {
          destination[axis * found + column] = Int64(rest % dims[axis])
          rest /= dims[axis]
        }
        column += 1
      }
    }
  }

  /// All bits but a float's sign: -0 is zero.
  private func mask(_ type: ElementType) -> UInt64 {
    switch type {
    case .float32: 0x7fff_ffff
    case .float64: 0x7fff_ffff_ffff_ffff
    case .float16, .bfloat16: 0x7fff
    default: .max
    }
  }

  @inline(__always)
  private func isSet(_ address: UnsafeRawPointer, _ index: Int, _ bytes: Int, _ mask: UInt64) -> Bool {
    switch bytes {
    case 1: address.load(fromByteOffset: index, as: UInt8.self) != 0
    case 2: UInt64(address.load(fromByteOffset: index &* 2, as: UInt16.self)) & mask != 0
    case 4: UInt64(address.load(fromByteOffset: index &* 4, as: UInt32.self)) & mask != 0
    default: address.load(fromByteOffset: index &* 8, as: UInt64.self) & mask != 0
    }
  }
}
