/// What a test did: raw counts and times, from which verdict and logs are made. Times are nanoseconds.
public struct TestResult: Codable, Hashable, Sendable {
  /// What was asked for.
  public var requested: TestSettings
  /// What the test ran with: counts filled in and rounded as the scenario demands.
  public var effective: TestSettings
  /// The system's name.
  public var system: String
  /// The sample library.
  public var library: Library
  /// The samples that were in memory, in order, with the padding of MultiStream.
  public var loadedSet: [Int32]

  /// Queries issued. Offline has one.
  public var queryCount: Int
  /// Samples issued.
  public var sampleCount: Int
  /// Samples answered in time to be counted.
  public var completedCount: Int

  /// When the last query was due, from the start; Server only says more than ``lastIssued``.
  public var lastScheduled: Int64
  /// Server: when the query after the last one would have been due, from the start; nil where none was drawn.
  public var nextScheduled: Int64?
  /// When the last query was issued, from the start.
  public var lastIssued: Int64
  /// When the last sample was answered, from the start.
  public var lastCompleted: Int64
  /// When the last query, in the order of issue, was answered, from the start.
  public var lastQueryCompleted: Int64

  /// Latencies of samples, from when they were due to when they were answered; nil where none was answered.
  public var sampleLatency: LatencySummary?
  /// Latencies of queries: of their last sample. Equal to ``sampleLatency`` where queries have one sample.
  public var queryLatency: LatencySummary?
  /// Server: answered samples whose latency exceeded the bound.
  public var overLatencyCount: Int
  /// The order statistics that early stopping takes; nil where there is no estimate to make.
  public var earlyStopping: EarlyStoppingEstimate?

  /// How late queries were issued against when they were due; nil where nothing was issued.
  public var lateness: LatencySummary?
  /// Samples that were being answered at the same time.
  public var concurrency: Concurrency
  /// What was wrong with answers.
  public var faults: Faults

  /// Why no more queries were issued.
  public var end: End
  /// Whether the clocks agreed about how long it took.
  public var clock: ClockComparison?
  /// Heap allocations on the measured thread from the first query to the last answer, the system's own in its `issue`
  /// included; nil where the build cannot count them.
  public var allocations: Int?

  /// The sample library of a test.
  public struct Library: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// All samples that there are.
    public var totalCount: Int
    /// How many fit into memory.
    public var performanceCount: Int

    /// Makes a description.
    public init(name: String, totalCount: Int, performanceCount: Int) {
      self.name = name
      self.totalCount = totalCount
      self.performanceCount = performanceCount
    }
  }

  /// How many samples were outstanding.
  public struct Concurrency: Codable, Hashable, Sendable {
    /// The mean over the test's time: the sum of latencies, from issue on, over its length (Little's law).
    public var mean: Double
    /// The most at any moment of issue.
    public var peak: Int

    /// Makes an account.
    public init(mean: Double, peak: Int) {
      self.mean = mean
      self.peak = peak
    }
  }

  /// Answers that were not as they should be, in samples.
  public struct Faults: Codable, Hashable, Sendable {
    /// The system said that it failed, or refused to take them.
    public var failed = 0
    /// Never answered, though the test waited.
    public var unanswered = 0
    /// Answered again after they had been answered.
    public var duplicates = 0
    /// Answers that name no sample of the test.
    public var unknown = 0
    /// Answered after a later one of another query: allowed, and told.
    public var outOfOrder = 0
    /// The first reasons that the system gave, at most 8.
    public var reasons: [String] = []

    /// Makes an account of a test without faults.
    public init() {}

    /// What counts as an error of the system: everything but order.
    public var errorCount: Int { failed + unanswered + duplicates + unknown }
  }

  /// Why no more queries were issued.
  public enum End: String, Codable, Hashable, Sendable {
    /// The scenario's rule was met.
    case rule
    /// ``TestSettings/maxDuration`` was over.
    case maxDuration
    /// ``TestSettings/maxQueryCount`` was reached.
    case maxQueryCount
    /// The trace to replay was over.
    case traceEnded
    /// So many samples waited for their answers that there was no room to keep track of more.
    case overloaded
    /// The system stopped answering.
    case silent
    /// Whoever watched it had seen enough.
    case decided
    /// The user stopped it.
    case interrupted
  }

  /// How long the test took by different clocks, nanoseconds.
  public struct ClockComparison: Codable, Hashable, Sendable {
    /// By the clock that latencies are measured with (CLOCK_MONOTONIC_RAW).
    public var measured: Int64
    /// By the clock that is disciplined by time servers (CLOCK_MONOTONIC).
    public var monotonic: Int64
    /// By the wall clock (CLOCK_REALTIME), which stamps of power meters use.
    public var realtime: Int64
    /// When the first query could be issued by the wall clock, nanoseconds since 1970, UTC.
    public var begin: Int64
    /// The same by the clock that latencies are measured with: comparable with the windows of power monitors.
    public var start: Int64

    /// Makes a comparison.
    public init(measured: Int64, monotonic: Int64, realtime: Int64, begin: Int64, start: Int64 = 0) {
      self.begin = begin
      self.start = start
      self.measured = measured
      self.monotonic = monotonic
      self.realtime = realtime
    }
  }
}

/// Order statistics and moments of latencies, nanoseconds.
public struct LatencySummary: Hashable, Sendable {
  /// How many.
  public var count: Int
  /// The least.
  public var min: Int64
  /// The greatest.
  public var max: Int64
  /// The mean.
  public var mean: Double
  /// At ``percentiles``, by MLPerf's rule: the element at the 0-based index floor(N x p) of the sorted latencies.
  public var values: [Int64]
  /// The percentile that the scenario's metric or bound takes, by the same rule.
  public var target: Int64
  /// Relative width of what ``values`` are rounded up to; 0 where they are exact, as they are for up to 10 million.
  public var resolution: Double

  /// The percentiles that MLPerf reports.
  public static let percentiles = [0.5, 0.9, 0.95, 0.97, 0.99, 0.999]

  /// Makes a summary.
  public init(
    count: Int, min: Int64, max: Int64, mean: Double, values: [Int64], target: Int64, resolution: Double = 0
  ) {
    self.count = count
    self.min = min
    self.max = max
    self.mean = mean
    self.values = values
    self.target = target
    self.resolution = resolution
  }
}

/// The pessimistic estimate of a percentile that early stopping makes of a finished test (SingleStream, MultiStream).
public struct EarlyStoppingEstimate: Codable, Hashable, Sendable {
  /// The percentile, as a share.
  public var percentile: Double
  /// Queries that the estimate needs at least.
  public var neededCount: Int
  /// How many of the slowest queries are left out: t - 1; nil where there are too few queries for an estimate.
  public var discarded: Int?
  /// The estimate, nanoseconds; nil where there are too few queries.
  public var latency: Int64?
  /// SingleStream: the same for the 99th percentile; nil where there are too few queries.
  public var latency99: Int64?

  /// Makes an estimate.
  public init(percentile: Double, neededCount: Int, discarded: Int?, latency: Int64?, latency99: Int64? = nil) {
    self.percentile = percentile
    self.neededCount = neededCount
    self.discarded = discarded
    self.latency = latency
    self.latency99 = latency99
  }
}
