import Dispatch
import Foundation
import LoadGen
import Serving
import Synchronization

/// A system under test on a thread of its own, and the tests that are run on it there, one after the other.
///
/// The thread that calls ``run(_:poll:)`` watches: it sees how far the test is, can end it, and notices a system that does
/// not come back from `issue`.
public final class TestBench: Sendable {
  /// What is tested.
  public struct Subject {
    /// The system, to be used on the thread that made it.
    public let system: any SystemUnderTest
    /// Where its samples come from.
    public let library: any SampleLibrary
    /// What is served; nil for stand-ins.
    public let description: ServedModelDescription?

    /// Makes a subject.
    public init(
      system: any SystemUnderTest, library: any SampleLibrary, description: ServedModelDescription? = nil
    ) {
      self.system = system
      self.library = library
      self.description = description
    }
  }

  /// What came of a test.
  public struct Outcome: Sendable {
    /// Counts and times.
    public let result: TestResult
    /// For the accuracy log, in the order of issue.
    public let responses: [LoggedResponse]
    /// In the order of issue, nanoseconds; -1 where a sample was not answered.
    public let latencies: [Int64]
    /// What the system's batcher did; nil where it has none.
    public let batching: BatchingReport?
    /// What was served; nil for stand-ins.
    public let model: ServedModelDescription?
  }

  /// A system that did not come back from a query.
  public struct Stuck: Error, CustomStringConvertible {
    /// How long it was waited for.
    public let seconds: Int

    /// One sentence for the user.
    public var description: String {
      "The system under test did not come back from a query within \(seconds) seconds, so the test has no result."
    }
  }

  private static let interruptPatience: Int64 = 3_000_000_000

  /// How often the watching thread looks.
  private static let interval = 0.05

  private let desk = Desk()
  /// One call of `issue` may take so long at least, nanoseconds.
  private let patience: Int64

  /// Starts the thread and makes the subject on it; the call returns when that is done.
  ///
  /// - Parameter patience: seconds that one call of the system's `issue` may take; the largest models take some for an
  ///   inference.
  /// - Throws: what `make` throws.
  public init(patience: Double = 60, _ make: @escaping @Sendable () throws -> Subject) throws {
    self.patience = Int64(patience * 1e9)
    let made = DispatchSemaphore(value: 0)
    let desk = desk
    let thread = Thread {
      let subject: Subject
      do { subject = try make() } catch {
        desk.failure.withLock { $0 = error }
        made.signal()
        return
      }
      made.signal()
      while let job = desk.next() { job(subject) }
    }
    thread.stackSize = 8 << 20
    thread.start()
    made.wait()
    if let error = desk.failure.withLock({ $0 }) { throw error }
  }

  deinit { desk.end() }

  /// Runs a test and waits for its result.
  ///
  /// - Parameter poll: called on this thread 20 times a second; what it returns ends the test, nil lets it go on.
  /// - Throws: ``LoadSettingsError``, ``LoadTestError``, what the library throws, and ``Stuck``, after which the bench is of no
  ///   more use.
  public func run(
    _ settings: TestSettings, poll: (LoadTest.Progress) -> TestResult.End? = { _ in nil }
  ) throws -> Outcome {
    let slot = Slot()
    desk.put { subject in
      slot.finish(
        Result {
          let test = try LoadTest(
            settings: settings, system: subject.system, library: subject.library, clock: SystemClock())
          slot.test.withLock { $0 = test }
          let batcher = subject.system as? DynamicBatcher
          batcher?.resetReport()
          let result = try test.run()
          return Outcome(
            result: result, responses: test.responses, latencies: test.keptLatencies, batching: batcher?.report,
            model: subject.description)
        })
    }
    while true {
      if let outcome = slot.wait(Self.interval) { return try outcome.get() }
      guard let test = slot.test.withLock({ $0 }) else { continue }
      let progress = test.progress
      if let since = progress.issuing, since > max(patience, settings.answerTimeout) {
        throw Stuck(seconds: Int(since / 1_000_000_000))
      }
      guard let end = poll(progress) else { continue }
      test.stop(end)
      // Whoever interrupts does not wait for a call that does not end.
      if end == .interrupted, let since = progress.issuing, since > Self.interruptPatience {
        throw Stuck(seconds: Int(since / 1_000_000_000))
      }
    }
  }

  /// What one thread leaves for the other.
  private final class Desk: Sendable {
    typealias Job = @Sendable (Subject) -> Void
    let failure = Mutex<(any Error)?>(nil)
    private let jobs = Mutex<[Job?]>([])
    private let news = DispatchSemaphore(value: 0)

    func put(_ job: @escaping Job) {
      jobs.withLock { $0.append(job) }
      news.signal()
    }

    func end() {
      jobs.withLock { $0.append(nil) }
      news.signal()
    }

    /// The next job; nil when there will be none.
    func next() -> Job? {
      news.wait()
      return jobs.withLock { $0.removeFirst() }
    }
  }

  /// A test that was asked for.
  private final class Slot: Sendable {
    let test = Mutex<LoadTest?>(nil)
    private let outcome = Mutex<Result<Outcome, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    func finish(_ result: Result<Outcome, any Error>) {
      outcome.withLock { $0 = result }
      done.signal()
    }

    func wait(_ seconds: Double) -> Result<Outcome, any Error>? {
      guard done.wait(timeout: .now() + seconds) == .success else { return nil }
      return outcome.withLock { $0 }
    }
  }
}
