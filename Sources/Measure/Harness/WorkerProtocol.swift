import Records
import Workloads

/// What a worker is asked, as one line of JSON on its standard input.
public enum WorkerRequest: Codable, Hashable, Sendable {
  /// Measure one round.
  case round(RoundRequest)
  /// Measure models of an attribution.
  case attribution(AttributionRequest)
  /// Say which BLAS library is loaded and whose kernels it took.
  case probe(requestedCore: String?)
}

/// One round of one cell.
public struct RoundRequest: Codable, Hashable, Sendable {
  /// The process that waits for the answer; a worker whose parent is another one ends at once.
  public var parent: Int32
  /// The point to measure.
  public var cell: Cell
  /// The round's index.
  public var round: Int
  /// See ``RunSpec/minDuration``.
  public var minDuration: Double
  /// See ``RunSpec/minQueryCount``.
  public var minQueryCount: Int
  /// See ``RunSpec/maxWarmUp``.
  public var maxWarmUp: Double
  /// See ``RunSpec/seed``.
  public var seed: UInt64
  /// See ``RunSpec/maxISA``.
  public var maxISA: String?
  /// The core type in the worker's environment, or nil where the library chooses.
  public var requestedCore: String?
  /// See ``RunSpec/fidelitySamples``.
  public var fidelitySamples: Int
  /// See ``RunSpec/perNode``.
  public var perNode: Bool
  /// The calibration file of the cell's workload, where the cell uses one.
  public var ranges: GivenCalibration?
  /// The assignment of contracts to nodes that the cell follows, where it follows one.
  public var assignment: GivenAssignment?
  /// Where the cell's workload lies, if it is a model that the user brought.
  public var model: ModelSource?
  /// Where the run's workers leave each other what they would all compute, or nil where they share nothing.
  public var sharedFolder: String?
  /// Misbehave on purpose. For tests of Assay's own robustness only; never set by a run.
  public var fault: Fault?

  /// Makes a request.
  public init(
    parent: Int32, cell: Cell, round: Int, spec: RunSpec, requestedCore: String?, model: ModelSource? = nil,
    sharedFolder: String? = nil, fault: Fault? = nil
  ) {
    self.parent = parent
    self.cell = cell
    self.round = round
    self.minDuration = spec.minDuration
    self.minQueryCount = spec.minQueryCount
    self.maxWarmUp = spec.maxWarmUp
    self.seed = spec.seed
    self.maxISA = spec.maxISA
    self.requestedCore = requestedCore
    self.fidelitySamples = spec.fidelitySamples
    self.perNode = spec.perNode ?? false
    self.ranges = cell.ranges.flatMap { label in spec.calibrations?.first { $0.label == label } }
    self.assignment = cell.assignment.flatMap { label in spec.assignments?.first { $0.label == label } }
    self.model = model
    self.sharedFolder = sharedFolder
    self.fault = fault
  }

  /// Ways to misbehave, for tests.
  public enum Fault: String, Codable, CaseIterable, Hashable, Sendable {
    /// Die by SIGSEGV.
    case crash
    /// Never say anything again.
    case hang
    /// Exit with code 9 without a result.
    case exit
    /// Write a line that is no event.
    case garbage
  }
}

/// What a worker says, one line of JSON each on its standard output.
public enum WorkerEvent: Codable, Hashable, Sendable {
  /// It runs.
  case started(pid: Int32)
  /// It does something that may take `expectedSeconds` in silence, beyond which the usual limit counts.
  case phase(WorkerPhase, expectedSeconds: Double)
  /// It turned to a variant of an attribution.
  case variantStarted(Int)
  /// What came of that variant.
  case variantFinished(Int, AttributionOutcome)
  /// Nothing is left to do; the last event.
  case done
  /// The round's result; the last event.
  case result(Round)
  /// Why there is no result, in one sentence; the last event.
  case failed(String)
  /// The answer to a probe; the last event.
  case probed(Round.BLASState)
}

/// What a worker is busy with.
public enum WorkerPhase: String, Codable, Hashable, Sendable {
  /// Making parameters and packing weights.
  case loading
  /// Finding value ranges for INT8.
  case calibrating
  /// Waiting for latency to settle.
  case warming
  /// The measured window.
  case measuring
  /// Running the samples of a fidelity comparison.
  case comparing
  /// Timing every node, after the measured window.
  case nodes
}
