extension ONNXModel {
  /// Reads and checks the model in a file.
  ///
  /// Only the graph is held in memory; weights stay in the file, which stays open as long as the model or one of its tensors
  /// lives.
  ///
  /// - Throws: ``ONNXError``: not found, not an ONNX model, damaged, or contradicting itself.
  public static func read(path: String) throws(ONNXError) -> ONNXModel {
    throw ONNXError(.unsupported, path: path, "reading is being written")
  }

  /// Reads and checks a model in memory. External data is refused, as there is no folder for it to lie in.
  ///
  /// - Throws: ``ONNXError``, as ``read(path:)``.
  public static func read(bytes: [UInt8]) throws(ONNXError) -> ONNXModel {
    throw ONNXError(.unsupported, "reading is being written")
  }
}
