import Engines
import LoadGen
import NumericFormats
import Placements
import Serving
import Workloads

/// Which model is served, and how.
public struct ServedModelSettings: Sendable {
  /// The model.
  public var workload: any Workload
  /// What it computes in; the engine must compute it natively.
  public var precision: Precision
  /// The engine's name.
  public var engine: String
  /// The greatest instruction-set level; nil for all that the CPU has.
  public var maxISA: String?
  /// The PUs of each instance.
  public var layout: PlacementLayout
  /// Decides who computes: the thread that issues in SingleStream and MultiStream, a batcher's instances otherwise.
  public var scenario: TestScenario
  /// When samples become a batch; of no use in SingleStream and MultiStream.
  public var policy: BatchPolicy
  /// Samples of the library; nil for as many as the workload has, and ``usualSampleCount`` at most.
  public var sampleCount: Int?
  /// Samples in memory in performance mode; nil for as many as fit into ``libraryBytes``.
  public var performanceSampleCount: Int?
  /// Memory that loaded samples may take.
  public var libraryBytes = 2 << 30
  /// INT8: samples to calibrate with; nil for the usual number.
  public var calibrationSamples: Int?
  /// INT8: how ranges are chosen.
  public var calibrationMethod = CalibrationMethod.minMax

  /// As many samples as MLPerf keeps of ImageNet.
  public static let usualSampleCount = 1024
  /// The largest batch that may be asked for.
  public static let batchLimit = 1024

  /// Makes settings for batches of at most 8 that wait for at most 2 ms.
  public init(
    workload: any Workload, precision: Precision = .fp32, engine: String = "native", layout: PlacementLayout,
    scenario: TestScenario, policy: BatchPolicy = BatchPolicy(maxBatch: 8, maxWait: 2_000_000)
  ) {
    self.workload = workload
    self.precision = precision
    self.engine = engine
    self.layout = layout
    self.scenario = scenario
    self.policy = policy
  }

  /// Whether the thread that issues computes.
  var isInline: Bool { scenario == .singleStream || scenario == .multiStream }

  /// Samples that are computed together at most.
  var largestBatch: Int {
    switch scenario {
    case .singleStream: 1
    case .multiStream: 8
    case .server, .offline: policy.maxBatch
    }
  }

  /// The batch sizes that a model is prepared for: powers of two up to the largest batch, ascending.
  var batchSizes: [Int] {
    Array(sequence(first: 1) { $0 * 2 }.prefix { $0 <= largestBatch })
  }
}
