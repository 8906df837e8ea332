import Tensors

/// Copies of a tensor's contents. Pointers into a tensor are valid only while somebody holds it, which the last use of
/// a local variable does not ensure; these methods do.
extension Tensor {
  /// The elements as values of a type of the same size.
  func copied<Element: BitwiseCopyable>(as type: Element.Type) -> [Element] {
    withExtendedLifetime(self) { Array(elements(as: type)) }
  }

  /// The memory's bytes.
  func copiedBytes() -> [UInt8] { withExtendedLifetime(self) { Array(bytes) } }

  /// A tensor of another type whose memory is a part of this one's.
  func part(_ range: Range<Int>, as type: TensorType) throws -> Tensor {
    try withExtendedLifetime(self) {
      try Tensor(type) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range])) }
    }
  }
}
