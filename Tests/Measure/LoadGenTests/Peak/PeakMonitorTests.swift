import Testing

@testable import LoadGen

@Suite struct PeakMonitorTests {
  /// 10,000 queries a second for 60 s: 600,000 queries, looks every 0.117 s.
  private static let plan = PeakPlan(start: 1000, highest: 10_000, bound: 1_000_000, fullSeconds: 60, budget: 3600)
  private static let allowed = 5816

  private func monitor(patience: Double? = 1.0 / 16) -> PeakMonitor {
    PeakMonitor(Self.plan, rate: 10_000, patience: patience)
  }

  /// The look that decides a run in which each interval has 1,000 queries and so many over-latency ones.
  private func decision(_ over: (Int) -> Int, patience: Double? = 1.0 / 16) -> (look: PeakMonitor.Look, at: Int) {
    var monitor = monitor(patience: patience)
    var tick = PeakTick(queries: 0, over: 0)
    for number in 1...512 {
      tick.queries += 1000
      tick.over += over(number)
      let look = monitor.look(tick)
      if look != .undecided { return (look, number) }
    }
    return (.undecided, 512)
  }

  @Test("No late query is valid, none but late ones invalid at once")
  func extremes() {
    let (valid, at) = decision { _ in 0 }
    #expect(valid == .valid)
    #expect(at >= 32 && at < 64)
    #expect(decision { _ in 1000 } == (.invalid, 6))
  }

  @Test("A run that has had more late queries than a full one may have is invalid, however they came")
  func curtailed() throws {
    let rule = try #require(EarlyStopping(percentile: 0.99))
    // As many queries as chance could at most give.
    let allowed = try #require(rule.allowedOver(of: 600_000 + 4647))
    var monitor = monitor()
    #expect(monitor.look(PeakTick(queries: 10_000, over: allowed)) == .undecided)
    var other = self.monitor()
    #expect(other.look(PeakTick(queries: 10_000, over: allowed + 1)) == .invalid)
  }

  @Test("Steady shares well above and below the limit are decided, and the limit itself is not")
  func steady() {
    #expect(decision { $0.isMultiple(of: 2) ? 13 : 14 }.look == .invalid)
    #expect(decision { $0.isMultiple(of: 2) ? 6 : 7 }.look == .valid)
    #expect(decision { [8, 12, 9, 10, 11, 7][$0 % 6] }.look == .undecided)
  }

  @Test("One stall decides nothing while a full run could still pass", arguments: [5, 20, 100])
  func stall(at place: Int) {
    let (look, at) = decision { $0 == place ? 1000 : 3 }
    #expect(look != .invalid)
    #expect(look == .undecided || at < place)
    // The same number of late queries, but not in one burst.
    #expect(decision { $0 < 64 ? 18 : 3 }.look == .invalid)
  }

  @Test("Bursts take longer to judge than the same number of late queries spread evenly")
  func bursts() {
    let even = decision { _ in 6 }
    let bursts = decision { $0.isMultiple(of: 10) ? 60 : 0 }
    #expect(even.look == .valid)
    #expect(bursts.look != .invalid)
    #expect(bursts.at > even.at)
  }

  @Test("A confirming run is never called valid, but may be called invalid")
  func confirming() {
    #expect(decision({ _ in 0 }, patience: nil).look == .undecided)
    #expect(decision({ _ in 30 }, patience: nil).look == .invalid)
  }

  @Test("The queue's filling does not count")
  func warmUp() {
    var plan = Self.plan
    plan.bound = 100_000_000
    var monitor = PeakMonitor(plan, rate: 10_000, patience: 0)
    // 0.4 s between looks; 4 of them are 16 bounds.
    #expect(monitor.interval == 0.4)
    var tick = PeakTick(queries: 0, over: 0)
    var looks: [PeakMonitor.Look] = []
    for number in 1...20 {
      tick.queries += 4000
      tick.over += number <= 4 ? 0 : 80
      looks.append(monitor.look(tick))
    }
    #expect(looks.firstIndex(of: .invalid) == 15)
  }

  @Test("Ticks that go backwards or stand still do no harm")
  func oddTicks() {
    var monitor = monitor()
    for tick in [PeakTick(queries: 100, over: 50), PeakTick(queries: 10, over: 5), PeakTick(queries: 10, over: 5)] {
      #expect(monitor.look(tick) == .undecided)
    }
    for _ in 0..<1000 { #expect(monitor.look(PeakTick(queries: 10, over: 5)) == .undecided) }
  }
}
