import LoadGen
import Testing

@Suite struct LoadGeneratorTests {
  private func settings(
    _ scenario: LoadScenario, minDuration: Int64 = 0, minQueries: Int = 0, maxQueries: Int = 1000, batch: Int = 1
  ) -> LoadSettings {
    LoadSettings(
      scenario: scenario, minDuration: minDuration, minQueryCount: minQueries, maxQueryCount: maxQueries,
      samplesPerQuery: batch, seed: 7)
  }

  @Test(arguments: [
    // (least duration, least queries, expected queries): each query takes 10.
    (Int64(100), 1, 10), (101, 1, 11), (95, 1, 10), (0, 5, 5), (0, 0, 1), (100, 25, 25), (1, 1, 1),
  ])
  func singleStreamEndsWhenBothLimitsAreMetAtIssue(minDuration: Int64, minQueries: Int, expected: Int) throws {
    let clock = VirtualClock(time: 1000)
    let system = ScriptedSystem(clock: clock) { _ in 10 }
    let generator = try LoadGenerator(
      settings: settings(.singleStream, minDuration: minDuration, minQueries: minQueries), clock: clock, system: system)
    let outcome = generator.measure()
    #expect(outcome.queries == expected)
    #expect(outcome.duration == Int64(expected) * 10)
    #expect(outcome.end == .asked)
    #expect(generator.log.latencies == Array(repeating: 10, count: expected))
    #expect(system.queries.count == expected)
  }

  @Test func latenciesKeepIssueOrder() throws {
    let clock = VirtualClock()
    let system = ScriptedSystem(clock: clock) { Int64([5, 50, 1, 30][$0 % 4]) }
    let generator = try LoadGenerator(
      settings: settings(.singleStream, minQueries: 4), clock: clock, system: system)
    let outcome = generator.measure()
    #expect(generator.log.latencies == [5, 50, 1, 30])
    #expect(outcome.duration == 86)
  }

  @Test func offlineIgnoresTheLeastNumberOfQueries() throws {
    let clock = VirtualClock()
    let system = ScriptedSystem(clock: clock) { _ in 40 }
    let generator = try LoadGenerator(
      settings: settings(.offline, minDuration: 100, minQueries: 500, batch: 8), clock: clock, system: system)
    let outcome = generator.measure()
    #expect(outcome.queries == 3)
    #expect(outcome.duration == 120)
    #expect(generator.log.latencies == [40, 40, 40])
    #expect(system.queries.allSatisfy { $0.count == 8 })
  }

  @Test func offlineBatchesCoverTheWholeLibraryEvenly() throws {
    let clock = VirtualClock()
    let system = ScriptedSystem(sampleCount: 6, clock: clock) { _ in 1 }
    let generator = try LoadGenerator(
      settings: settings(.offline, minDuration: 3, batch: 4), clock: clock, system: system)
    _ = generator.measure()
    let uses = Dictionary(grouping: system.queries.flatMap { $0 }, by: { $0 }).mapValues(\.count)
    #expect(uses == [0: 2, 1: 2, 2: 2, 3: 2, 4: 2, 5: 2])
  }

  @Test func fullLogEndsTheRunValidlyAndSaysSo() throws {
    let clock = VirtualClock()
    let system = ScriptedSystem(clock: clock) { _ in 1 }
    let generator = try LoadGenerator(
      settings: settings(.singleStream, minDuration: 1_000_000, maxQueries: 32), clock: clock, system: system)
    let outcome = generator.measure()
    #expect(outcome.end == .logFull)
    #expect(outcome.queries == 32)
    #expect(outcome.duration == 32)
    #expect(generator.log.latencies.count == 32)
  }

  @Test func aLogThatIsFullExactlyAtTheEndIsNoLoss() throws {
    let clock = VirtualClock()
    let system = ScriptedSystem(clock: clock) { _ in 1 }
    let generator = try LoadGenerator(
      settings: settings(.singleStream, minQueries: 32, maxQueries: 32), clock: clock, system: system)
    #expect(generator.measure().end == .asked)
  }

  @Test func aLargerLogHoldsWhatDidNotFit() throws {
    let clock = VirtualClock()
    let system = ScriptedSystem(clock: clock) { _ in 1 }
    let generator = try LoadGenerator(
      settings: settings(.singleStream, minDuration: 100, maxQueries: 32), clock: clock, system: system)
    generator.makeLog(capacity: 200)
    let outcome = generator.measure()
    #expect(outcome.end == .asked)
    #expect(outcome.queries == 100)
  }

  @Test func aSecondMeasurementStartsAfresh() throws {
    let clock = VirtualClock()
    let system = ScriptedSystem(clock: clock) { Int64($0 + 1) }
    let generator = try LoadGenerator(
      settings: settings(.singleStream, minQueries: 3), clock: clock, system: system)
    _ = generator.measure()
    let second = generator.measure()
    #expect(generator.log.latencies == [4, 5, 6])
    #expect(second.duration == 15)
  }

  @Test func warmUpEndsWhenSettledAndCountsWhatItDiscards() throws {
    let clock = VirtualClock()
    let system = ScriptedSystem(clock: clock) { $0 < 3 ? 1000 : 100 }
    let generator = try LoadGenerator(
      settings: settings(.singleStream, minQueries: 1), clock: clock, system: system)
    let outcome = generator.warmUp(cap: 1_000_000)
    // The first window's median is 1000, so it takes a fourth window until three in a row agree.
    #expect(outcome.settled)
    #expect(outcome.discarded == 20)
    #expect(outcome.nanoseconds == 3 * 1000 + 17 * 100)
    #expect(outcome.fastest == 100)
    #expect(system.queries.count == 20)
  }

  @Test func warmUpStopsAtItsCapAndSaysThatItDidNotSettle() throws {
    let clock = VirtualClock()
    let system = ScriptedSystem(clock: clock) { _ in 400 }
    let generator = try LoadGenerator(
      settings: settings(.singleStream, minQueries: 1), clock: clock, system: system)
    let outcome = generator.warmUp(cap: 1000)
    #expect(!outcome.settled)
    #expect(outcome.discarded == 3)
    #expect(outcome.nanoseconds == 1200)
  }

  @Test(arguments: [
    (
      LoadSettings(
        scenario: .offline, minDuration: 0, minQueryCount: 0, maxQueryCount: 1, samplesPerQuery: 0, seed: 0),
      "samples per query must be 1 to 1048576 and are 0"
    ),
    (
      LoadSettings(
        scenario: .offline, minDuration: -1, minQueryCount: 0, maxQueryCount: 1, samplesPerQuery: 1, seed: 0),
      "the least duration must not be negative and is -1 ns"
    ),
    (
      LoadSettings(
        scenario: .singleStream, minDuration: 0, minQueryCount: 9, maxQueryCount: 8, samplesPerQuery: 1, seed: 0),
      "at least 9 and at most 8 queries leave no number to run"
    ),
    (
      LoadSettings(
        scenario: .singleStream, minDuration: 0, minQueryCount: 0, maxQueryCount: .max, samplesPerQuery: 1, seed: 0),
      "at most 67108864 queries can be logged and 9223372036854775807 are asked for"
    ),
  ])
  func impossibleSettingsAreRefused(settings: LoadSettings, reason: String) {
    let clock = VirtualClock()
    let error = #expect(throws: LoadSettingsError.self) {
      _ = try LoadGenerator(settings: settings, clock: clock, system: ScriptedSystem(clock: clock) { _ in 1 })
    }
    #expect(error?.reason == reason)
  }

  @Test func aSystemWithoutSamplesIsRefused() {
    let clock = VirtualClock()
    let system = ScriptedSystem(sampleCount: 0, clock: clock) { _ in 1 }
    #expect(throws: LoadSettingsError.self) {
      _ = try LoadGenerator(settings: settings(.offline), clock: clock, system: system)
    }
  }

  // MARK: Begin

  @Test func theBeginIsTheFirstIssue() throws {
    let clock = VirtualClock(time: 1000)
    let system = ScriptedSystem(clock: clock) { _ in 10 }
    let generator = try LoadGenerator(
      settings: settings(.singleStream, minQueries: 2), clock: clock, system: system)
    clock.advance(by: 234)
    #expect(generator.measure().begin == 1234)
  }

  @Test(arguments: [
    // (until, what the last query took, queries of 100 each): one is issued while a fifth more than it takes is left.
    (Int64(1000), Int64(100), 0), (900, 100, 0), (1110, 100, 0), (1130, 100, 1), (1360, 100, 3), (1500, 400, 4),
    (1500, 1000, 0), (1300, 0, 2),
  ])
  func rousingNeverRunsPastTheBegin(until: Int64, last: Int64, expected: Int) throws {
    let inner = VirtualClock(time: 1000)
    let system = ScriptedSystem(clock: inner) { _ in 100 }
    let clock = TickingClock(inner: inner)
    let generator = try LoadGenerator(settings: settings(.singleStream), clock: clock, system: system)
    #expect(generator.rouse(until: until, last: last) == expected)
    #expect(system.queries.count == expected)
    // It waits for the instant, and no longer than a reading of the clock.
    #expect(inner.now() >= until)
    #expect(inner.now() <= max(until, 1000) + 2)
    #expect(generator.log.latencies.isEmpty)
  }

  /// The last one tells how long the next may take.
  @Test func rousingFollowsQueriesThatGrowSlower() throws {
    let inner = VirtualClock(time: 0)
    let system = ScriptedSystem(clock: inner) { $0 == 0 ? 10 : 300 }
    let generator = try LoadGenerator(
      settings: settings(.singleStream), clock: TickingClock(inner: inner), system: system)
    // After 10 + 300 another one of 300 and a fifth would end at 670.
    #expect(generator.rouse(until: 600, last: 10) == 2)
  }
}

/// Every reading takes a nanosecond, so that waiting ends.
private final class TickingClock: NanosecondClock {
  let inner: VirtualClock
  init(inner: VirtualClock) { self.inner = inner }
  func now() -> Int64 {
    inner.advance(by: 1)
    return inner.now()
  }
}
