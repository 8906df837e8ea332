import ArgumentParser
import Harness
import Records
import Reports
import Topology

/// `assay plan`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Shows what assay run would do with the same options: cells, ids, estimated time. Runs nothing.",
    discussion: """
      Examples:
        assay plan
        assay plan --suite threads --workload resnet50
        assay plan --workload bert-base --precision fp32,int8 \\
          --threads 1-all*2 --json
        assay plan --model model.onnx --batch 1,8
      """)

  @OptionGroup var options: PlanOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let topology = try Topology.discover()
    let plan = try options.plan(topology: topology, models: options.models.workloads())
    if json { return try Terminal.write(json: plan) }
    let rows = plan.cells.map {
      PlanReport.Row(cell: $0.cell, rounds: $0.rounds, seconds: $0.secondsPerRound * Double($0.rounds))
    }
    try Terminal.write(
      PlanReport(
        suite: plan.spec.suite, rows: rows, totalSeconds: plan.seconds,
        basis: [plan.estimateBasis, topology.quotaNote].compactMap { $0 }.joined(separator: " "), style: Terminal.style
      ).text)
  }
}
