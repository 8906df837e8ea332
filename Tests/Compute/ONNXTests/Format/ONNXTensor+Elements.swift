import Tensors

@testable import ONNX

extension ONNXTensor {
  /// The loaded elements, copied while their memory lives.
  func elements<Element: BitwiseCopyable>(as type: Element.Type) throws -> [Element] {
    let tensor = try load()
    return withExtendedLifetime(tensor) { Array(tensor.elements(as: type)) }
  }

  /// The loaded elements' bytes.
  func loadedBytes() throws -> [UInt8] {
    let tensor = try load()
    return withExtendedLifetime(tensor) { Array(tensor.bytes) }
  }
}
