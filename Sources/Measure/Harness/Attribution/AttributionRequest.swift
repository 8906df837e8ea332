import Records
import Workloads

/// Models to measure for an attribution, one after the other in one process.
public struct AttributionRequest: Codable, Hashable, Sendable {
  /// The process that waits for the answers; a worker whose parent is another one ends at once.
  public var parent: Int32
  /// The workload's name.
  public var workload: String
  /// Where the workload lies, if it is a model that the user brought.
  public var model: ModelSource?
  /// The contract that nodes are lowered to.
  public var contract: String
  /// The PU of each thread.
  public var pus: [Int]
  /// Caps the instruction set of our own kernels, which changes only the time.
  public var maxISA: String?
  /// The first of the evaluation samples to compare.
  public var firstSample: Int
  /// How many evaluation samples to compare.
  public var samples: Int
  /// See ``RunSpec/calibrationMethod``.
  public var calibrationMethod: String?
  /// See ``RunSpec/calibrationSamples``.
  public var calibrationSamples: Int?
  /// Ranges to use instead of choosing some.
  public var ranges: GivenCalibration?
  /// Names of the nodes that variants mean.
  public var nodes: [String]
  /// What to measure, in this order.
  public var variants: [Variant]
  /// Misbehave at a variant, on purpose. For tests of Assay's own robustness only; never set by a run.
  public var fault: Fault?

  /// Makes a request.
  public init(
    parent: Int32, workload: String, model: ModelSource? = nil, contract: String, pus: [Int], maxISA: String? = nil,
    firstSample: Int, samples: Int, calibrationMethod: String? = nil, calibrationSamples: Int? = nil,
    ranges: GivenCalibration? = nil, nodes: [String], variants: [Variant], fault: Fault? = nil
  ) {
    self.parent = parent
    self.workload = workload
    self.model = model
    self.contract = contract
    self.pus = pus
    self.maxISA = maxISA
    self.firstSample = firstSample
    self.samples = samples
    self.calibrationMethod = calibrationMethod
    self.calibrationSamples = calibrationSamples
    self.ranges = ranges
    self.nodes = nodes
    self.variants = variants
    self.fault = fault
  }

  /// A model with some nodes lowered.
  public struct Variant: Codable, Hashable, Sendable {
    /// What the asker calls it.
    public var id: Int
    /// Which of ``AttributionRequest/nodes`` are lowered; other nodes that multiply are FP32.
    public var lowered: Range<Int>
    /// Whether everything that does not multiply follows the contract too, and not FP32.
    public var lowersOthers: Bool

    /// Makes a variant.
    public init(id: Int, lowered: Range<Int>, lowersOthers: Bool) {
      self.id = id
      self.lowered = lowered
      self.lowersOthers = lowersOthers
    }
  }

  /// A way to misbehave, for tests.
  public struct Fault: Codable, Hashable, Sendable {
    /// At which variant.
    public var id: Int
    /// How.
    public var kind: RoundRequest.Fault

    /// Makes a fault.
    public init(id: Int, kind: RoundRequest.Fault) {
      self.id = id
      self.kind = kind
    }
  }
}

/// What came of a variant.
public struct AttributionOutcome: Codable, Hashable, Sendable {
  /// The relative error of the outputs; nil where there is none.
  public var error: Double?
  /// Share of decisions that agree with FP32's; nil for outputs that decide nothing.
  public var top1Agreement: Double?
  /// Decisions behind it; nil where there is none.
  public var decisions: Int?
  /// Why there is no error, in one sentence.
  public var failure: String?

  /// Makes an outcome.
  public init(error: Double?, top1Agreement: Double? = nil, decisions: Int? = nil, failure: String? = nil) {
    self.error = error
    self.top1Agreement = top1Agreement
    self.decisions = decisions
    self.failure = failure
  }
}
