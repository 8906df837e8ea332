import Records

/// Trials made of numbers.
enum TrialSample {
  /// What one arm measured of a cell: milliseconds, one a round.
  struct Arm {
    var milliseconds: [Double]
    var failure: String?
    var peak: UInt64 = 200_000_000

    init(_ milliseconds: [Double], failure: String? = nil, peak: UInt64 = 200_000_000) {
      self.milliseconds = milliseconds
      self.failure = failure
      self.peak = peak
    }
  }

  /// A trial of one SingleStream cell.
  static func trial(
    base: Arm, candidate: Arm, null: Arm? = nil, looks: [Int] = [10, 15, 20], end: Trial.End? = .rounds,
    discarded: Int = 0, discardLimit: Int = 3
  ) -> Trial {
    var trial = Trial(
      tool: record([]).tool, createdAt: "2026-01-01T00:00:00Z",
      plan: TrialPlan(seed: 1, looks: looks, budgetSeconds: 60, discardLimit: discardLimit))
    let arms: [(TrialArm, Arm)] = [(.base, base), (.candidate, candidate), (.null, null ?? base)]
    for (arm, content) in arms {
      trial.arms[arm] = Trial.ArmRecord(
        command: [arm.rawValue, "run"], revision: nil, record: record([result(content)]))
    }
    let rounds = arms.map(\.1.milliseconds.count).max() ?? 0
    trial.rounds = (0..<rounds).map { round($0) } + (0..<discarded).map { _ in round(nil) }
    trial.end = end
    return trial
  }

  /// Kinds that are as frequent as each other, and one that comes twice in a round.
  private static let disturbances = [
    "steal: the hypervisor took 2 % of the CPU time", "steal: the hypervisor took 3 % of the CPU time",
    "canary: a loop ran 12 % slower", "pressure: tasks waited in 20 % of the window",
  ]

  static func round(_ index: Int?) -> TrialRound {
    TrialRound(
      index: index, order: [.null, .candidate, .base], padding: [.base: 1, .candidate: 2, .null: 3],
      canaries: [.init(multiplyAdds: 1e9, bytes: 1e9), .init(multiplyAdds: 1.1e9, bytes: 1.3e9)], seconds: 2,
      disturbances: index == nil ? disturbances : [], discarded: [])
  }

  static func result(_ arm: Arm, cell: Cell = Sample.cell()) -> Record.CellResult {
    var result = Record.CellResult(cell: cell, plannedRounds: 100, repro: "assay run")
    result.rounds = arm.milliseconds.enumerated().map { index, milliseconds in
      let nanoseconds = Int64(milliseconds * 1e6)
      return Round(
        index: index, startedAt: "2026-01-01T00:00:00Z",
        performance: Sample.performance(latencies: [nanoseconds], duration: nanoseconds), fidelity: nil,
        observation: Sample.observation(peak: arm.peak))
    }
    result.failure = arm.failure.map { Record.Failure(reason: $0, lastErrorLines: []) }
    return result
  }

  static func record(_ cells: [Record.CellResult]) -> Record { Sample.record(cells, status: .incomplete) }

  /// Values about `centre` that scatter by a share, the same ones every time.
  static func values(_ centre: Double, _ count: Int, scatter: Double, phase: Int = 0) -> [Double] {
    (0..<count).map { centre * (1 + scatter * (Double(($0 * 7 + phase * 5) % 11) / 5 - 1)) }
  }
}
