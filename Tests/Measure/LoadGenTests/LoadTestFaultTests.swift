import LoadGen
import Testing

private let ms: Int64 = 1_000_000

@Suite struct LoadTestFaultTests {
  @Test("A system that never answers is given up after the time allowed", arguments: TestScenario.allCases)
  func silent(scenario: TestScenario) throws {
    let result = try run(scenario, service: { _ in nil }) {
      $0.answerTimeout = 500 * ms
      $0.targetQPS = 100
      $0.minDuration = 10_000 * ms
    }.result
    #expect(result.end == .silent)
    #expect(result.completedCount == 0)
    #expect(result.faults.unanswered == result.sampleCount)
    #expect(result.sampleLatency == nil)
    // Server goes on until it notices.
    #expect(result.lastIssued <= 520 * ms)
  }

  @Test("Samples that are never answered are counted, and the others are measured")
  func someSilent() throws {
    let result = try run(.server, service: { $0.id % 10 == 3 ? nil : ms }, set: { $0.targetQPS = 500 }).result
    #expect(result.faults.unanswered == (result.sampleCount + 6) / 10)
    #expect(result.completedCount == result.sampleCount - result.faults.unanswered)
    #expect(result.end == .silent)
    #expect(result.sampleLatency?.count == result.completedCount)
  }

  @Test("Second answers and answers to nothing are counted and change no figure", arguments: TestScenario.allCases)
  func twice(scenario: TestScenario) throws {
    let (result, _, test) = try run(
      scenario, service: { _ in ms }, set: { $0.targetQPS = 400 },
      prepare: { system in
        system.answer = { sample, responses in
          responses.complete(sample.id)
          system.clock.schedule(at: system.clock.now() + ms / 2) { responses.complete(sample.id) }
          if sample.id % 4 == 0 { responses.complete(sample.id + 1_000_000_000) }
        }
      })
    let plain = try run(scenario, service: { _ in ms }, set: { $0.targetQPS = 400 })
    #expect(test.keptLatencies == plain.test.keptLatencies)
    // The last answers may come when nobody looks any more.
    #expect((result.sampleCount - 8...result.sampleCount).contains(result.faults.duplicates))
    #expect(result.faults.unknown == (result.sampleCount + 3) / 4)
    #expect(result.completedCount == result.sampleCount)
    #expect(result.faults.errorCount == result.faults.duplicates + result.faults.unknown)
    #expect(result.end == .rule)
  }

  @Test("Answers out of order are allowed and told")
  func order() throws {
    let result = try run(.server, servers: 4, service: { $0.id % 4 == 0 ? 9 * ms : ms }, set: { $0.targetQPS = 900 })
      .result
    #expect(result.faults.outOfOrder > 100)
    #expect(result.faults.errorCount == 0)
    #expect(result.completedCount == result.sampleCount)
  }

  @Test(
    "What a system refuses counts as failed, with its reason, and the test goes on", arguments: TestScenario.allCases)
  func refusals(scenario: TestScenario) throws {
    let (result, system, _) = try run(
      scenario, service: { _ in ms }, set: { $0.targetQPS = 400 },
      prepare: { system in
        system.refusal = { $0.id % 16 == 0 ? SystemFault(reason: "no room") : nil }
      })
    #expect(result.faults.failed > 0)
    #expect(result.faults.reasons == ["no room"])
    #expect(result.completedCount + result.faults.failed == result.sampleCount)
    #expect(result.end == .rule)
    #expect(system.queries.count > 10)
  }

  @Test("A test ends where more samples wait than it can keep track of")
  func overload() throws {
    let result = try run(.server, room: 64, service: { _ in 100 * ms }, set: { $0.targetQPS = 1000 }).result
    #expect(result.end == .overloaded)
    #expect(result.concurrency.peak <= 64)
    #expect(result.completedCount == result.sampleCount)
  }

  @Test("A test that is stopped from outside reports what it has", arguments: TestScenario.allCases)
  func stopped(scenario: TestScenario) throws {
    var stop: () -> Void = {}
    var settings = TestSettings(scenario: scenario)
    settings.minDuration = 10_000 * ms
    settings.targetQPS = scenario == .server ? 500 : nil
    let clock = VirtualClock()
    let system = VirtualSystem(clock) { _ in ms }
    let library = NamedLibrary(name: "library", totalSampleCount: 8, performanceSampleCount: 8)
    let test = try LoadTest(settings: settings, system: system, library: library, clock: clock, keeping: 100_000)
    stop = { test.stop() }
    clock.schedule(at: 300 * ms) { stop() }
    let result = try test.run()
    #expect(result.end == .interrupted)
    #expect(result.lastIssued <= 300 * ms)
    #expect(result.lastIssued >= 200 * ms)
    #expect(result.completedCount == result.sampleCount)
    #expect(test.progress.issued == result.sampleCount)
  }

  @Test("Time without work is nobody's silence")
  func idle() throws {
    let second = 1000 * ms
    let result = try run(.server, service: { _ in 100 * ms }) {
      $0.arrivals = .replay([0, 11 * second, 11 * second + 10 * ms, 12 * second])
      $0.answerTimeout = second
      $0.targetQPS = nil
    }.result
    #expect(result.end == .traceEnded)
    #expect(result.completedCount == 4)
    #expect(result.faults.errorCount == 0)
  }

  @Test("After the longest duration a backlog is waited for as long as for one answer, and then given up")
  func backlog() throws {
    let result = try run(.server, service: { _ in 100 * ms }) {
      $0.targetQPS = 1000
      $0.minDuration = 1000 * ms
      $0.maxDuration = 1000 * ms
      $0.answerTimeout = 2000 * ms
    }.result
    #expect(result.end == .maxDuration)
    #expect(result.lastCompleted <= 3000 * ms)
    #expect((25...31).contains(result.completedCount))
    #expect(result.faults.unanswered == result.sampleCount - result.completedCount)
  }

  @Test("Who interrupts while answers are waited for is not kept waiting")
  func interruptedDrain() throws {
    var settings = TestSettings(scenario: .server)
    settings.targetQPS = 1000
    settings.minDuration = 1000 * ms
    let clock = VirtualClock()
    let system = VirtualSystem(clock) { _ in 100 * ms }
    let library = NamedLibrary(name: "library", totalSampleCount: 8, performanceSampleCount: 8)
    let test = try LoadTest(settings: settings, system: system, library: library, clock: clock, keeping: 100_000)
    clock.schedule(at: 5000 * ms) { test.stop() }
    let result = try test.run()
    #expect(result.end == .interrupted)
    #expect((5000 * ms...6200 * ms).contains(result.lastCompleted))
  }

  @Test("A system learns that nobody waits any more, once and only then", arguments: TestScenario.allCases)
  func abandoned(scenario: TestScenario) throws {
    let silent = try run(scenario, service: { _ in nil }) {
      $0.answerTimeout = 500 * ms
      $0.targetQPS = 100
    }
    #expect(silent.system.abandonments == 1)
    #expect(try run(scenario, service: { _ in ms }, set: { $0.targetQPS = 400 }).system.abandonments == 0)
  }

  @Test("A closed loop issues nothing after its longest duration")
  func longQueries() throws {
    let result = try run(.singleStream, service: { _ in 3000 * ms }) {
      $0.maxDuration = 2000 * ms
      $0.minDuration = 2000 * ms
    }.result
    #expect(result.queryCount == 1)
    #expect(result.end == .maxDuration)
  }
}
