import Foundation
import LoadGen
import Synchronization
import Testing

/// On real time, so only for what cannot depend on how fast the machine is.
@Suite struct SystemClockTests {
  /// Answers within the call, or from another thread.
  private final class RealSystem: SystemUnderTest {
    let name = "real"
    private let desk: Desk?

    private final class Desk: Sendable {
      let ids = Mutex<[ResponseID]>([])
      let news = DispatchSemaphore(value: 0)
    }

    init(answersElsewhere: Bool) { desk = answersElsewhere ? Desk() : nil }

    /// Answers on a thread of its own what comes until ``end()``.
    func serve(_ responses: ResponseCollector) {
      guard let desk else { return }
      Thread.detachNewThread {
        while true {
          desk.news.wait()
          guard let id = desk.ids.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
          responses.complete(id)
        }
      }
    }

    func issue(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector) {
      guard let desk else { return samples.forEach { responses.complete($0.id) } }
      if samples.first?.id == 0 { serve(responses) }
      desk.ids.withLock { $0 += samples.map(\.id) }
      for _ in samples { desk.news.signal() }
    }

    func flush() {}
    func end() { desk?.news.signal() }
  }

  @Test("Nothing is allocated between the first query and the last answer", arguments: TestScenario.allCases)
  func allocations(scenario: TestScenario) throws {
    var settings = TestSettings(scenario: scenario)
    settings.minDuration = 20_000_000
    settings.targetQPS = scenario == .server ? 10_000 : nil
    let library = NamedLibrary(name: "library", totalSampleCount: 64, performanceSampleCount: 64)
    func run() throws -> TestResult {
      try LoadTest(
        settings: settings, system: RealSystem(answersElsewhere: false), library: library, clock: SystemClock(),
        keeping: 1_000_000
      ).run()
    }
    // Code that runs for the first time in a process makes the language's own tables.
    _ = try run()
    let result = try run()
    #expect(result.allocations == 0)
    #expect(result.completedCount == result.sampleCount)
    #expect(result.faults == TestResult.Faults())
    #expect(result.sampleCount >= 100)
    let clock = try #require(result.clock)
    #expect(clock.measured >= 20_000_000)
  }

  @Test("Answers of other threads are waited for", arguments: TestScenario.allCases)
  func otherThread(scenario: TestScenario) throws {
    var settings = TestSettings(scenario: scenario)
    settings.minDuration = 1_000_000
    settings.targetQPS = scenario == .server ? 5000 : nil
    let system = RealSystem(answersElsewhere: true)
    let library = NamedLibrary(name: "library", totalSampleCount: 64, performanceSampleCount: 64)
    let result = try LoadTest(
      settings: settings, system: system, library: library, clock: SystemClock(), keeping: 1_000_000
    ).run()
    #expect(result.completedCount == result.sampleCount)
    #expect(result.faults.errorCount == 0)
    system.end()
  }

  @Test("A wait never ends before its instant, and a wake ends it early only where the condition says so")
  func waits() {
    let clock = SystemClock()
    for length: Int64 in [0, 1000, 50_000, 300_000, 3_000_000] {
      let instant = clock.now() + length
      clock.wait(until: instant)
      #expect(clock.now() >= instant)
    }
    let state = State(clock)
    let begin = clock.now()
    Thread.detachNewThread {
      state.clock.wake()
      usleep(2000)
      state.isPending.store(false, ordering: .releasing)
      state.clock.wake()
    }
    clock.wait(until: begin + 60_000_000_000) { state.isPending.load(ordering: .acquiring) }
    #expect(clock.now() < begin + 60_000_000_000)
    let isPending = state.isPending.load(ordering: .acquiring)
    #expect(!isPending)
  }

  private final class State: @unchecked Sendable {
    let clock: SystemClock
    let isPending = Atomic(true)
    init(_ clock: SystemClock) { self.clock = clock }
  }
}
