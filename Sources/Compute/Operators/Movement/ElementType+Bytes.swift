import Tensors

extension ElementType {
  /// The bytes of a number as an element of this type, little-endian; nil where the conversion is not supported.
  func bytes(of value: Float) -> UInt64? {
    switch self {
    case .float32: UInt64(value.bitPattern)
    case .float64: Double(value).bitPattern
    default: value == 0 ? 0 : nil
    }
  }
}
