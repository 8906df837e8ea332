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
