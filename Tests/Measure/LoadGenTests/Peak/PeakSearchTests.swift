import Testing

@testable import LoadGen

@Suite struct PeakSearchTests {
  private static func plan(highest: Double = 10_000) -> PeakPlan {
    PeakPlan(start: 1000, highest: highest, bound: 15_000_000, fullSeconds: 60, budget: 3600)
  }

  /// A step that must be there.
  private func step(_ search: PeakSearch) throws -> PeakStep {
    guard case .run(let step) = search.next else {
      Issue.record("the search is over: \(search.next)")
      throw CancellationError()
    }
    return step
  }

  /// Answers like a system whose rates are valid up to `peak` exactly, with looks that are always right.
  private func search(
    _ plan: PeakPlan, peak: Double, deciding: Bool = true, seconds: (PeakStep) -> Double = \.seconds
  ) throws -> (answer: PeakAnswer, runs: [PeakRun]) {
    var search = try PeakSearch(plan)
    while true {
      switch search.next {
      case .done(let answer): return (answer, search.runs)
      case .run(let step):
        let isValid = step.rate <= peak
        let queries = Int(step.rate * step.seconds)
        // The share doubles with every 5 %.
        let share = min(plan.allowedShare(at: step.rate) * pow2((step.rate / peak - 1) / 0.05), 1)
        let tick = PeakTick(queries: queries, over: Int(Double(queries) * share))
        let end: PeakRun.End =
          step.isConfirming || !deciding ? .ended(isValid: isValid) : .decided(isValid ? .valid : .invalid)
        search.record(PeakRun(step: step, tick: tick, end: end, seconds: seconds(step)))
      }
    }
  }

  private func pow2(_ x: Double) -> Double {
    var value = 1.0
    for _ in 0..<Int(abs(x) * 16) { value *= x < 0 ? 0.957603 : 1.044274 }
    return value
  }

  @Test(
    "Looks that are always right end with the peak in an interval as narrow as was asked",
    arguments: [20.0, 100, 333, 640, 799, 800, 801, 1000, 1500, 5000, 9990])
  func narrow(peak: Double) throws {
    let (answer, runs) = try search(Self.plan(), peak: peak)
    #expect(answer.end == .narrow)
    let (valid, invalid) = (try #require(answer.valid), try #require(answer.invalid))
    #expect(valid <= peak && peak < invalid)
    #expect(try #require(answer.width) <= 0.05 + 1e-9)
    #expect(answer.runs == runs.count)
    #expect(answer.runs <= 16)
    #expect(answer.fullRuns <= 3)
    #expect(runs.contains { $0.rate == valid && $0.isConfirming && $0.verdict == .confirmed })
    #expect(answer.overturned.isEmpty)
    // No rate below one that looked valid and none above one that looked invalid is tried, but to confirm it.
    for (place, run) in runs.enumerated() where !run.isConfirming {
      for earlier in runs[..<place] {
        let isValid = earlier.verdict == .likelyValid || earlier.verdict == .confirmed
        #expect(isValid ? run.rate > earlier.rate : run.rate < earlier.rate)
      }
    }
  }

  @Test("Bounds that no look decided are made firm by full runs")
  func undecided() throws {
    let (answer, runs) = try search(Self.plan(), peak: 640, deciding: false)
    #expect(answer.end == .narrow)
    let invalid = try #require(answer.invalid)
    #expect(runs.contains { $0.rate == invalid && $0.verdict == .invalid })
    #expect(runs.contains { $0.verdict == .likelyInvalid })
  }

  @Test("A narrower interval is found too")
  func narrower() throws {
    var plan = Self.plan()
    plan.width = 0.01
    let (answer, _) = try search(plan, peak: 640)
    #expect(answer.end == .narrow)
    #expect(try #require(answer.width) <= 0.01 + 1e-9)
  }

  @Test("Where the highest rate is valid there is no upper end")
  func highest() throws {
    let (answer, runs) = try search(Self.plan(highest: 2000), peak: 1e9)
    #expect(answer.end == .highestIsValid)
    #expect(answer.valid == 2000)
    #expect(answer.invalid == nil)
    #expect(answer.width == nil)
    #expect(runs.last?.verdict == .confirmed)
  }

  @Test("Where not even the lowest rate is valid that is said")
  func nothing() throws {
    let (answer, runs) = try search(Self.plan(), peak: 0.001)
    #expect(answer.end == .nothingIsValid)
    #expect(answer.valid == nil)
    #expect(answer.invalid == Self.plan().lowest)
    #expect(runs.count <= 6)
  }

  @Test("The time is kept, and enough of it for a full run of the best rate", arguments: [60.0, 90, 120, 200, 300])
  func budget(budget: Double) throws {
    var plan = Self.plan()
    plan.budget = budget
    let (answer, runs) = try search(plan, peak: 640)
    #expect(answer.seconds <= budget)
    #expect(answer.seconds == runs.reduce(0) { $0 + $1.seconds })
    #expect(answer.end == .budget || answer.end == .narrow)
    if budget >= 120 { #expect(answer.valid != nil) }
    if answer.valid == nil { #expect(runs.allSatisfy { !$0.isConfirming }) }
  }

  @Test("A full run that passes outweighs an invalid rate below it")
  func contradiction() throws {
    var search = try PeakSearch(Self.plan())
    func record(_ end: PeakRun.End, over: Int) throws {
      let step = try step(search)
      search.record(PeakRun(step: step, tick: PeakTick(queries: 10_000, over: over), end: end, seconds: 1))
    }
    try record(.decided(.valid), over: 0)
    #expect(search.interval.valid == 800)
    try record(.decided(.invalid), over: 900)
    let high = try #require(search.interval.invalid)
    // As if a rate at the upper end had been confirmed after all.
    let confirming = PeakStep(
      rate: high, isConfirming: true, seconds: 60, minQueries: 1,
      monitor: PeakMonitor(Self.plan(), rate: high, patience: nil))
    search.record(
      PeakRun(step: confirming, tick: PeakTick(queries: 60_000, over: 2), end: .ended(isValid: true), seconds: 60))
    #expect(search.interval.valid == high)
    #expect(search.interval.invalid == nil)
    let next = try step(search)
    #expect(next.rate > high)
    // The time is over.
    search.record(PeakRun(step: next, tick: PeakTick(queries: 1, over: 1), end: .failed, seconds: 1e9))
    guard case .done(let answer) = search.next else { throw CancellationError() }
    #expect(answer.valid == high)
    #expect(answer.invalid == next.rate)
    #expect(answer.overturned == [high])
  }

  @Test("A full run that fails takes back what a short one saw, and makes later ones more patient")
  func deceived() throws {
    var plan = Self.plan()
    plan.width = 1
    var search = try PeakSearch(plan)
    let first = try step(search)
    search.record(PeakRun(step: first, tick: PeakTick(queries: 5000, over: 0), end: .decided(.valid), seconds: 4))
    let second = try step(search)
    search.record(PeakRun(step: second, tick: PeakTick(queries: 900, over: 800), end: .decided(.invalid), seconds: 1))
    let third = try step(search)
    #expect(third.isConfirming)
    #expect(third.rate == first.rate)
    search.record(
      PeakRun(step: third, tick: PeakTick(queries: 48_000, over: 700), end: .ended(isValid: false), seconds: 60))
    #expect(search.interval.valid == nil)
    #expect(search.interval.invalid == first.rate)
    let fourth = try step(search)
    #expect(fourth.rate < first.rate && fourth.rate > first.rate * 0.8)
    // Never late so far: the first look that may accept comes twice as late as before.
    func patience(_ step: PeakStep) -> Int {
      var monitor = step.monitor
      for look in 1...600 {
        if monitor.look(PeakTick(queries: look * 1000, over: 0)) == .valid { return look }
      }
      return .max
    }
    // Looks are 3 (warm-up) and 12 or 16 windows of 1, 2, 4 ... ticks from the start; a 16th of 512 ticks is 32.
    #expect(patience(first) == 35)
    #expect(patience(fourth) == 67)
    #expect(patience(third) == .max)
    search.record(PeakRun(step: fourth, tick: PeakTick(queries: 1, over: 1), end: .failed, seconds: 1e9))
    guard case .done(let answer) = search.next else { throw CancellationError() }
    #expect(answer.end == .budget)
    #expect(answer.valid == nil)
    #expect(answer.overturned == [first.rate])
  }

  @Test("A system that failed makes its rate invalid")
  func failed() throws {
    var search = try PeakSearch(Self.plan())
    let first = try step(search)
    search.record(PeakRun(step: first, tick: PeakTick(queries: 0, over: 0), end: .failed, seconds: 3))
    #expect(search.interval.invalid == 800)
    #expect(search.runs.last?.verdict == .invalid)
  }

  @Test("However runs contradict each other, the search ends", arguments: 0..<50)
  func randomAnswers(seed: UInt64) throws {
    var random = QueueSimulation.SplitMix(state: seed)
    var plan = Self.plan()
    plan.budget = 1e8
    var search = try PeakSearch(plan)
    var count = 0
    while case .run(let step) = search.next {
      let isValid = random.uniform() < 0.5
      let end: PeakRun.End = step.isConfirming ? .ended(isValid: isValid) : .decided(isValid ? .valid : .invalid)
      let over = Int(random.uniform() * 200)
      search.record(PeakRun(step: step, tick: PeakTick(queries: 10_000, over: over), end: end, seconds: 1))
      count += 1
      #expect(step.rate >= plan.lowest && step.rate <= plan.highest)
      try #require(count <= PeakSearch.runLimit)
    }
    guard case .done(let answer) = search.next else { return }
    if let valid = answer.valid {
      #expect(search.runs.contains { $0.rate == valid && $0.verdict == .confirmed })
      #expect(answer.invalid.map { $0 > valid } ?? true)
    }
  }

  @Test("Plans that make no sense are refused in a sentence")
  func badPlans() {
    let spoils: [(String, (inout PeakPlan) -> Void)] = [
      ("start", { $0.start = 0 }), ("start", { $0.start = .nan }), ("highest rate", { $0.highest = .infinity }),
      ("lowest", { $0.lowest = 20_000 }), ("bound", { $0.bound = 0 }), ("percentile", { $0.percentile = 1 }),
      ("full run", { $0.fullSeconds = -1 }), ("full run", { $0.fullQueries = -1 }), ("width", { $0.width = 0 }),
      ("budget", { $0.budget = 59 }), ("budget", { $0.budget = .nan }),
    ]
    for (name, spoil) in spoils {
      var plan = Self.plan()
      spoil(&plan)
      let error = #expect(throws: PeakPlanError.self) { try PeakSearch(plan) }
      #expect(error?.description.contains(name) == true)
    }
  }
}
