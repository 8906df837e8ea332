import GraphPasses
import ModelGraph
import Tensors

/// A model ready to be executed: its graph, and where the values of its parameters come from.
public struct ImportedModel: Sendable {
  /// The graph, after the passes.
  public let graph: ModelGraph
  /// The values of the graph's parameters, in its order; large ones are still in the file.
  public let constants: [Constant]
  /// What each pass changed; empty where passes were not asked for.
  public let passes: [GraphPasses.Report]
  /// The graph's inputs, in its order. Bound inputs are not among them.
  public let inputs: [Port]
  /// The graph's outputs, in its order: the model's own, then the taps.
  public let outputs: [Port]
  /// The inputs whose values were given at import, and which are constants now.
  public let boundInputs: [String]
  /// What the file says and the graph contradicts, each a sentence.
  public let warnings: [String]

  /// An input or output as the model declares it.
  public struct Port: Hashable, Codable, Sendable {
    /// The name in the model.
    public let name: String
    /// The element type that the model declares, and the extents of the graph; for a dynamic output the extents are empty.
    public let type: TensorType
    /// Whether the extents are known only after a run.
    public let isDynamic: Bool

    /// Makes a port.
    public init(name: String, type: TensorType, isDynamic: Bool = false) {
      self.name = name
      self.type = type
      self.isDynamic = isDynamic
    }
  }

  /// Reads and computes the values of all parameters.
  ///
  /// The model keeps none of those that come from the file; call it once for each use.
  /// - Throws: ``ONNXError`` where the file can no longer be read, ``ImportError``, `AllocationError`.
  public func loadParameters() throws -> ParameterStore { ParameterStore(try constants.map { try $0.tensor() }) }
}
