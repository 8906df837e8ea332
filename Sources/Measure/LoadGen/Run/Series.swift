import CLinux
import Synchronization

/// The queries of a test over its loaded sets, one set after the other: what was issued when. On the measured thread only.
final class Series {
  let test: LoadTest
  let settings: TestSettings
  let clock: any TestClock
  let collector: ResponseCollector

  /// When the first query of the set was issued, by the clock.
  private(set) var start: Int64 = 0
  var queryCount = 0
  private(set) var nextID: ResponseID = 0
  /// From ``start``; see ``TestResult``.
  var lastScheduled: Int64 = 0
  var lastIssued: Int64 = 0
  var nextScheduled: Int64?
  private(set) var peak = 0
  /// How long samples were due before they were issued, all together, nanoseconds.
  private(set) var delay = 0.0
  /// On this thread from the first query to the last answer; nil where they cannot be counted.
  private(set) var allocations: Int64? = 0

  private var sampler: AccuracyLogSampler
  private let indices: UnsafeMutableBufferPointer<Int32>
  private let samples: UnsafeMutableBufferPointer<QuerySample>

  init(_ test: LoadTest) {
    self.test = test
    settings = test.effective
    clock = test.clock
    collector = test.collector
    sampler = AccuracyLogSampler(settings: test.effective)
    // Offline is issued in parts that fit.
    let size = settings.scenario == .offline ? collector.room / 2 : settings.samplesPerQuery
    indices = .allocate(capacity: size)
    indices.initialize(repeating: 0)
    samples = .allocate(capacity: size)
    samples.initialize(repeating: QuerySample(id: 0, index: 0))
  }

  deinit {
    indices.deallocate()
    samples.deallocate()
  }

  /// The most samples that ``issue(_:due:)`` takes.
  var longestPart: Int { indices.count }

  /// Issues all queries over a set and waits for the answers.
  func run(_ set: LoadedSet) -> TestResult.End {
    var stream = QueryStream(settings: settings, set: set)
    let allocationsBefore = clinux_thread_allocation_count()
    start = clock.now()
    let issued =
      switch settings.scenario {
      case .singleStream, .multiStream: closedLoop(&stream)
      case .server: server(&stream)
      case .offline: offline(&stream)
      }
    test.system.flush()
    let end = drain(issued)
    let made = clinux_thread_allocation_count() - allocationsBefore
    allocations = allocationsBefore < 0 ? nil : allocations.map { $0 + made }
    return end
  }

  /// Takes the samples of the next query, or as many as `limit` says of Offline's one; 0 when there are no more.
  func draw(_ stream: inout QueryStream, limit: Int) -> Int {
    stream.next(into: UnsafeMutableBufferPointer(rebasing: indices[..<limit]))
  }

  /// Issues what was drawn.
  ///
  /// - Parameters:
  ///   - due: when it should have been, by the clock: latencies count from then on.
  ///   - now: the time of the call.
  func issue(_ count: Int, due: Int64, now: Int64) {
    let isAccuracy = settings.mode == .accuracy
    for place in 0..<count {
      let id = nextID + UInt64(place)
      collector.open(id, index: indices[place], due: due, isLogged: sampler.next() || isAccuracy)
      samples[place] = QuerySample(id: id, index: indices[place])
    }
    nextID += UInt64(count)
    collector.announce(nextID)
    peak = max(peak, collector.outstanding)
    delay += Double(now - due) * Double(count)
    test.issuingSince.store(now, ordering: .relaxed)
    let part = UnsafeBufferPointer(rebasing: samples[..<count])
    do throws(SystemFault) { try test.system.issue(part, to: collector) } catch {
      let ids = part.map(\.id)
      ids.withUnsafeBufferPointer { collector.fail($0, error) }
    }
    test.issuingSince.store(.min, ordering: .relaxed)
  }

  /// When a silent system is given up, by the clock: so long after the last sign of life.
  func deadline(since instant: Int64) -> Int64 {
    let (sum, overflow) = max(instant, collector.lastAnswer ?? .min).addingReportingOverflow(settings.answerTimeout)
    return overflow ? .max : sum
  }

  /// Waits until at most `count` samples are outstanding. False where the system fell silent or the test was stopped.
  func wait(untilOutstanding count: Int, since instant: Int64, before limit: Int64 = .max) -> Bool {
    while collector.outstanding > count {
      let deadline = min(deadline(since: instant), limit)
      clock.wait(until: deadline) { self.collector.outstanding > count && self.test.stopped == nil }
      if collector.outstanding <= count { return true }
      if test.stopped != nil { return false }
      let now = clock.now()
      if now >= limit || now >= self.deadline(since: instant) { return false }
    }
    return true
  }

  /// Waits for what is outstanding and gives up what does not come, or comes too late to be waited for.
  private func drain(_ end: TestResult.End) -> TestResult.End {
    let now = clock.now()
    // After its longest duration a test has the time of one more answer.
    let (limit, overflow) = (start &+ (settings.maxDuration ?? 0)).addingReportingOverflow(settings.answerTimeout)
    var last = settings.maxDuration == nil || overflow ? .max : max(limit, now &+ Self.lastPatience)
    // Whoever has seen enough wants an end; answers that are nearly there may still come.
    if end == .interrupted || end == .decided { last = now &+ min(settings.answerTimeout, Self.lastPatience) }
    while end != .silent, collector.outstanding > 0 {
      let wasStopped = test.stopped == .interrupted
      if wasStopped { last = min(last, clock.now() &+ Self.lastPatience) }
      let until = min(last, deadline(since: now))
      guard clock.now() < until else { break }
      clock.wait(until: until) {
        self.collector.outstanding > 0 && (wasStopped || self.test.stopped != .interrupted)
      }
      if wasStopped { break }
    }
    guard collector.outstanding > 0 else { return end }
    collector.giveUp()
    test.system.abandon()
    return end == .rule ? (test.stopped ?? (clock.now() >= last ? .maxDuration : .silent)) : end
  }

  private static let lastPatience: Int64 = 1_000_000_000
}
