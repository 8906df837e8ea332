import NumericFormats
import Sweeps
import Testing

@Suite struct SweepEstimateTests {
  private func estimate(
    _ plan: SweepPlan, budget: Double, start: Double = 0.5, isFullGrid: Bool = false
  ) throws -> SweepEstimate {
    try SweepEstimate(
      plan: plan, settings: SweepSettings(goal: .throughput, budget: budget, isFullGrid: isFullGrid)
    ) { _, _ in SweepCost(load: start, warmUp: 0.3, round: 1) }
  }

  @Test func aBudgetForAllLeavesNothingOut() throws {
    let plan = try Examples.plan("pack:1 l3:2 core:4 pu:1")
    let short = try estimate(plan, budget: 300)
    #expect(short.leftOut > 0)
    #expect(short.leftOut + short.rungs[0].cells == plan.cells.count)
    let enough = try estimate(plan, budget: short.secondsForAll * 1.001)
    #expect(enough.leftOut == 0)
    #expect(enough.rungs[0].cells == plan.cells.count)
    let tooShort = try estimate(plan, budget: short.secondsForAll * 0.8)
    #expect(tooShort.leftOut > 0)
  }

  @Test(arguments: [120.0, 300, 600, 3600, .infinity])
  func budgetsHoldAndTheOverheadIsLow(budget: Double) throws {
    let plan = try Examples.plan("pack:1 l3:2 core:4 pu:1", lists: SweepLists(batches: [1, 4, 16]))
    let estimate = try estimate(plan, budget: budget)
    #expect(estimate.seconds <= budget)
    // What is there is used: one more cell would not fit, or there is none.
    #expect(estimate.leftOut == 0 || estimate.seconds > 0.9 * budget)
    #expect(estimate.overheadShare <= 0.2)
    #expect(abs(estimate.rungs.reduce(0) { $0 + $1.seconds } - estimate.seconds) < 1e-6)
    #expect(estimate.rungs.last?.phase == .finals)
    let measured = (1 - estimate.overheadShare) * estimate.seconds
    #expect(abs(measured - Double(estimate.rounds)) < 1e-6)
  }

  @Test func slowLoadingIsSaidAsOverhead() throws {
    let plan = try Examples.plan("pack:1 l3:2 core:4 pu:1", lists: SweepLists(batches: [1, 4, 16]))
    #expect(try estimate(plan, budget: 300, start: 5).overheadShare > 0.4)
  }

  @Test func theFullGridTakesAsLongAsItIsSaidTo() throws {
    let plan = try Examples.plan("pack:1 l3:2 core:4 pu:1", lists: SweepLists(batches: [1, 4, 16]))
    let grid = try estimate(plan, budget: .infinity, isFullGrid: true)
    // 29 cells, twice 4 rounds and a start, and the finals of 3.
    #expect(grid.rungs.map(\.cells) == [29, 29, 3])
    #expect(abs(grid.secondsForAll * 0.97 - grid.seconds) < 0.05 * grid.seconds)
  }

  // MARK: What is left out

  @Test func asManyOfEachKindAreTakenWhereNotAllFit() throws {
    let plan = try Examples.plan(
      "pack:1 l3:2 core:8 pu:1", lists: SweepLists(batches: [1, 2, 4, 8], precisions: [.fp32, .int8]))
    func firstRung(_ seed: UInt64) throws -> [Int] {
      var machine = SimulatedMachine(plan: plan, seed: 1)
      var sweep = try SuccessiveHalving(
        plan: plan, settings: SweepSettings(goal: .throughput, budget: 900, seed: seed), cost: SimulatedMachine.cost)
      try machine.run(&sweep)
      #expect(sweep.leftOut + sweep.rungs[0].cells.count == plan.cells.count)
      return sweep.rungs[0].cells
    }
    let cells = try firstRung(1)
    #expect(cells.count < plan.cells.count)
    let ladderAndFavourites = plan.cells.indices.filter {
      plan.cells[$0].isFavourite || (plan.cells[$0].isLadder && plan.cells[$0].precision == .fp32)
    }
    #expect(Set(cells).isSuperset(of: ladderAndFavourites))
    let others = Set(cells).subtracting(
      plan.cells.indices.filter { plan.cells[$0].isFavourite || plan.cells[$0].isLadder })
    #expect(others.count > 30)
    // Batch 8 is the ladder's and the favourites': fewer of it are left for the even part.
    func spread(_ key: (SweepCell) -> String, of all: Int) -> Int {
      let counts = Dictionary(grouping: others.filter { plan.cells[$0].batch != 8 }) { key(plan.cells[$0]) }.mapValues(
        \.count)
      return counts.count < all ? .max : (counts.values.max() ?? 0) - (counts.values.min() ?? 0)
    }
    #expect(spread({ "\($0.batch) \($0.precision)" }, of: 6) <= 2)
    #expect(spread({ "\($0.precision)" }, of: 2) <= 4)
    let shapes = Set(others.map { plan.cells[$0].layout })
    #expect(shapes.count >= plan.layouts.filter { !$0.isOnlyForLadder }.count - 1)
    #expect(cells.sorted() == (try firstRung(1)).sorted())
    #expect(cells.sorted() != (try firstRung(2)).sorted())
  }
}
