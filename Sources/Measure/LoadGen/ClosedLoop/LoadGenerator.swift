/// Offers load to a system under test and logs every latency. Knows nothing about models.
///
/// The loop of ``measure()`` allocates nothing, takes no lock and reads the clock twice a query.
public final class LoadGenerator {
  /// The settings in use. Between measurements their least duration may change.
  public var settings: LoadSettings
  /// Latencies of the last measurement.
  public private(set) var log: LatencyLog

  private let clock: any NanosecondClock
  private let system: any BlockingSystem
  private let order: SampleOrder

  /// Allocates the log and the sample order.
  ///
  /// - Throws: ``LoadSettingsError`` where the settings cannot be run on this system.
  public init(settings: LoadSettings, clock: any NanosecondClock, system: any BlockingSystem)
    throws(LoadSettingsError)
  {
    try settings.validate()
    guard system.sampleCount >= 1, system.sampleCount <= 1 << 30 else {
      throw LoadSettingsError(reason: "the system offers \(system.sampleCount) samples and at least 1 is needed")
    }
    self.settings = settings
    self.clock = clock
    self.system = system
    log = LatencyLog(capacity: settings.maxQueryCount)
    order = SampleOrder(
      sampleCount: system.sampleCount, samplesPerQuery: settings.samplesPerQuery, seed: settings.seed)
  }

  /// Replaces the log by an empty one for `capacity` latencies, where the warm-up shows what a measurement needs.
  public func makeLog(capacity: Int) { log = LatencyLog(capacity: capacity) }

  /// Issues queries until `detector` says that the level has settled or `cap` nanoseconds have passed.
  ///
  /// At least one query is issued, and the one that runs when the cap is reached completes.
  public func warmUp(detector: WarmUpDetector = WarmUpDetector(), cap: Int64) -> WarmUpOutcome {
    var detector = detector
    let start = clock.now()
    var issue = start
    var fastest = Int64.max
    repeat {
      system.issue(order.samples(ofQuery: detector.count))
      let completion = clock.now()
      detector.add(completion - issue)
      fastest = min(fastest, completion - issue)
      issue = completion
    } while !detector.isSettled && issue - start < cap
    return WarmUpOutcome(
      discarded: detector.count, nanoseconds: issue - start, fastest: fastest, settled: detector.isSettled)
  }

  /// Issues queries until `instant` is closer than one of them takes, then waits for it: whatever rested since the warm-up
  /// is warm again, and every process that shares the clock begins together.
  ///
  /// - Parameter last: what a query takes, nanoseconds.
  /// - Returns: the queries that were issued, none where the instant has passed already.
  @discardableResult
  public func rouse(until instant: Int64, last: Int64) -> Int {
    var count = 0
    var last = max(last, 1)
    var now = clock.now()
    // A fifth more than the last one took: one that ends too late would shorten what the processes share.
    while instant - now > last + last / 5 {
      system.issue(order.samples(ofQuery: count))
      let completion = clock.now()
      (last, now) = (max(completion - now, 1), completion)
      count += 1
    }
    while clock.now() < instant {}
    return count
  }

  /// Runs the scenario and logs the latency of every query: its completion minus its own issue.
  ///
  /// That holds for Offline batches too: what MLPerf calls their latency (completion minus the start of the run) only
  /// restates throughput, and can be had by summing. Throughput is samples over ``LoadOutcome/duration``.
  public func measure() -> LoadOutcome {
    log.removeAll()
    var issued = 0
    var end = LoadOutcome.End.asked
    let start = clock.now()
    var issue = start
    var completion = start
    while true {
      if log.isFull {
        if !isEnough(issued: issued, elapsed: issue - start) { end = .logFull }
        break
      }
      if isEnough(issued: issued, elapsed: issue - start) { break }
      system.issue(order.samples(ofQuery: issued))
      completion = clock.now()
      log.append(completion - issue)
      issued += 1
      issue = settings.scenario == .offline ? completion : clock.now()
    }
    return LoadOutcome(queries: issued, begin: start, duration: completion - start, end: end)
  }

  /// Whether the run may end before the next issue. `elapsed` is the time at that issue; in Offline it is the last
  /// completion.
  private func isEnough(issued: Int, elapsed: Int64) -> Bool {
    switch settings.scenario {
    case .singleStream: issued >= settings.minQueryCount && issued >= 1 && elapsed >= settings.minDuration
    case .offline: issued >= 1 && elapsed >= settings.minDuration
    }
  }
}

/// What a warm-up did.
public struct WarmUpOutcome: Hashable, Sendable {
  /// Queries issued and discarded.
  public let discarded: Int
  /// How long it took.
  public let nanoseconds: Int64
  /// The least latency seen, nanoseconds.
  public let fastest: Int64
  /// Whether the level settled before the cap.
  public let settled: Bool
}

/// What a measurement did; the latencies are in the generator's log.
public struct LoadOutcome: Hashable, Sendable {
  /// Queries issued and completed.
  public let queries: Int
  /// The clock at the first issue, nanoseconds.
  public let begin: Int64
  /// From the first issue to the last completion, nanoseconds.
  public let duration: Int64
  /// Why it ended.
  public let end: End

  /// Why a measurement ended.
  public enum End: Hashable, Sendable {
    /// Duration and number of queries reached what was asked for.
    case asked
    /// The log was full before that; the queries so far are valid.
    case logFull
  }
}
