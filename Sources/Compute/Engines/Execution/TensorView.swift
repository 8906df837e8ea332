import ModelGraph
import NumericFormats
import Tensors

/// The values of a tensor after a run; valid until the next run and as long as the model lives.
public struct TensorView {
  /// The tensor's declaration.
  public let info: TensorInfo
  /// The extents, which for a dynamic tensor only the run decided.
  public let shape: Shape
  /// The elements as ``storage`` says; dense and row-major, in the declaration's element type, where that is floats.
  public let bytes: UnsafeRawBufferPointer
  /// The number format of FP32 elements: as floats, integer formats hold integers, BF16 floats that BF16 represents.
  public let format: NumberFormat
  /// How the elements lie in memory; inputs and outputs of a graph are always floats.
  public let storage: Storage

  init(
    info: TensorInfo, shape: Shape, bytes: UnsafeRawBufferPointer, format: NumberFormat, storage: Storage = .floats
  ) {
    (self.info, self.shape, self.bytes, self.format, self.storage) = (info, shape, bytes, format, storage)
  }

  /// The real values of an FP32 tensor in row-major order, whatever its number format and its storage; empty for other
  /// element types.
  public var floats: [Float] {
    guard info.elementType == .float32 else { return [] }
    let scale = format.scale
    let decoded = storage.isNative ? nativeValues : bytes.bindMemory(to: Float.self).map { $0 * scale }
    guard storage.layout == .channelsLast, shape.rank > 2 else { return decoded }
    let (channels, positions) = (shape[1], shape.dims.dropFirst(2).reduce(1, *))
    return (0..<decoded.count).map { index in
      let (plane, position) = index.quotientAndRemainder(dividingBy: positions)
      let (image, channel) = plane.quotientAndRemainder(dividingBy: channels)
      return decoded[(image * positions + position) * channels + channel]
    }
  }

  /// The real values of natively held elements in their order in memory.
  private var nativeValues: [Float] {
    switch format {
    case .fp32: Array(bytes.bindMemory(to: Float.self))
    case .emulated(let format): bytes.bindMemory(to: Float.self).map { $0 * format.scale }
    case .bf16: bytes.bindMemory(to: UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
    case .u8(let scale, let zero): bytes.map { Float(Int32($0) - zero) * scale }
    case .s8(let scale): bytes.bindMemory(to: Int8.self).map { Float($0) * scale }
    }
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
