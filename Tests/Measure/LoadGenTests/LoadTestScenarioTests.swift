import LoadGen
import Testing

private let ms: Int64 = 1_000_000
private let second: Int64 = 1_000_000_000

/// A test in virtual time on a system that works first come, first served.
func run(
  _ scenario: TestScenario, servers: Int = 1, keeping: Int = 100_000, room: Int? = nil,
  total: Int = 100, inMemory: Int = 100,
  service: @escaping (QuerySample) -> Int64?, set: (inout TestSettings) -> Void = { _ in },
  prepare: (VirtualSystem) -> Void = { _ in }
) throws -> (result: TestResult, system: VirtualSystem, test: LoadTest) {
  var settings = TestSettings(scenario: scenario)
  settings.minDuration = 1_000_000_000
  set(&settings)
  let clock = VirtualClock(time: 77)
  let system = VirtualSystem(clock, servers: servers, service: service)
  prepare(system)
  let library = NamedLibrary(name: "library", totalSampleCount: total, performanceSampleCount: inMemory)
  let test = try LoadTest(
    settings: settings, system: system, library: library, clock: clock, keeping: keeping, room: room)
  return (try test.run(), system, test)
}

@Suite struct LoadTestScenarioTests {
  @Test("SingleStream ends with the first query that is issued at or after the least duration, and enough of them")
  func singleStream() throws {
    let (result, system, test) = try run(.singleStream) { _ in ms }
    // Issued at 0, 1, ... 1000 ms.
    #expect(result.queryCount == 1001)
    #expect(result.sampleCount == 1001)
    #expect(result.lastIssued == second)
    #expect(result.lastCompleted == second + ms)
    #expect(result.sampleLatency?.values == Array(repeating: ms, count: 6))
    #expect(result.concurrency.peak == 1)
    #expect(abs(result.concurrency.mean - 1) < 1e-9)
    #expect(result.end == .rule)
    #expect(system.flushes == 1)
    #expect(test.keptLatencies == Array(repeating: ms, count: 1001))
    #expect(system.queries.allSatisfy { $0.count == 1 })

    let few = try run(.singleStream, service: { _ in second / 2 }, set: { $0.minQueryCount = 64 }).result
    #expect(few.queryCount == 64)
    #expect(few.lastIssued == 63 * second / 2)
  }

  @Test("Percentiles are the elements at floor(N p) of the sorted latencies")
  func percentiles() throws {
    // 100 queries of 1 ... 100 ms, in the order of ids.
    let result = try run(.singleStream, service: { Int64($0.id + 1) * ms }, set: { $0.minDuration = 0 }).result
    #expect(result.queryCount == 100)
    #expect(result.sampleLatency?.values == [51, 91, 96, 98, 100, 100].map { $0 * ms })
    #expect(result.sampleLatency?.min == ms)
    #expect(result.sampleLatency?.mean == 50.5e6)
    #expect(result.sampleLatency?.target == 91 * ms)
    // 100 queries at p90 allow t = 3: two are left out, and the third highest is reported.
    #expect(result.earlyStopping?.discarded == 2)
    #expect(result.earlyStopping?.latency == 98 * ms)
    #expect(result.earlyStopping?.latency99 == nil)
    #expect(result.earlyStopping?.neededCount == 64)
  }

  @Test("MultiStream's queries have 8 samples, and a query's latency is that of its last sample")
  func multiStream() throws {
    let (result, system, _) = try run(.multiStream, servers: 8) { sample in Int64(sample.id % 8 + 1) * ms }
    #expect(system.queries.allSatisfy { $0.count == 8 })
    #expect(result.queryCount == 126)
    #expect(result.sampleCount == 8 * 126)
    #expect(result.queryLatency?.min == 8 * ms)
    #expect(result.queryLatency?.max == 8 * ms)
    #expect(result.queryLatency?.count == 126)
    #expect(result.sampleLatency?.min == ms)
    #expect(result.sampleLatency?.mean == 4.5e6)
    #expect(system.busiest == 8)
  }

  @Test(
    "Server issues by the schedule, whatever became of earlier queries, and counts latency from when a query was due")
  func server() throws {
    let (result, system, test) = try run(.server, service: { $0.id == 10 ? 300 * ms : 10_000 }) {
      $0.targetQPS = 1000
      $0.targetLatency = 20 * ms
    }
    var settings = TestSettings(scenario: .server)
    settings.targetQPS = 1000
    settings.minDuration = second
    var schedule = ArrivalSchedule(settings: settings)
    var arrivals: [Int64] = []
    var previous: Int64 = 0
    while let next = schedule.next(), previous < second || arrivals.count < 100 {
      arrivals.append(next)
      previous = next
    }
    #expect(result.queryCount == arrivals.count)
    #expect(result.lastScheduled == arrivals.last)
    #expect(result.lateness?.max == 0)
    // One server: what was due during the long query waits for its end, and is answered one after the other.
    var expected: [Int64] = []
    var free: Int64 = 0
    for (number, arrival) in arrivals.enumerated() {
      free = max(free, arrival) + (number == 10 ? 300 * ms : 10_000)
      expected.append(free - arrival)
    }
    #expect(test.keptLatencies == expected)
    #expect(result.overLatencyCount == expected.count { $0 > 20 * ms })
    #expect(result.overLatencyCount > 250)
    #expect(result.concurrency.peak > 200)
    #expect(result.lastQueryCompleted == arrivals.last.map { $0 + expected[expected.count - 1] })
    #expect(system.queries.count == arrivals.count)
  }

  @Test(
    "A system that blocks the generator delays nothing in the figures: latency still counts from when a query was due")
  func coordinatedOmission() throws {
    let clock = VirtualClock()
    let system = BlockingCaller(clock, stall: 200 * ms)
    var settings = TestSettings(scenario: .server)
    settings.targetQPS = 1000
    settings.minDuration = second
    settings.arrivals = .constant
    let library = NamedLibrary(name: "library", totalSampleCount: 8, performanceSampleCount: 8)
    let test = try LoadTest(settings: settings, system: system, library: library, clock: clock, keeping: 10_000)
    let result = try test.run()
    // Issued and answered late by what was left of the stall: 200, 199, ... 1 ms, and on time otherwise.
    let late = test.keptLatencies.filter { $0 > 0 }
    #expect(late == (1...200).reversed().map { Int64($0) * ms })
    #expect(result.lateness?.max ?? 0 >= 199 * ms)
    #expect(result.queryCount == 1001)
  }

  /// Answers within the call, and stalls once in it.
  private final class BlockingCaller: SystemUnderTest {
    let name = "blocking"
    let clock: VirtualClock
    let stall: Int64
    init(_ clock: VirtualClock, stall: Int64) {
      self.clock = clock
      self.stall = stall
    }
    func issue(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector) {
      for sample in samples {
        if sample.id == 100 { clock.advance(by: stall) }
        responses.complete(sample.id)
      }
    }
    func flush() {}
  }

  @Test(
    "Offline works on until least duration and least number are reached, whatever rate was expected",
    arguments: [nil, 1.0, 900, 1000, 5000] as [Double?])
  func offline(expected: Double?) throws {
    // A thousand samples a second.
    let (result, system, test) = try run(.offline, service: { _ in ms }) {
      $0.targetQPS = expected
      $0.minSampleCount = 300
    }
    #expect(result.queryCount == 1)
    #expect(result.lastCompleted >= second)
    let floor = expected.map { Int(1.1 * $0) } ?? 300
    #expect(result.sampleCount >= max(floor, 300))
    if let expected, expected >= 1000 { #expect(result.sampleCount == floor) }
    #expect(result.effective.samplesPerQuery == result.sampleCount)
    // The server is never idle and all samples count from the start.
    #expect(result.lastCompleted == Int64(result.sampleCount) * ms)
    #expect(test.keptLatencies == (1...result.sampleCount).map { Int64($0) * ms })
    // The loaded set in its order, again and again.
    let order = system.queries.flatMap { $0 }
    #expect(order == (0..<result.sampleCount).map { result.loadedSet[$0 % result.loadedSet.count] })
    #expect(result.end == .rule)
  }

  @Test("A test that reaches its longest duration ends and reports", arguments: TestScenario.allCases)
  func longest(scenario: TestScenario) throws {
    let result = try run(scenario, service: { _ in 10 * ms }) {
      $0.maxDuration = second / 2
      $0.targetQPS = 100_000
      $0.minQueryCount = 1_000_000
    }.result
    #expect(result.end == .maxDuration)
    // What a system that is too slow still has to answer then is given up.
    #expect(result.completedCount + result.faults.unanswered == result.sampleCount)
    #expect((result.faults.unanswered > 0) == (scenario == .server))
    #expect(result.sampleLatency != nil)
    #expect(result.lastIssued <= second / 2 + 80 * ms)
  }

  @Test("At most as many queries as asked for", arguments: [TestScenario.singleStream, .multiStream, .server])
  func most(scenario: TestScenario) throws {
    let result = try run(scenario, service: { _ in ms }) {
      $0.maxQueryCount = 7
      $0.minQueryCount = 5
      $0.targetQPS = 100
    }.result
    #expect(result.queryCount == 7)
    #expect(result.end == .maxQueryCount)
  }

  @Test("Accuracy mode asks for every sample once and keeps every response", arguments: TestScenario.allCases)
  func accuracy(scenario: TestScenario) throws {
    // Three sets, the last one smaller.
    let (result, system, test) = try run(
      scenario, total: 45, inMemory: 20, service: { _ in ms },
      set: {
        $0.mode = .accuracy
        $0.targetQPS = 100
      },
      prepare: { system in
        system.answer = { sample, responses in
          withUnsafeBytes(of: sample.index) { responses.complete(sample.id, data: $0) }
        }
      })
    let responses = test.responses
    #expect(Set(responses.map(\.index)) == Set(0..<45))
    if scenario != .multiStream { #expect(responses.count == 45) }
    #expect(responses.map(\.id) == (0..<UInt64(result.sampleCount)).map { $0 })
    #expect(responses.allSatisfy { response in response.data == withUnsafeBytes(of: response.index) { Array($0) } })
    #expect(system.queries.flatMap { $0 } == responses.map(\.index))
    #expect(result.faults == TestResult.Faults())
  }

  @Test("Beyond what is kept each by itself, percentiles come from a histogram and say so")
  func histogram() throws {
    func service(_ sample: QuerySample) -> Int64 { 100_000 + Int64(sample.id % 1000) * 997 }
    let exact = try run(.singleStream, keeping: 1 << 20, service: service, set: { $0.minQueryCount = 20_000 }).result
    let coarse = try run(.singleStream, keeping: 1000, service: service, set: { $0.minQueryCount = 20_000 }).result
    let (left, right) = try (#require(exact.sampleLatency), #require(coarse.sampleLatency))
    #expect(left.resolution == 0)
    #expect(right.resolution == 1 / 1024.0)
    #expect(right.count == left.count)
    #expect(right.min == left.min && right.max == left.max)
    #expect(abs(right.mean / left.mean - 1) < 1e-12)
    for (fine, rough) in zip(left.values, right.values) {
      #expect(rough >= fine)
      #expect(Double(rough - fine) <= Double(fine) / 1024)
    }
  }
}
