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

  static func show(_ record: Record, path: String, svg: String?, json: Bool) throws {
    let summary = RunSummary(of: record)
    if json { return try Terminal.write(json: summary) }
    try Terminal.write(RunReport(record: record, summary: summary, path: path, style: Terminal.style).text)
  }

  static func requireAnswer(_ record: Record) throws {
    if record.cells.contains(where: { $0.failure != nil }) { throw ExitCode(1) }
  }
}
