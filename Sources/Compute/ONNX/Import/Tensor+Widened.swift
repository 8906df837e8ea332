import Tensors

extension ElementType {
  /// Whether this is a floating-point type of 16 bits, which exists only at a graph's inputs and outputs.
  var isNarrow: Bool { self == .float16 || self == .bfloat16 }
}

extension TensorType {
  /// The type that holds the same values inside a graph: FP32 for floats of 16 bits.
  var widened: TensorType { elementType.isNarrow ? TensorType(.float32, shape) : self }
}

extension Tensor {
  /// The same values in FP32 where they are floats of 16 bits; exact.
  func widened() throws -> Tensor {
    guard elementType.isNarrow else { return self }
    let isBrain = elementType == .bfloat16
    return try Tensor(type.widened) { destination in
      let values = destination.bindMemory(to: Float.self)
      let bits = elements(as: UInt16.self)
      for index in 0..<bits.count {
        // FP16 through the hardware's or the compiler's conversion; BF16 is the upper half of an FP32.
        values[index] =
          isBrain ? Float(bitPattern: UInt32(bits[index]) << 16) : Float(Float16(bitPattern: bits[index]))
      }
    }
  }
}
