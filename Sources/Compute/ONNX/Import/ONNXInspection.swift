import GraphPasses
import ModelGraph
import Tensors

/// What can be said of an ONNX model without running it; also, as far as possible, of one that cannot be run.
public struct ONNXInspection: Hashable, Codable, Sendable {
  /// The graph's name in the file.
  public let name: String
  /// The tool that wrote the file, with its version; empty where it does not say.
  public let producer: String
  /// The version of the file format.
  public let irVersion: Int
  /// The version of each operator set by domain; the standard's is `ai.onnx`.
  public let opsets: [String: Int]
  /// Bytes of the model's file; nil for a model that was not read from one.
  public let fileBytes: Int?
  /// Files beside the model that hold weights.
  public let externalFiles: [String]
  /// The inputs as the file declares them.
  public let inputs: [Value]
  /// The outputs as the file declares them.
  public let outputs: [Value]
  /// The file's nodes by operator, the most frequent first.
  public let operators: [Count]
  /// Elements of all initialisers and constants in the file.
  public let parameterElements: Int
  /// Their bytes as the file's element types store them.
  public let parameterBytes: Int
  /// What the model uses and Assay has not; empty where it can be run.
  public let unsupported: [UnsupportedOperator]
  /// Inputs whose values decide extents and must be given.
  public let inputsToBind: [String]
  /// Why the model cannot be run with these options, as a sentence; nil where it can.
  public let problem: String?
  /// The exit code of a command that inspects the model: that of the problem, but 0 where only the extents or values of
  /// inputs are missing.
  public let exitCode: Int32
  /// What the file says and the graph contradicts, each a sentence.
  public let warnings: [String]
  /// What is known with the shapes given; nil where the model cannot be run with them.
  public let imported: Imported?

  /// An input or output as the file declares it.
  public struct Value: Hashable, Codable, Sendable {
    /// Its name.
    public let name: String
    /// Its element type's name.
    public let elementType: String
    /// Its extents as numbers, names or `?`; nil where not even their number is known.
    public let dims: [String]?
  }

  /// How often something occurs.
  public struct Count: Hashable, Codable, Sendable {
    /// The operator.
    public let name: String
    /// Its nodes.
    public let count: Int
  }

  /// What follows from fixed shapes.
  public struct Imported: Hashable, Codable, Sendable {
    /// The graph's inputs.
    public let inputs: [ImportedModel.Port]
    /// The graph's outputs.
    public let outputs: [ImportedModel.Port]
    /// Inputs that became constants.
    public let boundInputs: [String]
    /// Multiply-accumulate operations of one inference; parts with dynamic extents count 0.
    public let multiplyAccumulates: Int
    /// Bytes of all activations, each counted once.
    public let activationBytes: Int
    /// Elements of the parameters that the graph reads.
    public let parameterElements: Int
    /// Bytes of the parameters that the graph reads.
    public let parameterBytes: Int
    /// The graph's nodes by operator, the most frequent first.
    public let operators: [Count]
    /// Nodes of parts whose extents are known only while the model runs.
    public let dynamicNodes: Int
    /// What each pass changed.
    public let passes: [GraphPasses.Report]
  }
}
