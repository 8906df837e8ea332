/// What a cell is thought to cost before it has been seen.
public struct SweepCost: Codable, Hashable, Sendable {
  /// Seconds from starting its processes until all instances have loaded.
  public var load: Double
  /// Seconds of warming up.
  public var warmUp: Double
  /// Seconds of a round: more than asked for where one inference takes longer.
  public var round: Double
  /// Bytes of all its instances together.
  public var bytes: Int

  /// Makes an estimate.
  public init(load: Double, warmUp: Double, round: Double, bytes: Int = 0) {
    self.load = load
    self.warmUp = warmUp
    self.round = round
    self.bytes = bytes
  }

  /// Seconds of a fresh process without its rounds.
  var start: Double { load + warmUp }
}

/// Estimated costs, corrected by what visits took so far.
struct CostBook: Sendable {
  /// Of every cell of the plan.
  let estimates: [SweepCost]
  private let wake: Double
  /// Of starting processes, and of rounds: seconds seen and seconds expected for them.
  private var starts = (seen: 0.0, expected: 0.0)
  private var rounds = (seen: 0.0, expected: 0.0)
  /// Means over all cells.
  let meanStart: Double
  let meanRound: Double

  /// Estimates that cannot be (negative, not finite) count as 0.
  init(_ estimates: [SweepCost], wake: Double) {
    func possible(_ seconds: Double) -> Double { seconds.isFinite ? max(0, seconds) : 0 }
    self.estimates = estimates.map {
      SweepCost(
        load: possible($0.load), warmUp: possible($0.warmUp), round: max(1e-3, possible($0.round)),
        bytes: max(0, $0.bytes))
    }
    self.wake = wake
    let count = Double(max(1, estimates.count))
    meanStart = self.estimates.reduce(0) { $0 + $1.start } / count
    meanRound = self.estimates.reduce(0) { $0 + $1.round } / count
  }

  /// How many times the estimate a start takes; the estimate itself weighs as much as one visit.
  var startFactor: Double { (starts.seen + meanStart + 0.01) / (starts.expected + meanStart + 0.01) }
  /// How many times the estimate a round takes.
  var roundFactor: Double { (rounds.seen + meanRound) / (rounds.expected + meanRound) }

  func start(_ cell: Int) -> Double { estimates[cell].start * startFactor }

  func round(_ cell: Int) -> Double { estimates[cell].round * roundFactor }

  /// Seconds of a visit.
  func visit(_ cell: Int, rounds: Int, isFresh: Bool) -> Double {
    (isFresh ? start(cell) : wake) + Double(rounds) * round(cell)
  }

  mutating func saw(_ result: SweepVisitResult, isFresh: Bool) {
    let expected = estimates[result.cell]
    let start = isFresh ? max(0, result.loadSeconds + result.warmUpSeconds) : 0
    if isFresh {
      starts.seen += start
      starts.expected += expected.start
    }
    guard !result.rounds.isEmpty else { return }
    rounds.seen += max(0, result.seconds - start - (isFresh ? 0 : wake))
    rounds.expected += Double(result.rounds.count) * expected.round
  }
}
