/// What lowering each node of a model to a contract costs in accuracy, and all of them together: what `assay attribute`
/// measured.
///
/// Errors are the root of error power over signal power of all output elements of all samples, against FP32's outputs.
public struct Attribution: VersionedDocument, Hashable {
  /// What the document calls itself.
  public static let formatName = "assay-attribution"
  /// The version that this build writes.
  public static let currentVersion = 1
  /// What it is, for messages.
  public static let kind = "an attribution"
  /// A node takes about 300 bytes.
  public static let sizeLimit = 64 << 20

  /// ``formatName``.
  public var format: String
  /// The version of the document.
  public var version: Int
  /// How far it got.
  public var status: Record.Status
  /// Start, ISO 8601 UTC.
  public var createdAt: String
  /// The workload's name.
  public var model: String
  /// The SHA-256 of the model's parameters, in hexadecimal.
  public var parametersSHA256: String
  /// The user's file, its shapes and the contents of its inputs; nil for built-in workloads, whose samples are always the
  /// same.
  public var userModel: UserModel?
  /// The contract that nodes are lowered to.
  public var contract: String
  /// Samples whose outputs are compared.
  public var samples: Int
  /// Decisions behind every `top1Agreement` of ``nodes`` and ``cumulative``; nil for outputs that decide nothing, and in
  /// files of builds that did not count them.
  public var decisions: Int?
  /// How ranges of activations were chosen; nil for contracts without such.
  public var calibrationMethod: String?
  /// Over how many samples; nil for contracts without ranges.
  public var calibrationSamples: Int?
  /// The SHA-256 of the calibration file that ranges came from; nil where they were measured.
  public var calibrationFile: String?
  /// The nodes that multiply, in the model's order. Of nodes that share weights, the first stands for all.
  public var nodes: [Node]
  /// The model under the contract with no node, one node, two nodes and so on lowered, the least harmful ones first;
  /// everything that does not multiply follows the contract.
  public var cumulative: [Step]
  /// A part of ``cumulative`` measured again on other samples; nil where nobody asked for one or there are no others.
  public var verification: Verification?

  /// Makes an attribution of which nothing is measured.
  public init(
    createdAt: String, model: String, parametersSHA256: String, contract: String, samples: Int, nodes: [Node]
  ) {
    self.format = Self.formatName
    self.version = Self.currentVersion
    self.status = .incomplete
    self.createdAt = createdAt
    self.model = model
    self.parametersSHA256 = parametersSHA256
    self.contract = contract
    self.samples = samples
    self.nodes = nodes
    self.cumulative = []
  }

  /// A node that multiplies, and what lowering it alone does.
  public struct Node: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its operator.
    public var op: String
    /// Multiply-accumulate operations of one sample.
    public var multiplyAccumulates: Int
    /// Bytes of its weights at FP32.
    public var weightBytes: Int
    /// Bytes of the activations that it multiplies at FP32, of one sample.
    public var activationBytes: Int
    /// Bytes of its weights under the contract.
    public var loweredWeightBytes: Int
    /// Bytes of the activations that it multiplies under the contract.
    public var loweredActivationBytes: Int
    /// The model's error with this node lowered and everything else at FP32; nil where it is not measured.
    public var error: Double?
    /// Share of decisions that agree with FP32's then; nil for outputs that decide nothing.
    public var top1Agreement: Double?
    /// Why there is no error, where measuring it failed.
    public var failure: String?

    /// Makes a node that is not measured.
    public init(
      name: String, op: String, multiplyAccumulates: Int, weightBytes: Int, activationBytes: Int,
      loweredWeightBytes: Int, loweredActivationBytes: Int
    ) {
      self.name = name
      self.op = op
      self.multiplyAccumulates = multiplyAccumulates
      self.weightBytes = weightBytes
      self.activationBytes = activationBytes
      self.loweredWeightBytes = loweredWeightBytes
      self.loweredActivationBytes = loweredActivationBytes
    }

    /// Bytes saved by lowering it.
    public var savedBytes: Int { weightBytes - loweredWeightBytes + activationBytes - loweredActivationBytes }
  }

  /// The model with some nodes lowered.
  public struct Step: Codable, Hashable, Sendable {
    /// The node that is lowered since the step before; nil for the first, in which none is.
    public var node: String?
    /// The model's error; nil where measuring it failed.
    public var error: Double?
    /// Share of decisions that agree with FP32's; nil for outputs that decide nothing.
    public var top1Agreement: Double?
    /// Why there is no error, where measuring it failed.
    public var failure: String?

    /// Makes a step.
    public init(node: String?, error: Double?, top1Agreement: Double? = nil, failure: String? = nil) {
      self.node = node
      self.error = error
      self.top1Agreement = top1Agreement
      self.failure = failure
    }
  }

  /// A step measured again, as a whole, on samples that chose nothing.
  public struct Verification: Codable, Hashable, Sendable {
    /// Nodes that are lowered: the first so many of ``cumulative``.
    public var loweredNodes: Int
    /// Samples compared.
    public var samples: Int
    /// The model's error on them; nil where measuring it failed.
    public var error: Double?
    /// Share of decisions that agree with FP32's; nil for outputs that decide nothing.
    public var top1Agreement: Double?
    /// Why there is no error.
    public var failure: String?

    /// Makes a verification.
    public init(
      loweredNodes: Int, samples: Int, error: Double?, top1Agreement: Double? = nil, failure: String? = nil
    ) {
      self.loweredNodes = loweredNodes
      self.samples = samples
      self.error = error
      self.top1Agreement = top1Agreement
      self.failure = failure
    }
  }
}
