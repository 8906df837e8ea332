import Testing

@testable import LoadGen

/// What a search makes of a test's settings and results.
@Suite struct PeakLoadTestTests {
  private static func plan(_ change: (inout TestSettings) -> Void = { _ in }) throws -> PeakPlan {
    var settings = SampleResult.settings(.server)
    change(&settings)
    return try PeakPlan(settings: settings, start: 1000, highest: 500, width: 0.05, budget: 600)
  }

  private static func step(confirming: Bool, rate: Double = 200) throws -> PeakStep {
    let plan = try plan()
    return PeakStep(
      rate: rate, isConfirming: confirming, seconds: confirming ? 60 : 15, minQueries: confirming ? 1000 : 1,
      monitor: PeakMonitor(plan, rate: rate, patience: confirming ? nil : 1.0 / 16))
  }

  @Test func plans() throws {
    let plan = try Self.plan()
    #expect(plan.start == 500)
    #expect(plan.bound == 15_000_000)
    #expect(plan.fullSeconds == 60)
    #expect(plan.fullQueries == 1000)
    #expect(plan.percentile == 0.99)
    #expect(throws: PeakPlanError.self) { try Self.plan { $0.scenario = .offline } }
    #expect(throws: PeakPlanError.self) { try Self.plan { $0.targetLatency = nil } }
    #expect(throws: PeakPlanError.self) { try Self.plan { $0.minDuration = .max } }
    #expect(throws: PeakPlanError.self) { try Self.plan { $0.minQueryCount = .max } }
  }

  @Test func settingsOfSteps() throws {
    var full = SampleResult.settings(.server)
    full.maxDuration = 1
    full.maxQueryCount = 1
    let probe = try Self.step(confirming: false).settings(from: full)
    #expect(probe.targetQPS == 200)
    #expect(probe.minDuration == 15_000_000_000)
    #expect(probe.minQueryCount == 1)
    #expect(probe.maxDuration == nil && probe.maxQueryCount == nil)
    #expect(probe.seeds == full.seeds)
    let confirming = try Self.step(confirming: true).settings(from: full)
    #expect(confirming.minDuration == full.minDuration)
    #expect(confirming.minQueryCount == 1000)
  }

  @Test("A full run passes where it is valid and clean")
  func runs() throws {
    let step = try Self.step(confirming: true)
    var result = SampleResult.make(.server)
    let good = PeakRun(step: step, result: result, look: .undecided, seconds: 61)
    #expect(good.end == .ended(isValid: true))
    #expect(good.tick == PeakTick(queries: 12_000, over: 40))
    #expect(good.latency == 12_000_000)
    #expect(good.seconds == 61)
    result.faults.duplicates = 1
    #expect(PeakRun(step: step, result: result, look: .undecided, seconds: 61).end == .ended(isValid: false))
    result.faults = .init()
    result.overLatencyCount = 119
    #expect(PeakRun(step: step, result: result, look: .undecided, seconds: 61).end == .ended(isValid: false))
  }

  @Test("Samples that failed or have no answer are late")
  func missing() throws {
    var result = SampleResult.make(.server)
    result.faults.failed = 10
    result.completedCount -= 25
    let run = PeakRun(step: try Self.step(confirming: false), result: result, look: .undecided, seconds: 1)
    #expect(run.tick == PeakTick(queries: 12_000, over: 65))
  }

  @Test("How a test ended is what a run says", arguments: [TestResult.End.overloaded, .silent, .interrupted])
  func ends(end: TestResult.End) throws {
    var result = SampleResult.make(.server)
    result.end = end
    let step = try Self.step(confirming: true)
    #expect(PeakRun(step: step, result: result, look: .undecided, seconds: 1).end == .failed)
    result.end = .decided
    #expect(PeakRun(step: step, result: result, look: .invalid, seconds: 1).end == .decided(.invalid))
  }

  @Test("The monitor is asked once an interval, however often the watch is")
  func watch() throws {
    let step = try Self.step(confirming: false)
    let interval = Int64(step.monitor.interval * 1e9) + 1
    func now(_ elapsed: Int64?, _ completed: Int, late: Int) -> LoadTest.Progress {
      .init(elapsed: elapsed, issued: completed, completed: completed, overLatency: late, issuing: nil)
    }
    var watch = PeakWatch(step)
    // All late: more than a full run may have, but before the first look nobody is asked.
    let decisions = [now(nil, 9000, late: 9000), now(interval / 2, 9000, late: 9000), now(interval, 9000, late: 9000)]
      .map { watch.isDecided($0) }
    #expect(decisions == [false, false, true])
    #expect(watch.look == .invalid)
    let again = watch.isDecided(now(interval, 0, late: 0))
    #expect(again)
    // Ten times as many calls take the same number of looks.
    func decision(every stride: Int) -> Int? {
      var watch = PeakWatch(step)
      return (1...6000).first { call in
        call.isMultiple(of: stride) && watch.isDecided(now(Int64(call) * interval / 10, call * 20, late: 0))
      }
    }
    let rare = try #require(decision(every: 10))
    let often = try #require(decision(every: 1))
    #expect(abs(rare - often) <= 10)
  }
}
