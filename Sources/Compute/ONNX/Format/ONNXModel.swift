/// An ONNX model without its protobuf: the graph as parsed and checked, with the weights still in their files.
///
/// ``read(path:)`` makes one from a file, ``ONNXWriter`` makes a file from one.
public struct ONNXModel: Sendable {
  /// The newest version of the file format that is read, that of `onnx` 1.23.
  public static let newestIRVersion = 14
  /// The oldest version of the file format that is read: the first one in which models say their operator sets.
  public static let oldestIRVersion = 3

  /// The version of the file format.
  public var irVersion: Int
  /// The version of each operator set by its domain; the default domain is `""`, also where the file says `ai.onnx`.
  public var opsets: [String: Int]
  /// The tool that wrote the model, for example `pytorch`; empty where the file does not say.
  public var producerName: String
  /// The version of that tool; empty where the file does not say.
  public var producerVersion: String
  /// The model's name space, a reversed host name; empty where the file does not say.
  public var domain: String
  /// The model's own version.
  public var modelVersion: Int
  /// Names and values that the producer added.
  public var metadata: [String: String]
  /// The functions that the model defines for itself, as `domain.name`; they are not read, nodes that call them are refused.
  public var functionNames: Set<String>
  /// The graph.
  public var graph: ONNXGraph
  /// What is known of the file; nil for a model that was not read.
  public var file: ONNXFileFacts?

  /// Makes a model from its parts.
  public init(
    irVersion: Int, opsets: [String: Int], producerName: String = "", producerVersion: String = "", domain: String = "",
    modelVersion: Int = 0, metadata: [String: String] = [:], functionNames: Set<String> = [], graph: ONNXGraph,
    file: ONNXFileFacts? = nil
  ) {
    self.irVersion = irVersion
    self.opsets = opsets
    self.producerName = producerName
    self.producerVersion = producerVersion
    self.domain = domain
    self.modelVersion = modelVersion
    self.metadata = metadata
    self.functionNames = functionNames
    self.graph = graph
    self.file = file
  }
}

/// What is known of the file that a model was read from.
public struct ONNXFileFacts: Hashable, Sendable {
  /// The file's path; nil for bytes in memory.
  public let path: String?
  /// The size of the file itself, in bytes.
  public let byteCount: Int
  /// The size of the other files in which weights lie, in bytes; a file of several names counts once.
  public let externalByteCount: Int
  /// Those files' names, relative to the model's folder, sorted.
  public let externalFiles: [String]
}
