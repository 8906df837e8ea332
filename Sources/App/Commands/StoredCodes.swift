import Conversions
import NumericFormats
import Tensors

extension ElementFormat {
  /// The type as which files hold the codes: NumPy's own where it has one.
  var storedType: ElementType {
    switch self {
    case .float(.fp32): .float32
    case .float(.fp16): .float16
    case .signed, .fixedPoint: bitCount <= 8 ? .int8 : .int16
    case .float, .unsigned: [1: .uint8, 2: .uint16][storedByteCount] ?? .uint32
    }
  }

  /// The types as which codes are read.
  var storedTypes: [ElementType] {
    let bits: ElementType = [1: .uint8, 2: .uint16][storedByteCount] ?? .uint32
    let own: [ElementType] = self == .float(.bf16) ? [.bfloat16] : []
    return storedType == bits ? [bits] + own : [storedType, bits]
  }

  /// Signed integers of fewer than 8 bits as whole bytes of the same value, in place.
  func extendSigns(_ codes: UnsafeMutableRawBufferPointer) {
    guard case .signed(let bits, _) = self, bits < 8 else { return }
    let sign = UInt8(1) << (bits - 1)
    for index in codes.indices { codes[index] = (codes[index] ^ sign) &- sign }
  }

  /// The codes of a file, without the signs that ``extendSigns(_:)`` adds.
  ///
  /// - Throws: ``CommandFailure`` where one has more bits than the format.
  func codes(of tensor: Tensor, path: String) throws -> Tensor {
    guard storedByteCount == 1, bitCount < 8 else {
      // TF32 alone has fewer bits than its type otherwise.
      if storedByteCount == 4, bitCount < 32 {
        try require(tensor.elements(as: UInt32.self).firstIndex { $0 >> UInt32(bitCount) != 0 }, tensor, path)
      }
      return tensor
    }
    let mask = UInt8(1) << bitCount - 1
    if tensor.elementType == .int8 {
      let bound = 1 << (bitCount - 1)
      try require(tensor.elements(as: Int8.self).firstIndex { !(-bound..<bound).contains(Int($0)) }, tensor, path)
      return try Tensor(TensorType(.uint8, tensor.shape)) { destination in
        for (index, code) in tensor.bytes.enumerated() { destination[index] = code & mask }
      }
    }
    try require(tensor.bytes.firstIndex { $0 > mask }, tensor, path)
    return tensor
  }

  private func require(_ tooLarge: Int?, _ tensor: Tensor, _ path: String) throws(CommandFailure) {
    guard let tooLarge else { return }
    throw CommandFailure(
      "The file \(path) has a code at element \(tooLarge) that does not fit the \(bitCount) bits of \(name).",
      exitCode: 65)
  }
}

extension Shape {
  /// The extents of the scales of blocks along the last dimension.
  func inBlocks(of size: Int) -> Shape {
    guard let depth = dims.last else { return self }
    return Shape(dims.dropLast() + [depth == 0 ? 0 : (depth - 1) / size + 1])
  }
}
