import Analysis
import ArgumentParser
import Harness
import Records
import Reports
import Sweeps

/// How the plan and the outcome of a sweep are shown. Shared by `sweep` and `show`.
enum SweepDisplay {
  static func showPlan(
    _ setup: SweepSetup, estimate: SweepEstimate, planningSeconds: Double, isOtherMachine: Bool, json: Bool
  ) throws {
    let content = SweepPlanReport.Content(
      workload: setup.cells.first?.workload ?? "", goal: setup.settings.goal.description,
      candidates: setup.plan.candidates, pruned: setup.plan.prunedCounts, cells: setup.cells,
      ladder: setup.account.ladder,
      rungs: estimate.rungs.map {
        .init(phase: $0.phase.rawValue, cells: $0.cells, rounds: $0.rounds, seconds: $0.seconds)
      }, seconds: estimate.seconds, overhead: estimate.overheadShare, leftOut: estimate.leftOut,
      secondsForAll: estimate.secondsForAll, planningSeconds: planningSeconds, isOtherMachine: isOtherMachine)
    if json { return try Terminal.write(json: content) }
    try Terminal.write(SweepPlanReport(content, style: Terminal.style).text)
  }

  /// Pictures that may be asked for.
  struct Pictures {
    /// Throughput against threads.
    var scaling: String?
    /// Instances against threads.
    var heatMap: String?
  }

  /// Shows what a sweep came to.
  ///
  /// - Parameter isQuiet: whether pictures are all that is wanted.
  static func show(_ record: Record, path: String, pictures: Pictures, json: Bool, isQuiet: Bool = false) throws {
    let summary = try summary(of: record, path)
    if let path = pictures.scaling {
      try OutputFile(path, option: "--svg").write(ScalingChart(record: record, curves: summary.scaling).svg.utf8)
    }
    if let path = pictures.heatMap {
      try OutputFile(path, option: "--heat-map").write(HeatMapChart(record: record, maps: summary.heatMaps).svg.utf8)
    }
    if isQuiet { return }
    if json { return try Terminal.write(json: summary) }
    try Terminal.write(SweepReport(record: record, summary: summary, path: path, style: Terminal.style).text)
  }

  /// Ends the command as the sweep ended: 1 where a configuration failed or none keeps the goal's limit.
  static func requireAnswer(_ record: Record, path: String) throws {
    if case .limitNotMet? = try summary(of: record, path).answer?.outcome { throw ExitCode(1) }
    if record.cells.contains(where: { $0.failure != nil }) { throw ExitCode(1) }
  }

  private static func summary(of record: Record, _ path: String) throws -> SweepSummary {
    guard record.sweep != nil else { throw CommandFailure("\(path) is no record of assay sweep.", exitCode: 65) }
    do {
      if let summary = try SweepSummary(of: record) { return summary }
    } catch {
      throw CommandFailure("\(path): its sweep has no goal that can be: \(error)", exitCode: 65)
    }
    throw CommandFailure("\(path) is no record of assay sweep.", exitCode: 65)
  }
}
