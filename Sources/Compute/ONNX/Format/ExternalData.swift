import Tensors

/// A tensor's elements in a file next to the model.
struct ExternalData: Sendable {
  func write(_ type: TensorType, named name: String, into destination: UnsafeMutableRawBufferPointer) throws(ONNXError)
  {
    throw ONNXError(.unsupported, "reading is being written")
  }
}
