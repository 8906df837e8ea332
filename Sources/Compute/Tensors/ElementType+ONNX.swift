extension ElementType {
  /// The type that an ONNX file means by a number; nil where Assay has not got it.
  ///
  /// Source of the numbers: `TensorProto.DataType` of the ONNX specification.
  public init?(onnxDataType code: Int32) {
    guard let type = Self.allCases.first(where: { $0.onnxDataType == code }) else { return nil }
    self = type
  }

  /// The number by which ONNX files name the type.
  public var onnxDataType: Int32 {
    switch self {
    case .float32: 1
    case .uint8: 2
    case .int8: 3
    case .uint16: 4
    case .int16: 5
    case .int32: 6
    case .int64: 7
    case .bool: 9
    case .float16: 10
    case .float64: 11
    case .uint32: 12
    case .uint64: 13
    case .bfloat16: 16
    }
  }
}
