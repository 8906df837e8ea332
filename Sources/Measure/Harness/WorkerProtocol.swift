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
  /// Which of the placement's instances the worker is.
  public var instance: Int
  /// The round's index.
  public var round: Int
  /// Whether the worker waits after its warm-up and measures whenever it gets a ``WindowRequest``, until its standard input
  /// ends; otherwise it measures once, as soon as it can.
  public var serves: Bool
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
  /// By how much every query is made longer on purpose, as a share of its time. For tests of gates only; records say so.
  public var slowdown: Double?

  /// Makes a request.
  public init(
    parent: Int32, cell: Cell, instance: Int = 0, round: Int, serves: Bool = false, spec: RunSpec,
    requestedCore: String?, model: ModelSource? = nil, sharedFolder: String? = nil, fault: Fault? = nil
  ) {
    self.parent = parent
    self.cell = cell
    self.instance = instance
    self.serves = serves
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

  /// The PU of each of the worker's threads; empty where the request names an instance that the placement does not have.
  var pus: [Int] {
    cell.placement.instances.indices.contains(instance) ? cell.placement.instances[instance] : []
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
    /// Move the first thread to another PU in the middle of the window.
    case stray
  }
}

/// What a serving worker is asked for after its request: one more window, as one line of JSON.
public struct WindowRequest: Codable, Hashable, Sendable {
  /// The round's index.
  public var round: Int
  /// When to begin, nanoseconds of CLOCK_MONOTONIC_RAW: the barrier of all instances; what has passed means at once.
  public var begin: Int64
  /// Least seconds to measure.
  public var minDuration: Double

  /// Makes a request.
  public init(round: Int, begin: Int64, minDuration: Double) {
    self.round = round
    self.begin = begin
    self.minDuration = minDuration
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
  /// A serving worker is loaded and warm and waits for windows; one query takes so long.
  case ready(secondsPerQuery: Double)
  /// The round's result; the last event, but of a serving worker.
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
