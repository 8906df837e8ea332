import Glibc

/// How much rounds of the same cell differ, learnt from all rounds so far: below it, cells cannot be told apart.
///
/// Figures are natural logarithms, so differences are log ratios. The standard deviation of a round about its process is
/// median |x(i) - x(i+1)| / (0.6745 sqrt 2) over successive rounds of the same process, which neither slow drift nor
/// single disturbed rounds spoil. That of a process about its cell comes in the same way from successive processes'
/// medians, less what rounds explain. Fewer than ``fewest`` differences say nothing: then 3 % a round and 1 % a process
/// are assumed. Neither is ever thought to be below 0.5 %.
struct NoiseFloor: Sendable {
  /// The standard deviation of one round.
  let round: Double
  /// The standard deviation of one process.
  let process: Double

  private static let fewest = 6
  private static let least = 0.005
  /// median |difference of two normal values| / standard deviation.
  private static let medianDifference = 0.6745 * 2.0.squareRoot()

  /// Standard errors between two levels from which on they count as different: about 95 % for one pair.
  static let deviations = 2.0

  init(_ histories: some Sequence<CellHistory>, figure: (SweepOutcome) -> Double?) {
    var rounds: [Double] = []
    var processes: [(difference: Double, variance: Double)] = []
    for history in histories {
      var last: (level: Double, count: Int)?
      for process in history.processes {
        let values = process.compactMap(figure)
        for (value, next) in zip(values, values.dropFirst()) { rounds.append(abs(value - next)) }
        guard let level = CellHistory.median(values) else { continue }
        if let last {
          processes.append((abs(level - last.level), Self.spread(last.count) + Self.spread(values.count)))
        }
        last = (level, values.count)
      }
    }
    let round = rounds.count < Self.fewest ? nil : CellHistory.median(rounds)
    self.round = round.map { max(Self.least, $0 / Self.medianDifference) } ?? 0.03
    guard processes.count >= Self.fewest, let typical = CellHistory.median(processes.map(\.difference)),
      let explained = CellHistory.median(processes.map(\.variance))
    else {
      process = 0.01
      return
    }
    let whole = typical / 0.6745
    process = max(Self.least, max(0, (whole * whole - explained * self.round * self.round) / 2).squareRoot())
  }

  /// The variance of the median of `count` rounds in units of one round's.
  private static func spread(_ count: Int) -> Double { (count < 3 ? 1 : 1.5708) / Double(max(1, count)) }

  /// The standard error of a cell's level.
  func error(rounds: Int, processes: Int) -> Double {
    (Self.spread(rounds) * round * round + process * process / Double(max(1, processes))).squareRoot()
  }

  /// Whether two levels are too close to be told apart.
  func areTied(_ difference: Double, _ left: CellHistory, _ right: CellHistory) -> Bool {
    let a = error(rounds: left.rounds, processes: left.processes.count)
    let b = error(rounds: right.rounds, processes: right.processes.count)
    return abs(difference) <= Self.deviations * (a * a + b * b).squareRoot()
  }
}
