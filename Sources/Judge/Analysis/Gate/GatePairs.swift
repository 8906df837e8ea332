import Glibc
import Records
import Statistics

/// The values of one metric of one cell, round by round, of all arms of a trial.
struct GatePairs {
  let cell: Cell
  let metric: Metric
  let limit: GateLimits.Limit
  /// Values of rounds that every arm has one of.
  let base: [Double]
  /// The candidate's of these rounds.
  let candidate: [Double]
  /// ``Metric/worsening(from:to:)`` of every round from base to candidate; nil for a round without a value, which stays where it is
  /// so that looks are at the rounds that they were at.
  let effects: [Double?]
  /// The same of the base against itself.
  let noise: [Double?]

  /// Takes the values of all rounds.
  init(_ metric: Metric, limit: GateLimits.Limit, _ results: [TrialArm: Record.CellResult], cell: Cell, rounds: Int) {
    self.cell = cell
    self.metric = metric
    self.limit = limit
    let values = results.mapValues { result in
      Dictionary(MetricSeries(metric, of: result).points.map { ($0.round, $0.value) }) { first, _ in first }
    }
    let triples = (0..<rounds).map { round -> [Double]? in
      let found = [TrialArm.base, .candidate, .null].compactMap { values[$0]?[round] }
      return found.count == TrialArm.allCases.count ? found : nil
    }
    base = triples.compactMap { $0?[0] }
    candidate = triples.compactMap { $0?[1] }
    effects = triples.map { $0.map { metric.worsening(from: $0[0], to: $0[1]) } }
    noise = triples.map { $0.map { metric.worsening(from: $0[0], to: $0[2]) } }
  }
}
