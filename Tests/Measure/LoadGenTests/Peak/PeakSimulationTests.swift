import Testing

@testable import LoadGen

/// Searches on simulated servers. Each peak is from a simulation of 26 million queries: the rate whose share of late queries
/// is what a full run may just have.
@Suite struct PeakSimulationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let service: QueueSimulation.Service
    let bound: Double
    let capacity: Double
    let peak: Double
    var stall: (seconds: Double, every: Double)?
    /// How much of the peak nine in ten answers may be away.
    var reach = 0.06
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "M/D/1", service: .fixed(servers: 1, seconds: 0.002), bound: 0.015, capacity: 500, peak: 345.5),
    Case(name: "M/M/4", service: .exponential(servers: 4, seconds: 0.008), bound: 0.05, capacity: 500, peak: 380.1),
    Case(
      name: "batches", service: .batch(limit: 16, fixed: 0.01, each: 0.001), bound: 0.06, capacity: 16 / 0.026,
      peak: 524.5),
    Case(
      name: "M/D/1 with stalls", service: .fixed(servers: 1, seconds: 0.002), bound: 0.015, capacity: 500, peak: 329.7,
      stall: (0.05, 30), reach: 0.1),
  ]

  @Test("Answers are near the peak, in far fewer runs than 17 full ones", arguments: cases)
  func nearThePeak(_ model: Case) throws {
    let plan = PeakPlan(
      start: model.capacity, highest: 1e5, bound: Int64(model.bound * 1e9), fullSeconds: 120, budget: 120 * 30)
    var near = 0
    var lengths: [Double] = []
    let trials = 30
    for trial in 0..<trials {
      var system = QueueSimulation(
        model.service, bound: model.bound, stall: model.stall, seed: UInt64(trial * 7919 + 13))
      var search = try PeakSearch(plan)
      while case .run(let step) = search.next { search.record(system.run(step, plan)) }
      guard case .done(let answer) = search.next else { continue }
      #expect(answer.end == .narrow)
      let valid = try #require(answer.valid)
      if abs(valid / model.peak - 1) <= model.reach { near += 1 }
      lengths.append(answer.seconds / plan.fullSeconds)
    }
    #expect(near >= trials * 9 / 10, "\(near) of \(trials)")
    // In lengths of a full run.
    #expect(lengths.reduce(0, +) / Double(trials) < 5)
    #expect(try #require(lengths.max()) < 12)
  }

  @Test("A system that is always late has no valid rate, and that is found quickly")
  func alwaysLate() throws {
    var system = QueueSimulation(.fixed(servers: 1, seconds: 0.02), bound: 0.015, seed: 1)
    let plan = PeakPlan(start: 50, highest: 1000, bound: 15_000_000, fullSeconds: 60, budget: 6000)
    var search = try PeakSearch(plan)
    while case .run(let step) = search.next { search.record(system.run(step, plan)) }
    guard case .done(let answer) = search.next else { return }
    #expect(answer.end == .nothingIsValid)
    #expect(answer.valid == nil)
    #expect(answer.seconds < 120)
  }

  @Test("At the peak itself few runs are called invalid, well above it none valid")
  func errors() throws {
    let model = Self.cases[0]
    let plan = PeakPlan(
      start: model.capacity, highest: 1e5, bound: Int64(model.bound * 1e9), fullSeconds: 120, budget: 120 * 30)
    func looks(rate: Double) -> [PeakMonitor.Look: Int] {
      let step = PeakStep(
        rate: rate, isConfirming: false, seconds: 30, minQueries: 1,
        monitor: PeakMonitor(plan, rate: rate, patience: 1.0 / 16))
      return (0..<100).reduce(into: [:]) { counts, trial in
        var system = QueueSimulation(model.service, bound: model.bound, seed: UInt64(trial * 104_729 + 7))
        if case .decided(let look) = system.run(step, plan).end { counts[look, default: 0] += 1 }
      }
    }
    #expect(looks(rate: model.peak)[.invalid, default: 0] <= 5)
    #expect(looks(rate: model.peak * 1.25)[.valid, default: 0] == 0)
    #expect(looks(rate: model.peak * 1.25)[.invalid, default: 0] >= 95)
    #expect(looks(rate: model.peak * 0.8)[.invalid, default: 0] == 0)
    #expect(looks(rate: model.peak * 0.8)[.valid, default: 0] >= 90)
  }
}
