import Foundation
import NumericFormats
import Sweeps
import Testing

/// What came of many simulated sweeps.
private struct Tally {
  var runs = 0
  /// The answer's true score is within 2 % of the true best's.
  var near = 0
  /// The true best was in the finals or tied with the answer, or is the answer.
  var kept = 0
  /// Sweeps in which the true best is ahead of all others by more than the noise, and those that found it.
  var ahead = 0
  var aheadFound = 0
  var overBudget = 0
  var overhead: [Double] = []
  var tooFewProcesses = 0
}

@Suite struct SuccessiveHalvingTests {
  private static let machine = "pack:1 l3:2 core:4 pu:1"

  private func sweep(
    _ plan: SweepPlan, _ goal: SweepGoal, budget: Double, seed: UInt64, isFullGrid: Bool = false
  ) throws -> SuccessiveHalving {
    try SuccessiveHalving(
      plan: plan, settings: SweepSettings(goal: goal, budget: budget, seed: seed, isFullGrid: isFullGrid),
      cost: SimulatedMachine.cost)
  }

  private func tally(
    _ goal: SweepGoal, batches: [Int], budget: Double, runs: Int = 200, loadFactor: Double = 1
  ) throws -> Tally {
    let plan = try Examples.plan(Self.machine, lists: SweepLists(batches: batches), goal: goal)
    var tally = Tally()
    for seed in 0..<UInt64(runs) {
      var machine = SimulatedMachine(plan: plan, seed: seed)
      machine.loadFactor = loadFactor
      var sweep = try sweep(plan, goal, budget: budget, seed: seed)
      try machine.run(&sweep)
      let truths = try plan.cells.map { try #require(machine.truth($0, goal)) }
      let best = try #require(truths.indices.max { truths[$0] < truths[$1] })
      let answer = try #require(sweep.standings.first)
      tally.runs += 1
      let found = truths[answer.cell]
      if found.isFeasible == truths[best].isFeasible, truths[best].value - found.value <= 0.02 { tally.near += 1 }
      let finalists = try #require(sweep.rungs.last).cells
      if finalists.contains(best) { tally.kept += 1 }
      let second = truths.indices.filter { $0 != best }.map { truths[$0] }.max()
      if let second, second.isFeasible != truths[best].isFeasible || truths[best].value - second.value > 0.04 {
        tally.ahead += 1
        if answer.cell == best { tally.aheadFound += 1 }
      }
      if sweep.spent > budget { tally.overBudget += 1 }
      tally.overhead.append(1 - sweep.measured / sweep.spent)
      if finalists.contains(where: { (machine.fresh[$0] ?? 0) < SuccessiveHalving.leastFinals + 1 }) {
        tally.tooFewProcesses += 1
      }
    }
    return tally
  }

  @Test(arguments: [
    (SweepGoal.throughput, [1, 4, 16], 600.0), (.throughput, [1, 4, 16], 300), (.efficiency, [1, 4, 16], 600),
    (.latency(nanoseconds: 100_000_000), [1, 2, 4, 8, 16, 32, 64], 600),
    (.latency(nanoseconds: 1_000_000), [1, 4, 16], 300),
  ])
  func findsTheBestOrOneWithinTheNoise(goal: SweepGoal, batches: [Int], budget: Double) throws {
    let tally = try tally(goal, batches: batches, budget: budget)
    #expect(tally.near >= 190)
    // One whose advantage exceeds the noise is always found, and enough of the simulated machines have one.
    #expect(tally.aheadFound == tally.ahead)
    #expect(tally.ahead >= 20)
    #expect(tally.kept >= 190)
    #expect(tally.overBudget == 0)
    #expect(tally.tooFewProcesses == 0)
  }

  @Test func overheadIsAtMostAFifth() throws {
    let tally = try tally(.throughput, batches: [1, 4, 16], budget: 600, runs: 40)
    #expect(tally.overhead.allSatisfy { $0 <= 0.2 })
  }

  @Test func estimatesThatAreWrongAreCorrectedAndTheBudgetHolds() throws {
    for factor in [0.1, 4, 10] {
      let tally = try tally(.throughput, batches: [1, 4, 16], budget: 300, runs: 40, loadFactor: factor)
      #expect(tally.overBudget == 0)
      #expect(tally.near >= 30)
    }
  }

  // MARK: Orders

  @Test func blocksAreInRandomOrdersThatFollowFromTheSeed() throws {
    let plan = try Examples.plan(Self.machine, lists: SweepLists(batches: [1, 4, 16]))
    func orders(_ seed: UInt64) throws -> [[Int]] {
      var machine = SimulatedMachine(plan: plan, seed: 1)
      var sweep = try sweep(plan, .throughput, budget: 600, seed: seed)
      var orders: [[Int]] = []
      while let block = sweep.next() {
        orders.append(block.visits.map(\.cell))
        for step in block.steps { try sweep.record(machine.run(step)) }
      }
      return orders
    }
    let first = try orders(1)
    #expect(first == (try orders(1)))
    let second = try orders(2)
    // Two passes over the same cells, each in an order of its own, neither sorted.
    #expect(first[0] != first[1])
    #expect(first[0].sorted() == first[1].sorted())
    #expect(first[0] != first[0].sorted())
    #expect(first[0] != second[0])
    // Every cell comes first about equally often: 29 cells in 300 shuffles, 10 expected of each.
    let size = first[0].count
    var firsts: [Int: Int] = [:]
    for seed in 0..<300 as Range<UInt64> {
      let block = try #require(try sweep(plan, .throughput, budget: 600, seed: seed).next())
      firsts[try #require(block.visits.first).cell, default: 0] += 1
    }
    #expect(firsts.count == size)
    #expect(firsts.values.allSatisfy { (1...25).contains($0) })
  }

  @Test func canariesComeAtFixedDistances() throws {
    let plan = try Examples.plan(Self.machine, lists: SweepLists(batches: [1, 4, 16]))
    var machine = SimulatedMachine(plan: plan, seed: 3)
    var sweep = try sweep(plan, .latency(nanoseconds: 60_000_000), budget: 600, seed: 3)
    try machine.run(&sweep)
    var visits = 0
    var runs: [Int] = []
    for event in machine.events {
      switch event {
      case .visit: visits += 1
      case .canary:
        runs.append(visits)
        visits = 0
      case .pause: break
      }
    }
    // Never two without a visit between them, never more than 4 visits in a row, most of the time 4 exactly.
    #expect(runs.first == 0)
    #expect(runs.dropFirst().allSatisfy { (1...4).contains($0) })
    #expect(visits <= 4)
    #expect(runs.count(where: { $0 == 4 }) * 2 > runs.count)
  }

  // MARK: Resuming

  @Test(arguments: [SweepGoal.throughput, .latency(nanoseconds: 60_000_000)])
  func resumingAtAnyPointGoesOnAsWithoutInterruption(goal: SweepGoal) throws {
    let plan = try Examples.plan(Self.machine, lists: SweepLists(batches: [1, 4, 16]), goal: goal)
    var machine = SimulatedMachine(plan: plan, seed: 5)
    var whole = try sweep(plan, goal, budget: 300, seed: 9)
    var steps: [SweepBlock.Step] = []
    while let step = whole.next()?.steps.first {
      steps.append(step)
      try whole.record(machine.run(step))
    }
    let events = machine.events
    #expect(events.count > 60)
    for cut in 0...events.count {
      var resumed = try sweep(plan, goal, budget: 300, seed: 9)
      try resumed.replay(events.prefix(cut))
      #expect(resumed.next()?.steps.first == (cut < steps.count ? steps[cut] : nil))
    }
    // From the middle to the end, event by event, through the records' JSON.
    let middle = events.count / 2
    let stored = try JSONDecoder().decode([SweepEvent].self, from: JSONEncoder().encode(Array(events.prefix(middle))))
    var resumed = try sweep(plan, goal, budget: 300, seed: 9)
    try resumed.replay(stored)
    for (step, event) in zip(steps, events).dropFirst(middle) {
      #expect(resumed.next()?.steps.first == step)
      try resumed.record(event)
    }
    #expect(resumed.end == whole.end)
    #expect(resumed.standings == whole.standings)
    #expect(resumed.rungs == whole.rungs)
    let block = try SuccessiveHalving.next(
      plan: plan, settings: whole.settings, events: stored, cost: SimulatedMachine.cost)
    #expect(block?.steps.first == steps[middle])
  }

  @Test func resultsOfAnotherSweepAreRefused() throws {
    let plan = try Examples.plan(Self.machine, lists: SweepLists(batches: [1, 4, 16]))
    var sweep = try sweep(plan, .throughput, budget: 300, seed: 1)
    let block = try #require(sweep.next())
    let expected = try #require(block.visits.first)
    let other = try #require(plan.cells.indices.first { $0 != expected.cell })
    for cell in [other, -1, plan.cells.count] {
      let error = #expect(throws: SweepError.self) {
        try sweep.record(.visit(SweepVisitResult(cell: cell, rounds: [], seconds: 1)))
      }
      #expect(error?.description.hasPrefix("The results do not belong to this sweep: a visit to ") == true)
    }
    #expect(sweep.next() == block)
  }
}
