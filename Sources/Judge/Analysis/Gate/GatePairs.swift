import Glibc
import Records
import Statistics

/// The values of one metric of one cell, round by round, of all arms of a trial.
struct GatePairs {
  let cell: Cell
  let metric: Metric
  let limit: GateLimits.Limit
  let base: [Double]
  let candidate: [Double]
  let null: [Double]
  /// Why there are none; nil where there are.
  let missing: String?

  /// Takes the rounds that every arm has a value of.
  init(_ metric: Metric, limit: GateLimits.Limit, _ results: [TrialArm: Record.CellResult], cell: Cell, rounds: Int) {
    self.cell = cell
    self.metric = metric
    self.limit = limit
    var values: [TrialArm: [Int: Double]] = [:]
    var reasons: [String] = []
    var sources: Set<String> = []
    for arm in TrialArm.allCases {
      guard let result = results[arm] else { continue }
      let series = MetricSeries(metric, of: result)
      values[arm] = Dictionary(series.points.map { ($0.round, $0.value) }) { first, _ in first }
      if let missing = series.missing { reasons.append("\(arm.rawValue): \(missing)") }
      if let source = series.source { sources.insert(source) }
    }
    let indices = (0..<rounds).filter { index in TrialArm.allCases.allSatisfy { values[$0]?[index] != nil } }
    func column(_ arm: TrialArm) -> [Double] { indices.compactMap { values[arm]?[$0] } }
    if sources.count > 1 {
      (base, candidate, null) = ([], [], [])
      missing = "The arms were metered by \(sources.sorted().joined(separator: " and by "))."
    } else {
      (base, candidate, null) = (column(.base), column(.candidate), column(.null))
      missing = indices.isEmpty ? reasons.first ?? "No round has a value of every arm." : nil
    }
  }

  /// What ``Metric/worsening(from:to:)`` says of every round.
  var effects: [Double] { differences(candidate) }

  /// The same of the base against itself.
  var noise: [Double] { differences(null) }

  private func differences(_ values: [Double]) -> [Double] {
    zip(base, values).map { metric.worsening(from: $0, to: $1) }
  }
}
