import Tensors

extension ElementType {
  /// Calls a generic function with the Swift type of the elements; refuses bool and the 16-bit floats.
  func withNumber<Result>(
    _ body: (any WrappingNumber.Type) throws(OperatorError) -> Result
  ) throws(OperatorError) -> Result {
    switch self {
    case .float32: try body(Float.self)
    case .float64: try body(Double.self)
    case .int8: try body(Int8.self)
    case .int16: try body(Int16.self)
    case .int32: try body(Int32.self)
    case .int64: try body(Int64.self)
    case .uint8: try body(UInt8.self)
    case .uint16: try body(UInt16.self)
    case .uint32: try body(UInt32.self)
    case .uint64: try body(UInt64.self)
    case .bool, .float16, .bfloat16: throw .unsupported("arithmetic on \(rawValue) is not supported")
    }
  }

  /// The unsigned integer of the elements' size, for moving them.
  var word: any (FixedWidthInteger & UnsignedInteger & BitwiseCopyable).Type {
    switch byteCount {
    case 1: UInt8.self
    case 2: UInt16.self
    case 4: UInt32.self
    default: UInt64.self
    }
  }
}
