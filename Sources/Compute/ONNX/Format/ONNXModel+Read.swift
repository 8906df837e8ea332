extension ONNXModel {
  /// Reads and checks the model in a file.
  ///
  /// Only the graph is held in memory; weights stay in the file, which stays open as long as the model or one of its tensors
  /// lives.
  ///
  /// - Throws: ``ONNXError``: not found, not an ONNX model, damaged, or contradicting itself.
  public static func read(path: String) throws(ONNXError) -> ONNXModel {
    do {
      let source = try FileSource(path: path)
      var parser = ModelParser(source: source, folder: ModelFolder(modelPath: path))
      return try parser.model(path: path)
    } catch { throw error.inFile(path) }
  }

  /// Reads and checks a model in memory. External data is refused, as there is no folder for it to lie in.
  ///
  /// - Throws: ``ONNXError``, as ``read(path:)``.
  public static func read(bytes: [UInt8]) throws(ONNXError) -> ONNXModel {
    var parser = ModelParser(source: MemorySource(bytes: bytes), folder: nil)
    return try parser.model(path: nil)
  }

  /// Whether a node calls a function that the model defines for itself.
  public func definesFunction(calledBy node: ONNXNode) -> Bool {
    functionNames.contains(Self.functionName(domain: node.domain, name: node.opType))
  }

  /// `domain.name`, or only the name in the default domain.
  static func functionName(domain: String, name: String) -> String { domain.isEmpty ? name : "\(domain).\(name)" }
}
