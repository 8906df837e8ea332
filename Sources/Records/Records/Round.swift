import Energy
import HostState

/// One measurement of a cell in a fresh process: raw samples and everything observed around them.
public struct Round: Codable, Hashable, Sendable {
  /// 0 for the first.
  public var index: Int
  /// Start of the measured window, ISO 8601 UTC.
  public var startedAt: String
  /// Speed, for performance cells.
  public var performance: Performance?
  /// Closeness to FP32, for fidelity cells.
  public var fidelity: Fidelity?
  /// The ranges and scales that the model was quantised with; nil where its formats have no scales.
  public var quantisation: Quantisation?
  /// Where it ran and what memory it took.
  public var observation: Observation
  /// The cell's other instances, which ran at the same time; nil where there is one instance.
  public var peers: [Peer]?
  /// Which of the cell's processes measured it, counted from 0; nil where every round has a process of its own.
  public var process: Int?

  /// Makes a round.
  public init(
    index: Int, startedAt: String, performance: Performance?, fidelity: Fidelity?,
    quantisation: Quantisation? = nil, observation: Observation, peers: [Peer]? = nil, process: Int? = nil
  ) {
    self.peers = peers
    self.process = process
    self.index = index
    self.startedAt = startedAt
    self.performance = performance
    self.fidelity = fidelity
    self.quantisation = quantisation
    self.observation = observation
  }

  /// What another instance of the same cell measured.
  public struct Peer: Codable, Hashable, Sendable {
    /// Its speed.
    public var performance: Performance
    /// Where it ran and what memory it took.
    public var observation: Observation

    /// Makes a peer.
    public init(performance: Performance, observation: Observation) {
      self.performance = performance
      self.observation = observation
    }
  }

  /// Raw timing of every instance, that of ``performance`` first.
  public var performances: [Performance] { (performance.map { [$0] } ?? []) + (peers ?? []).map(\.performance) }

  /// Raw timing of a round.
  public struct Performance: Codable, Hashable, Sendable {
    /// Latency of every query in issue order, nanoseconds.
    public var latencies: [Int64]
    /// Samples per query.
    public var samplesPerQuery: Int
    /// From the first issue to the last completion, nanoseconds.
    public var duration: Int64
    /// Inferences run and discarded before the window.
    public var warmUp: WarmUp
    /// Energy over the window: the preferred meter's, or a model's, or why there is none. The machine's, whatever the instance.
    public var energy: EnergyReading
    /// What every meter said of the window, where there are several, and what happened to their readings; nil where ``energy``
    /// says it all. They overlap and are never added.
    public var meters: [MeteredWindow]?
    /// What disturbed the window.
    public var disturbance: HostDisturbance
    /// Heap allocation calls within the window, or nil where the build cannot count them.
    public var allocations: Int?
    /// CPUs on which each thread was seen, ascending, one list a thread.
    public var observedCPUs: [[Int]]
    /// What each step took in inferences after the window, in execution order; nil where nobody asked.
    public var nodes: [NodeTime]?
    /// When the first query was issued, nanoseconds of CLOCK_MONOTONIC_RAW: comparable between instances of one round; nil
    /// in records of builds that did not keep it.
    public var begin: Int64?
    /// Where threads ran and memory lay; nil in records of builds that did not look.
    public var placement: ObservedPlacement?

    /// Makes raw timing.
    public init(
      latencies: [Int64], samplesPerQuery: Int, duration: Int64, warmUp: WarmUp, energy: EnergyReading,
      disturbance: HostDisturbance, allocations: Int?, observedCPUs: [[Int]], nodes: [NodeTime]? = nil,
      begin: Int64? = nil, placement: ObservedPlacement? = nil
    ) {
      self.nodes = nodes
      self.begin = begin
      self.placement = placement
      self.latencies = latencies
      self.samplesPerQuery = samplesPerQuery
      self.duration = duration
      self.warmUp = warmUp
      self.energy = energy
      self.disturbance = disturbance
      self.allocations = allocations
      self.observedCPUs = observedCPUs
    }
  }

  /// What was run before the measured window, and why it ended.
  public struct WarmUp: Codable, Hashable, Sendable {
    /// Queries run and discarded.
    public var discarded: Int
    /// Seconds it took.
    public var seconds: Double
    /// Whether latency settled before the cap.
    public var settled: Bool

    /// Makes a warm-up account.
    public init(discarded: Int, seconds: Double, settled: Bool) {
      self.discarded = discarded
      self.seconds = seconds
      self.settled = settled
    }
  }

  /// What a worker saw of itself.
  public struct Observation: Codable, Hashable, Sendable {
    /// Largest resident set in bytes.
    public var peakResidentBytes: UInt64
    /// What was planned to be resident.
    public var memoryPlan: MemoryPlan
    /// The same of the FP32 model that the outputs are compared with; nil for performance cells and in records of builds
    /// that did not keep it.
    public var fp32MemoryPlan: MemoryPlan?
    /// The BLAS library, for engines that use one.
    public var blas: BLASState?
    /// The instruction sets of our own kernels, for example `avx512_core_vnni`; older records say `avx512` for
    /// `avx512_core` and all above it.
    public var isa: String
    /// A digest of the outputs for the first sample, to see that rounds computed the same thing.
    public var output: OutputDigest
    /// Implementation chosen per node, as counts by name.
    public var implementations: [String: Int]
    /// Tokens of a sample, padding included; nil for workloads without tokens.
    public var tokensPerSample: Int?

    /// Makes an observation.
    public init(
      peakResidentBytes: UInt64, memoryPlan: MemoryPlan, fp32MemoryPlan: MemoryPlan? = nil, blas: BLASState?,
      isa: String, output: OutputDigest, implementations: [String: Int], tokensPerSample: Int? = nil
    ) {
      self.tokensPerSample = tokensPerSample
      self.peakResidentBytes = peakResidentBytes
      self.memoryPlan = memoryPlan
      self.fp32MemoryPlan = fp32MemoryPlan
      self.blas = blas
      self.isa = isa
      self.output = output
      self.implementations = implementations
    }
  }

  /// Bytes that a worker plans to hold.
  public struct MemoryPlan: Codable, Hashable, Sendable {
    /// Parameters in memory at the most, which is while models are prepared.
    public var weights: Int
    /// The activation arena.
    public var activations: Int
    /// im2col and other scratch buffers.
    public var scratch: Int
    /// Bytes of weights that one inference moves at the cell's precision.
    public var weightBytesMoved: Int
    /// Bytes of activations that one inference moves at the cell's precision.
    public var activationBytesMoved: Int

    /// Makes a plan.
    public init(weights: Int, activations: Int, scratch: Int, weightBytesMoved: Int, activationBytesMoved: Int) {
      self.weights = weights
      self.activations = activations
      self.scratch = scratch
      self.weightBytesMoved = weightBytesMoved
      self.activationBytesMoved = activationBytesMoved
    }
  }

  /// What the BLAS library said of itself after loading.
  public struct BLASState: Codable, Hashable, Sendable {
    /// `openblas_get_config()`.
    public var configuration: String
    /// `openblas_get_corename()`.
    public var core: String
    /// The core type that was asked for through OPENBLAS_CORETYPE, or nil for the library's own choice.
    public var requestedCore: String?
    /// `openblas_get_num_threads()`: threads per call; our own team calls it from each of its threads.
    public var threadsPerCall: Int

    /// Makes a state.
    public init(configuration: String, core: String, requestedCore: String?, threadsPerCall: Int) {
      self.configuration = configuration
      self.core = core
      self.requestedCore = requestedCore
      self.threadsPerCall = threadsPerCall
    }
  }

  /// A few numbers of one output tensor.
  public struct OutputDigest: Codable, Hashable, Sendable {
    /// Elements.
    public var count: Int
    /// Mean of the elements.
    public var mean: Double
    /// Euclidean norm.
    public var norm: Double
    /// Index of the largest element.
    public var argmax: Int

    /// Makes a digest.
    public init(count: Int, mean: Double, norm: Double, argmax: Int) {
      self.count = count
      self.mean = mean
      self.norm = norm
      self.argmax = argmax
    }
  }
}
