import NumericFormats

/// What the user asked for: a suite merged with command-line options. Lists multiply into cells.
public struct RunSpec: Codable, Hashable, Sendable {
  /// The suite's name, for example `quick`.
  public var suite: String
  /// Groups of cells, planned one after the other.
  public var groups: [CellGroup]
  /// Rounds (fresh processes) per cell.
  public var rounds: Int
  /// Least measured time per round in seconds.
  public var minDuration: Double
  /// Least number of queries per SingleStream round.
  public var minQueryCount: Int
  /// Longest warm-up per round in seconds.
  public var maxWarmUp: Double
  /// A worker that says nothing new for this many seconds is killed.
  public var timeout: Double
  /// Seed of the sample order.
  public var seed: UInt64
  /// `auto`, `library` or a core name that OPENBLAS_CORETYPE takes.
  public var blasCore: String
  /// Caps the instruction set of our own kernels at a level such as `avx2_vnni` (see docs/isa-levels.md); nil for all that the CPU has.
  public var maxISA: String?
  /// Samples per fidelity comparison.
  public var fidelitySamples: Int
  /// How INT8 ranges are chosen, for example `percentile:99.99`; nil for min-max.
  public var calibrationMethod: String?
  /// Calibration samples; nil for ``defaultCalibrationSamples``.
  public var calibrationSamples: Int?
  /// The calibration files that were given, at most one a workload; nil where there are none.
  public var calibrations: [GivenCalibration]?
  /// The assignments of contracts to nodes that were given, at most one a workload; nil where there are none.
  public var assignments: [GivenAssignment]?
  /// The models that the user brought, each a workload by its own name; nil where there are none.
  public var models: [UserModel]?
  /// Whether every node of performance cells is timed too, after the measured windows; nil is no.
  public var perNode: Bool?
  /// Threads of the BLAS library in each call of cells that use one; nil for one.
  public var blasThreads: Int?

  /// Makes a specification.
  public init(
    suite: String, groups: [CellGroup], rounds: Int, minDuration: Double, minQueryCount: Int, maxWarmUp: Double,
    timeout: Double, seed: UInt64, blasCore: String, maxISA: String?, fidelitySamples: Int, models: [UserModel]? = nil,
    calibrationMethod: String? = nil, calibrationSamples: Int? = nil, calibrations: [GivenCalibration]? = nil,
    perNode: Bool? = nil
  ) {
    self.suite = suite
    self.groups = groups
    self.rounds = rounds
    self.minDuration = minDuration
    self.minQueryCount = minQueryCount
    self.maxWarmUp = maxWarmUp
    self.timeout = timeout
    self.seed = seed
    self.blasCore = blasCore
    self.maxISA = maxISA
    self.fidelitySamples = fidelitySamples
    self.models = models
    self.calibrationMethod = calibrationMethod
    self.calibrationSamples = calibrationSamples
    self.calibrations = calibrations
    self.perNode = perNode
  }

  /// Calibration samples where nobody says otherwise, or all where a workload has fewer: MLPerf's calibration sets hold
  /// hundreds, min-max ranges change little after a few.
  public static let defaultCalibrationSamples = 16

  /// Lists whose product is a set of cells.
  public struct CellGroup: Codable, Hashable, Sendable {
    /// Workload names.
    public var workloads: [String]
    /// Precisions.
    public var precisions: [Precision]
    /// Engine names.
    public var engines: [String]
    /// Thread counts; empty for 1, powers of two and all cores.
    public var threads: [Int]
    /// Samples per query (SingleStream: 1 is the scenario's own; more measures batches).
    public var batches: [Int]
    /// Scenarios; empty where nothing is timed.
    public var scenarios: [Scenario]
    /// Names of numerics contracts, under which each workload's outputs are compared with FP32's; nil for a group that
    /// measures what engines make of `precisions`.
    public var contracts: [String]?
    /// Where instances and their threads run, and what is asked for of memory; nil for one instance placed as usual.
    public var placement: PlacementLists?

    /// Makes a group.
    public init(
      workloads: [String], precisions: [Precision], engines: [String], threads: [Int], batches: [Int],
      scenarios: [Scenario], contracts: [String]? = nil, placement: PlacementLists? = nil
    ) {
      self.placement = placement
      self.workloads = workloads
      self.precisions = precisions
      self.engines = engines
      self.threads = threads
      self.batches = batches
      self.scenarios = scenarios
      self.contracts = contracts
    }
  }
}

/// Placements of a group; they multiply with its thread counts.
public struct PlacementLists: Codable, Hashable, Sendable {
  /// In the placement language, for example `per-llc` or `S0:0-3@S1:0-3`; empty for the usual words.
  public var words: [String]
  /// Instances; empty for as many as the words say.
  public var instances: [Int]
  /// Memory policies; empty for the system's own.
  public var memory: [MemoryPolicy]
  /// Whether memory may lie in huge pages; nil for what the system and the engines do by themselves.
  public var hugePages: Bool?
  /// Whether more threads than PUs are asked for on purpose.
  public var oversubscribe: Bool

  /// Makes lists.
  public init(
    words: [String] = [], instances: [Int] = [], memory: [MemoryPolicy] = [], hugePages: Bool? = nil,
    oversubscribe: Bool = false
  ) {
    self.words = words
    self.instances = instances
    self.memory = memory
    self.hugePages = hugePages
    self.oversubscribe = oversubscribe
  }
}

/// How load is offered, in MLPerf's terms.
public enum Scenario: String, Codable, CaseIterable, Hashable, Sendable {
  /// The next query is issued when the previous one completed; the metric is latency.
  case singleStream = "SingleStream"
  /// All samples are there at the start; the metric is throughput.
  case offline = "Offline"
}
