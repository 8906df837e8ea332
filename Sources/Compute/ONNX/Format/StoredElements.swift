import Tensors

/// A tensor's elements as they lie in a file.
struct StoredElements: Sendable {
  func write(_ type: TensorType, named name: String, into destination: UnsafeMutableRawBufferPointer) throws(ONNXError)
  {
    throw ONNXError(.unsupported, "reading is being written")
  }
}
