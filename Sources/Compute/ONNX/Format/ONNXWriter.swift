import SwiftProtobuf
import Tensors

/// Writes models as ONNX files, with external data where one file would be too large.
public struct ONNXWriter: Sendable {
  /// The largest model file; protobuf allows no message above 2^31 - 1 bytes, and readers differ in how near they come.
  public static let defaultSizeLimit = 2_000_000_000
  /// Where tensors of external data start: at multiples of this, as the format recommends for mapping them.
  static let externalAlignment = 4096
  /// The smallest tensor that is worth a place of its own in external data, in bytes.
  static let externalThreshold = 1024

  /// The largest model file to write, in bytes; what would be larger keeps its weights in `NAME.data`.
  public let sizeLimit: Int
  /// Whether weights go to `NAME.data` however small the model is.
  public let usesExternalData: Bool

  /// Makes a writer.
  public init(sizeLimit: Int = defaultSizeLimit, usesExternalData: Bool = false) {
    self.sizeLimit = sizeLimit
    self.usesExternalData = usesExternalData
  }

  /// Replaces the file at `path` by `model`: whoever looks sees the old file or the whole new one.
  ///
  /// Weights are asked for one tensor at a time, so that memory holds the graph and the largest tensor. Where weights go to
  /// `path.data`, that file is replaced first: should the system stop between the two, the old model has the new one's data.
  ///
  /// - Returns: What was written.
  /// - Throws: ``ONNXError``: `cannotWrite`, after which the old file is untouched; `unsupported` where the model has values of
  ///   a kind that is not written (subgraphs, types that Assay has not got); or what a tensor's own closure throws.
  @discardableResult
  public func write(_ model: ONNXModel, to path: String) throws -> ONNXFileFacts {
    let encoder = try ModelEncoder(model)
    let location =
      "\(path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? path).data"
    var layout = try encoder.layout(externalLocation: usesExternalData ? location : nil)
    if layout.byteCount > sizeLimit, !usesExternalData { layout = try encoder.layout(externalLocation: location) }
    guard layout.byteCount <= sizeLimit else {
      throw ONNXError(
        .cannotWrite, path: path,
        "would have \(layout.byteCount) bytes even without its weights; at most \(sizeLimit) are allowed")
    }
    let file = try FileSink(path: path)
    let data = layout.hasExternalData ? try FileSink(path: "\(path).data") : nil
    try encoder.write(layout, to: file, data: data)
    try data?.commit()
    try file.commit()
    return ONNXFileFacts(
      path: path, byteCount: file.byteCount, externalByteCount: data?.byteCount ?? 0,
      externalFiles: data == nil ? [] : [location])
  }
}
