import Records
import Sweeps

extension RankingGoal {
  /// The goal of a sweep.
  public init(_ goal: SweepGoal) {
    switch goal {
    case .throughput: self = .throughput
    case .efficiency: self = .efficiency
    case .latency(let nanoseconds): self = .latency(nanoseconds: nanoseconds)
    }
  }
}

extension SweepSummary {
  /// Summarises a sweep's record for the goal that it was made for; nil for the record of another run.
  ///
  /// - Throws: `SweepError` where the record's goal cannot be read.
  public init?(of record: Record) throws(SweepError) {
    guard let sweep = record.sweep else { return nil }
    self.init(of: record, goal: RankingGoal(try SweepGoal(sweep.goal)))
  }
}
