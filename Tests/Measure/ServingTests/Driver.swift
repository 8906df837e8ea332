import CLinux
import Synchronization
import Testing

@testable import LoadGen
@testable import Serving

/// Stands for a load test: opens samples, issues them and waits for answers.
final class Driver {
  let responses: ResponseCollector
  private let store: LatencyStore
  private var next: UInt64 = 0

  init(room: Int = 1 << 18) throws {
    store = try LatencyStore(capacity: room)
    responses = ResponseCollector(clock: SystemClock(), latencies: store, bound: nil, room: room)
  }

  /// Issues one query of these samples of the library.
  func issue(_ indices: [Int32], to system: any SystemUnderTest, isLogged: Bool = false) throws(SystemFault) {
    let samples = indices.map { index in
      responses.open(next, index: index, due: responses.now(), isLogged: isLogged)
      next += 1
      return QuerySample(id: next - 1, index: index)
    }
    responses.announce(next)
    var fault: SystemFault?
    samples.withUnsafeBufferPointer { samples in
      do throws(SystemFault) { try system.issue(samples, to: responses) } catch { fault = error }
    }
    if let fault { throw fault }
  }

  /// From issue to answer, nanoseconds, in the order of issue.
  var latencies: [Int64] { store.inOrder(upTo: next) }

  /// Waits until nothing is outstanding; tests that wait have a limit of time.
  func waitForAnswers(butFor left: Int = 0) {
    while responses.outstanding > left { clinux_sleep_ns(50_000) }
  }
}

/// Answers batches, keeps their ids, and does what it is told before.
final class RecordingRunner: BatchRunner {
  /// What all instances of a server saw.
  final class Journal: Sendable {
    let batches = Mutex<[[ResponseID]]>([])
    let threads = Mutex<Set<Int32>>([])
    let made = Atomic(0)
    let ended = Atomic(0)
  }

  let maxBatch: Int
  private let journal: Journal
  private let before: ([ResponseID]) throws -> Void

  init(maxBatch: Int = 1 << 20, _ journal: Journal, before: @escaping ([ResponseID]) throws -> Void = { _ in }) {
    self.maxBatch = maxBatch
    self.journal = journal
    self.before = before
    journal.made.add(1, ordering: .relaxed)
  }

  deinit { journal.ended.add(1, ordering: .relaxed) }

  func run(_ samples: UnsafeBufferPointer<QuerySample>, responses: ResponseCollector) throws {
    let ids = samples.map(\.id)
    journal.batches.withLock { $0.append(ids) }
    journal.threads.withLock { _ = $0.insert(clinux_thread_id()) }
    try before(ids)
    ids.withUnsafeBufferPointer { responses.complete($0) }
  }
}

/// A generator of numbers for tests: Knuth's MMIX constants.
struct TestRandom {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  /// A number below `bound`.
  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
