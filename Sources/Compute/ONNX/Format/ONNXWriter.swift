/// Writes models as ONNX files, with external data where one file would be too large.
public struct ONNXWriter: Sendable {
  /// The largest model file; protobuf allows no message above 2^31 - 1 bytes, and readers differ in how near they come.
  public static let defaultSizeLimit = 2_000_000_000

  /// The largest model file to write, in bytes; what would be larger keeps its weights in `NAME.data`.
  public let sizeLimit: Int

  /// Makes a writer.
  public init(sizeLimit: Int = defaultSizeLimit) { self.sizeLimit = sizeLimit }

  /// Replaces the file at `path` by `model`: whoever looks sees the old file or the whole new one.
  ///
  /// Weights are asked for one tensor at a time, so that memory holds the graph and the largest tensor.
  ///
  /// - Throws: ``ONNXError`` of kind `cannotWrite`, or what a tensor's own closure throws; the old file is then untouched.
  @discardableResult
  public func write(_ model: ONNXModel, to path: String) throws -> ONNXFileFacts {
    throw ONNXError(.cannotWrite, path: path, "writing is being written")
  }
}
