import Foundation
import Testing

@testable import Sweeps

@Suite struct NoiseFloorTests {
  private func outcome(_ level: Double) -> SweepOutcome { SweepOutcome(throughput: exp(level), p50: 1, p99: 1) }

  private func figure(_ outcome: SweepOutcome) -> Double? { log(outcome.throughput) }

  /// Cells of `processes` processes of `rounds` rounds with known deviations; every `burst`-th round is 40 % slower.
  private func histories(
    cells: Int, processes: Int, rounds: Int, round: Double, process: Double, burst: Int = .max
  ) -> [CellHistory] {
    var random = TestRandom(11)
    var number = 0
    return (0..<cells).map { cell in
      var history = CellHistory()
      for _ in 0..<processes {
        let level = Double(cell) + process * random.normal()
        let outcomes = (0..<rounds).map { _ in
          number += 1
          return outcome(level + round * random.normal() - (number % burst == 0 ? 0.4 : 0))
        }
        history.add(outcomes, isFresh: true)
      }
      return history
    }
  }

  @Test(arguments: [(0.02, 0.03), (0.05, 0.01), (0.01, 0.0)])
  func recoversTheDeviationsThatMadeTheRounds(round: Double, process: Double) {
    let floor = NoiseFloor(
      histories(cells: 400, processes: 3, rounds: 5, round: round, process: process), figure: figure)
    #expect(abs(floor.round / round - 1) < 0.1)
    #expect(abs(floor.process - max(0.005, process)) < 0.25 * max(round, process))
  }

  @Test func singleDisturbedRoundsDoNotRaiseIt() {
    let floor = NoiseFloor(
      histories(cells: 400, processes: 3, rounds: 5, round: 0.02, process: 0.01, burst: 12), figure: figure)
    #expect(floor.round < 0.028)
  }

  @Test func fewRoundsSayNothingAndNoNoiseIsNotBelieved() {
    let few = NoiseFloor(histories(cells: 1, processes: 1, rounds: 5, round: 0.2, process: 0), figure: figure)
    #expect(few.round == 0.03)
    #expect(few.process == 0.01)
    let none = NoiseFloor(histories(cells: 20, processes: 2, rounds: 5, round: 0, process: 0), figure: figure)
    #expect(none.round == 0.005)
    #expect(none.process == 0.005)
  }

  @Test func moreRoundsAndProcessesTellMoreApart() throws {
    let floor = NoiseFloor(
      histories(cells: 400, processes: 3, rounds: 5, round: 0.02, process: 0.01), figure: figure)
    #expect(floor.error(rounds: 2, processes: 1) > floor.error(rounds: 12, processes: 1))
    #expect(floor.error(rounds: 12, processes: 1) > floor.error(rounds: 12, processes: 3))
    // One process of many rounds still has that process's own deviation.
    #expect(floor.error(rounds: 1_000_000, processes: 1) > 0.9 * floor.process)
    let one = try #require(histories(cells: 1, processes: 1, rounds: 4, round: 0, process: 0).first)
    // sqrt(2 (1.5708 x 0.02^2 / 4 + 0.01^2)) = 0.0227, twice that is 0.0454.
    #expect(floor.areTied(0.04, one, one))
    #expect(floor.areTied(-0.04, one, one))
    #expect(!floor.areTied(0.055, one, one))
  }

  @Test func roundsThatCannotBeAreNotKept() {
    var history = CellHistory()
    history.add(
      [
        SweepOutcome(throughput: 0, p50: 1, p99: 1), SweepOutcome(throughput: .nan, p50: 1, p99: 1),
        SweepOutcome(throughput: 1, p50: -1, p99: 1), SweepOutcome(throughput: 1, p50: 1, p99: .infinity),
      ], isFresh: true)
    #expect(history.processes.isEmpty)
    #expect(history.outcome == nil)
    history.add([outcome(0), outcome(0)], isFresh: false)
    history.add([outcome(1)], isFresh: true)
    #expect(history.processes.map(\.count) == [2, 1])
    #expect(history.outcome?.throughput == 1)
    // Joules of some rounds only are not the cell's.
    #expect(SweepGoal.efficiency.score(of: outcome(0)) == nil)
  }

  @Test func scoresCompare() throws {
    let goal = SweepGoal.latency(nanoseconds: 10_000_000)
    func score(_ throughput: Double, _ p99: Double) throws -> SweepScore {
      try #require(goal.score(of: SweepOutcome(throughput: throughput, p50: p99 / 2, p99: p99)))
    }
    // At most the limit is feasible; then throughput counts, else the latency.
    #expect(try score(100, 0.010) > score(90, 0.001))
    #expect(try score(1, 0.010) > score(1000, 0.0101))
    #expect(try score(1, 0.011) > score(1000, 0.012))
    #expect(try score(100, 0.010).isFeasible)
    #expect(try !score(100, 0.0100001).isFeasible)
    let frugal = SweepOutcome(throughput: 1, p50: 1, p99: 1, joulesPerSample: 2)
    let greedy = SweepOutcome(throughput: 9, p50: 1, p99: 1, joulesPerSample: 3)
    #expect(try #require(SweepGoal.efficiency.score(of: frugal)) > #require(SweepGoal.efficiency.score(of: greedy)))
    #expect(try #require(SweepGoal.throughput.score(of: frugal)) < #require(SweepGoal.throughput.score(of: greedy)))
    // The difference of two scores is a log ratio.
    #expect(try abs(score(110, 0.001).value - score(100, 0.001).value - log(1.1)) < 1e-12)
  }
}
