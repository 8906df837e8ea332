import Tensors

extension Tensor {
  /// A tensor of any element type from numbers, each converted as C does; NaN and infinities for floats only.
  static func of(_ type: ElementType, _ shape: Shape, _ values: [Double]) throws -> Tensor {
    switch type {
    case .float32: try Tensor(type, shape, values.map { Float($0) })
    case .float64: try Tensor(type, shape, values)
    case .float16: try Tensor(type, shape, values.map { Float16($0) })
    case .bfloat16: try Tensor(type, shape, values.map { bfloat16Bits(Float($0)) })
    case .int8: try Tensor(type, shape, values.map { Int8($0) })
    case .int16: try Tensor(type, shape, values.map { Int16($0) })
    case .int32: try Tensor(type, shape, values.map { Int32($0) })
    // No double is 2^63 - 1: what would be 2^63 stands for it.
    case .int64: try Tensor(type, shape, values.map { $0 >= 0x1p63 ? Int64.max : Int64($0) })
    case .uint8: try Tensor(type, shape, values.map { UInt8($0) })
    case .uint16: try Tensor(type, shape, values.map { UInt16($0) })
    case .uint32: try Tensor(type, shape, values.map { UInt32($0) })
    case .uint64: try Tensor(type, shape, values.map { UInt64($0) })
    case .bool: try Tensor(type, shape, values.map { UInt8($0 == 0 ? 0 : 1) })
    }
  }

  /// A float32 tensor.
  static func f32(_ shape: Shape, _ values: [Float]) throws -> Tensor { try Tensor(.float32, shape, values) }

  /// An int64 tensor.
  static func i64(_ shape: Shape, _ values: [Int]) throws -> Tensor { try Tensor(.int64, shape, values) }

  /// A bool tensor.
  static func bool(_ shape: Shape, _ values: [Bool]) throws -> Tensor {
    try Tensor(.bool, shape, values.map { UInt8($0 ? 1 : 0) })
  }

  /// Every element as a double; integers beyond 2^53 are rounded.
  var doubles: [Double] {
    switch elementType {
    case .float32: elements(as: Float.self).map { Double($0) }
    case .float64: Array(elements(as: Double.self))
    case .float16: elements(as: Float16.self).map { Double($0) }
    case .bfloat16: elements(as: UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .int8: elements(as: Int8.self).map { Double($0) }
    case .int16: elements(as: Int16.self).map { Double($0) }
    case .int32: elements(as: Int32.self).map { Double($0) }
    case .int64: elements(as: Int64.self).map { Double($0) }
    case .uint8, .bool: elements(as: UInt8.self).map { Double($0) }
    case .uint16: elements(as: UInt16.self).map { Double($0) }
    case .uint32: elements(as: UInt32.self).map { Double($0) }
    case .uint64: elements(as: UInt64.self).map { Double($0) }
    }
  }

  /// Nearest even; a NaN stays one.
  private static func bfloat16Bits(_ value: Float) -> UInt16 {
    if value.isNaN { return 0x7fc0 }
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
  }
}
