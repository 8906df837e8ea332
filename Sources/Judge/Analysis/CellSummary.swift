import NumericFormats
import Records
import Statistics

/// What the rounds of one cell say together. Computed from raw samples alone, so that anybody with the record gets the
/// same figures.
public struct CellSummary: Codable, Hashable, Sendable {
  /// The cell's stable id.
  public let id: String
  /// The point.
  public let cell: Cell
  /// Rounds that the plan asks for.
  public let plannedRounds: Int
  /// Rounds finished.
  public let finishedRounds: Int
  /// Why the cell has no more rounds, where a round failed.
  public let failure: Record.Failure?
  /// The command line that measures this cell alone.
  public let repro: String
  /// Query latency; SingleStream only, because under Offline a query's latency says when its turn came.
  public let latency: Latency?
  /// Samples per second. nil for fidelity cells and for every emulated cell: emulated time is not speed.
  public let throughput: Throughput?
  /// What was run and discarded before the windows.
  public let warmUp: WarmUp?
  /// Energy per sample with its provenance.
  public let energy: EnergyPerSample?
  /// The same in other units; nil where it is unavailable.
  public let energyMetrics: EnergyMetrics?
  /// What other meters and the model told.
  public let otherEnergies: [OtherEnergy]
  /// What happened to the readings of meters in the windows, such as gaps and resets.
  public let meterEvents: [MeterEvent]
  /// What may distort the figures.
  public let disturbances: [Disturbance]
  /// Heap allocation calls within all windows; nil where a build could not count them.
  public let allocations: Int?
  /// Memory against its plan; nil without a round.
  public let memory: Memory?
  /// Whether every round computed the same outputs; nil for fewer than two rounds.
  public let outputsAgree: Bool?
  /// Closeness to FP32, for fidelity cells.
  public let fidelity: Fidelity?
  /// Whether threads or memory were seen elsewhere than they were placed: the figures belong to no configuration, and no
  /// ranking takes them.
  public let isMisplaced: Bool

  /// Latency percentiles over the queries of all rounds together, and of each round.
  ///
  /// Rounds last equally long, so fast ones have more queries and weigh more in the pool: where rounds differ, the
  /// pooled tail looks better than a typical round's. Hold it against `rounds`.
  public struct Latency: Codable, Hashable, Sendable {
    /// The median.
    public let p50: PercentileEstimate
    /// 90 % of the queries were at most this slow.
    public let p90: PercentileEstimate
    /// 99 % of the queries were at most this slow.
    public let p99: PercentileEstimate
    /// The same of each round that has queries, in the order of the rounds.
    public let rounds: [RoundPercentiles]
  }

  /// Observed latency percentiles of one round, in nanoseconds.
  public struct RoundPercentiles: Codable, Hashable, Sendable {
    /// The round's index.
    public let index: Int
    /// Queries of the round.
    public let count: Int
    /// The median.
    public let p50: Int64
    /// 90 % of the round's queries were at most this slow.
    public let p90: Int64
    /// 99 % of the round's queries were at most this slow.
    public let p99: Int64
  }

  /// One percentile and whether there were enough queries to bound it at all.
  public struct PercentileEstimate: Codable, Hashable, Sendable {
    /// The observed value in nanoseconds.
    public let nanoseconds: Int64
    /// Queries behind it.
    public let count: Int
    /// The fewest queries of which the slowest one bounds the true percentile from above at 95 % confidence.
    public let minimumCount: Int
    /// Whether `count` reaches `minimumCount`. With fewer, the true percentile may well lie above everything seen.
    public let isTrustworthy: Bool
  }

  /// Samples per second over rounds.
  public struct Throughput: Codable, Hashable, Sendable {
    /// The mean over rounds.
    public let mean: Double
    /// Student's t interval of the mean at 95 %, nil for fewer than two rounds. The unit is the process: the round where each
    /// has its own; the mean of each process's rounds where there are several; and for want of better the rounds of a
    /// single process, which are more alike than processes are.
    public let interval: Interval?
    /// The mean of each process's rounds; the rounds themselves where each has a process of its own.
    public let processes: [Double]
    /// Samples per second of each round, in the order of the rounds.
    public let rounds: [Double]

    /// Half of the interval over the mean; nil without an interval.
    public var relativeHalfWidth: Double? { interval.map { $0.halfWidth / mean } }
  }

  /// Warm-up of all rounds together.
  public struct WarmUp: Codable, Hashable, Sendable {
    /// Queries run and discarded.
    public let discarded: Int
    /// Seconds they took.
    public let seconds: Double
    /// Rounds whose latency had not settled at the cap.
    public let unsettledRounds: Int
  }

  /// Memory of the worst round against its plan, in bytes.
  public struct Memory: Codable, Hashable, Sendable {
    /// What a worker may need beyond its plan: code, libraries, stacks and buffers of the runtime.
    public static let allowance: UInt64 = 150_000_000

    /// Largest resident set of any round.
    public let peak: UInt64
    /// Weights, activations and scratch buffers of that round's plan.
    public let planned: UInt64
    /// `planned` plus ``allowance``.
    public let limit: UInt64
    /// Whether `peak` is at most `limit`.
    public let isWithinLimit: Bool
    /// Bytes of weights that one inference moves.
    public let weightBytesMoved: UInt64
    /// Bytes of activations that one inference moves.
    public let activationBytesMoved: UInt64
  }
}
