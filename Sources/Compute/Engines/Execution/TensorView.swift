import ModelGraph
import NumericFormats
import Tensors

/// The values of a tensor after a run; valid until the next run and as long as the model lives.
public struct TensorView {
  /// The tensor's declaration.
  public let info: TensorInfo
  /// The extents, which for a dynamic tensor only the run decided.
  public let shape: Shape
  /// The elements, dense and row-major, in the declaration's element type.
  public let bytes: UnsafeRawBufferPointer
  /// The number format of FP32 elements: integer formats hold integers as floats, BF16 floats that BF16 represents.
  public let format: NumberFormat

  /// The real values of an FP32 tensor, whatever its number format; empty for other element types.
  public var floats: [Float] {
    guard info.elementType == .float32 else { return [] }
    let scale = format.scale
    return bytes.bindMemory(to: Float.self).map { $0 * scale }
  }

  /// The elements as real numbers, whatever their type: truth is 1, and large integers are rounded.
  public var values: [Float] {
    func all<Number: BitwiseCopyable>(_: Number.Type, _ convert: (Number) -> Float) -> [Float] {
      bytes.bindMemory(to: Number.self).map(convert)
    }
    return switch info.elementType {
    case .float32: floats
    case .float64: all(Double.self) { Float($0) }
    case .float16: all(Float16.self) { Float($0) }
    case .bfloat16: all(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .int8: all(Int8.self) { Float($0) }
    case .int16: all(Int16.self) { Float($0) }
    case .int32: all(Int32.self) { Float($0) }
    case .int64: all(Int64.self) { Float($0) }
    case .uint8: all(UInt8.self) { Float($0) }
    case .uint16: all(UInt16.self) { Float($0) }
    case .uint32: all(UInt32.self) { Float($0) }
    case .uint64: all(UInt64.self) { Float($0) }
    case .bool: all(UInt8.self) { $0 == 0 ? 0 : 1 }
    }
  }
}

/// A tensor that a graph does not hold.
public struct UnknownTensorError: Error, Hashable, CustomStringConvertible {
  /// The name that was asked for.
  public let name: String
  /// The model's name.
  public let model: String

  /// One sentence for the user.
  public var description: String {
    "Model \(model) has no inner tensor named \(name); it may have been folded into another node (see assay explain)."
  }
}
