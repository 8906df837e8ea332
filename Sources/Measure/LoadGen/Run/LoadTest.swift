import Synchronization

/// Runs a test on a system: brings samples into memory, issues queries as the scenario says, waits for the answers.
///
/// ``run()`` issues on the calling thread and comes back in bounded time from every system whose `issue` returns. Nothing is
/// allocated or formatted between the first query and the last.
public final class LoadTest: @unchecked Sendable {
  /// What was asked for.
  public let requested: TestSettings
  /// What the test runs with.
  public let effective: TestSettings

  let system: any SystemUnderTest
  let library: any SampleLibrary
  let clock: any TestClock
  let collector: ResponseCollector
  let latencies: LatencyStore
  /// Latencies of queries that have several samples.
  let queryLatencies: LatencyStore?
  let lateness = LatencyHistogram()
  private let sets: [LoadedSet]
  private let asked = Atomic<UInt8>(0)
  private let started = Atomic<Int64>(.min)
  /// When the system was last called; the least value while it is not in a call.
  let issuingSince = Atomic<Int64>(.min)

  /// Prepares a test.
  ///
  /// - Parameters:
  ///   - keeping: how many latencies are kept each by itself; later ones go into a histogram.
  ///   - room: how many samples may wait for their answers at the same time.
  /// - Throws: ``LoadSettingsError`` where the settings make no sense, ``LoadTestError`` where there is no memory.
  public init(
    settings: TestSettings, system: any SystemUnderTest, library: any SampleLibrary, clock: any TestClock,
    keeping: Int? = nil, room: Int? = nil
  ) throws {
    requested = settings
    effective = try settings.effective(
      total: library.totalSampleCount, performanceCount: library.performanceSampleCount)
    sets = LoadedSet.sets(
      of: effective, total: library.totalSampleCount, performanceCount: library.performanceSampleCount)
    self.system = system
    self.library = library
    self.clock = clock
    let capacity = keeping ?? LatencyStore.usualCapacity
    latencies = try LatencyStore(capacity: capacity)
    let hasLongQueries = effective.scenario == .multiStream && effective.samplesPerQuery > 1
    queryLatencies = hasLongQueries ? try LatencyStore(capacity: capacity / effective.samplesPerQuery) : nil
    let isClosed = effective.scenario == .singleStream || effective.scenario == .multiStream
    let usual = isClosed ? max(1 << 12, effective.samplesPerQuery) : ResponseCollector.usualRoom
    collector = ResponseCollector(
      clock: clock, latencies: latencies, bound: effective.scenario == .server ? effective.targetLatency : nil,
      room: room ?? usual)
  }

  /// The responses for the accuracy log, in the order of issue; after ``run()``.
  public var responses: [LoggedResponse] { collector.responses }

  /// Latencies of samples in the order of issue, as far as they are kept each by itself, nanoseconds; -1 where a sample was
  /// not answered. After ``run()``.
  public var keptLatencies: [Int64] { latencies.inOrder(upTo: UInt64(collector.issued)) }

  // MARK: From other threads

  /// How far a test has come.
  public struct Progress: Hashable, Sendable {
    /// Nanoseconds since the first query; nil before it.
    public let elapsed: Int64?
    /// Samples issued.
    public let issued: Int
    /// Samples answered well.
    public let completed: Int
    /// Server: answers above the bound.
    public let overLatency: Int
    /// How long the system has been in its `issue`, nanoseconds; nil where it is not.
    public let issuing: Int64?

    /// Says how far a test is.
    public init(elapsed: Int64?, issued: Int, completed: Int, overLatency: Int = 0, issuing: Int64? = nil) {
      self.elapsed = elapsed
      self.issued = issued
      self.completed = completed
      self.overLatency = overLatency
      self.issuing = issuing
    }
  }

  /// How far it has come; from any thread.
  public var progress: Progress {
    let start = started.load(ordering: .acquiring)
    let issuing = issuingSince.load(ordering: .acquiring)
    let now = clock.now()
    return Progress(
      elapsed: start == .min ? nil : now - start, issued: collector.issued, completed: collector.completed,
      overLatency: collector.overLatencyCount, issuing: issuing == .min ? nil : now - issuing)
  }

  /// Ends the test at the next query; from any thread. Where that was ``TestResult/End/interrupted``, answers that do not
  /// come soon are not waited for.
  public func stop(_ end: TestResult.End = .interrupted) {
    asked.store(end == .decided ? 1 : 2, ordering: .releasing)
    clock.wake()
  }

  /// What it was asked to end as; nil where it was not.
  var stopped: TestResult.End? {
    switch asked.load(ordering: .relaxed) {
    case 0: nil
    case 1: .decided
    default: .interrupted
    }
  }

  // MARK: Running

  /// Runs the test. Call it once.
  ///
  /// - Throws: what the library throws.
  public func run() throws -> TestResult {
    let series = Series(self)
    var (reference, begin) = (clock.reference, clock.now())
    var end = TestResult.End.rule
    for (place, set) in sets.enumerated() {
      try library.load(set.samples)
      defer { library.unload(set.samples) }
      // Whoever reads a power meter wants the queries, and not the loading before them.
      if place == 0 { (reference, begin) = (clock.reference, clock.now()) }
      started.store(clock.now(), ordering: .releasing)
      end = series.run(set)
      guard end == .rule else { break }
    }
    return result(series, end: end, clocks: comparison(since: begin, reference))
  }

  private func comparison(since begin: Int64, _ reference: ReferenceTime?) -> TestResult.ClockComparison? {
    guard let reference, let now = clock.reference else { return nil }
    return TestResult.ClockComparison(
      measured: clock.now() - begin, monotonic: now.monotonic - reference.monotonic,
      realtime: now.realtime - reference.realtime, begin: reference.realtime, start: begin)
  }

  private func result(
    _ series: Series, end: TestResult.End, clocks: TestResult.ClockComparison?
  ) -> TestResult {
    let sorted = latencies.sorted(upTo: series.nextID)
    let share = effective.targetLatencyPercentile
    let summary = sorted.summary(target: share)
    var effective = effective
    // As many as there had to be; a guess beforehand says less.
    if effective.scenario == .offline, effective.mode == .performance {
      effective.samplesPerQuery = Int(series.nextID)
    }
    let queries = queryLatencies?.sorted(upTo: UInt64(series.queryCount))
    let last = collector.lastAnswer.map { $0 - series.start } ?? 0
    let lastQuery = series.nextID == 0 ? nil : latencies.latency(series.nextID - 1)
    return TestResult(
      requested: requested, effective: effective, system: system.name,
      library: .init(
        name: library.name, totalCount: library.totalSampleCount, performanceCount: library.performanceSampleCount),
      loadedSet: sets.first?.samples ?? [], queryCount: series.queryCount, sampleCount: Int(series.nextID),
      completedCount: collector.completed, lastScheduled: series.lastScheduled,
      nextScheduled: series.nextScheduled, lastIssued: series.lastIssued,
      lastCompleted: last, lastQueryCompleted: lastQuery.map { $0 + series.lastScheduled } ?? last,
      sampleLatency: summary, queryLatency: queries.map { $0.summary(target: share) } ?? summary,
      overLatencyCount: collector.overLatencyCount, earlyStopping: estimate(queries ?? sorted),
      lateness: series.queryCount == 0 ? nil : lateness.summary(target: 0.99),
      concurrency: .init(mean: last > 0 ? max(sorted.sum - series.delay, 0) / Double(last) : 0, peak: series.peak),
      faults: collector.faults,
      end: end, clock: clocks, allocations: series.allocations.map { Int($0) })
  }

  /// The estimates that early stopping makes; only SingleStream and MultiStream have them.
  private func estimate(_ sorted: SortedLatencies) -> EarlyStoppingEstimate? {
    guard effective.scenario == .singleStream || effective.scenario == .multiStream else { return nil }
    let share = effective.targetLatencyPercentile
    guard let needed = EarlyStopping.neededUnder(over: 1, percentile: share) else { return nil }
    let allowed = Self.allowed(of: sorted.count, percentile: share)
    let isSingle = effective.scenario == .singleStream
    let allowed99 = isSingle ? Self.allowed(of: sorted.count, percentile: 0.99) : nil
    return EarlyStoppingEstimate(
      percentile: share, neededCount: needed + 1, discarded: allowed.map { $0 - 1 },
      latency: allowed.map { sorted[sorted.count - $0] }, latency99: allowed99.map { sorted[sorted.count - $0] })
  }

  /// The largest t of at least 1; nil where there are too few queries.
  private static func allowed(of count: Int, percentile: Double) -> Int? {
    guard let allowed = EarlyStopping.allowedOver(of: count, percentile: percentile), allowed >= 1 else { return nil }
    return allowed
  }
}
