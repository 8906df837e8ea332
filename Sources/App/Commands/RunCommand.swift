import Analysis
import ArgumentParser
import Ceilings
import Foundation
import Harness
import HostState
import NumericFormats
import Records
import Reports
import Topology
import Workloads

/// `assay run`.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract:
      "Measures this machine: speed under each scenario, fidelity of each precision, energy where there is a meter.",
    discussion: """
      Without options the quick suite runs: under three minutes on two cores. With --workload or --model just what the options \
      say is measured; with --suite they go over the suite. A --model is an ONNX file; its inputs get seeded values where \
      --input gives none. The record is rewritten after every round, so nothing finished is ever \
      lost. Exit codes: 0 ok, 1 some cell failed, 7 not the machine or build of the record to resume, 64 usage, 65 bad data, \
      66 input not found, 69 not available here, 70 bug in Assay, 73 cannot write, 130 interrupted.

      Examples:
        assay run
        assay run --suite full --output Results/myserver.json
        assay run --workload resnet50,bert-base --precision fp32,int8 \\
          --threads 1,all --batch 1,8
        assay run --model model.onnx --shape tokens=1x128 --precision fp32,bf16,int8
        assay run --workload resnet50 --precision int8 \\
          --calibration resnet50.calibration.json
        assay run --workload resnet50 --precision int8 --assignment mixed.json
        assay run --workload resnet50 --per-node --svg resnet50.svg
        assay run --resume Results/local/NAME.json
        assay run --resume Results/local/NAME.json --model model.onnx
      """)

  @OptionGroup var options: PlanOptions

  @OptionGroup var destination: RecordOptions

  @OptionGroup var power: MeterOptions

  @OptionGroup var idle: IdleOption

  @OptionGroup var costs: CostOptions

  @Flag(help: "Also time every node, after the measured windows, and hold it against this machine's roofline.")
  var perNode = false

  @Option(help: ArgumentHelp("With --per-node: write a picture of nodes under the roofline.", valueName: "file"))
  var svg: String?

  @Option(
    help: ArgumentHelp(
      "Make every query longer by this share, to test gates; the record says so.", valueName: "share",
      visibility: .hidden))
  var testSlowdown: String?

  @Flag(help: "Print the summary as JSON instead of tables.")
  var json = false

  /// Refuses options that would do nothing: whoever gave them expects otherwise.
  private func requireEffect() throws {
    func refuse(_ sentence: String) -> CommandFailure { CommandFailure(sentence, exitCode: 64) }
    if destination.resume != nil, perNode {
      throw refuse("--resume times nodes where its record planned it; leave --per-node out.")
    }
    // A record knows its models by their digests; where they lie must be said again.
    try destination.requireEffect(given: options.given.filter { !options.models.given.contains($0) }, svg: svg)
    if svg != nil, !perNode, destination.resume == nil { throw refuse("--svg draws nodes; add --per-node.") }
    try OutputFile.requireDistinct(
      [("--svg", svg), ("--output", destination.output)], from: [("--resume", destination.resume)] + options.files)
    try destination.requireOutputs(svg: svg)
  }

  func run() async throws {
    try requireEffect()
    // Now: a mistake in it is told before an hour of measuring, and a pipe is read once.
    let costs = try costs.inputs()
    let topology = try Topology.discover()
    let machine = MachineFingerprint.read(topology: topology)
    var run: RecordRun
    if let resumed = try destination.resumed(topology: topology, machine: machine, models: options.models) {
      run = resumed
    } else {
      let models = try options.models.workloads()
      let plan = try options.plan(topology: topology, models: models, perNode: perNode)
      run = try destination.started(plan, topology: topology, machine: machine, models: models)
    }
    if run.record.spec.perNode == true, run.record.roofline == nil {
      run.record.roofline = try roofline(of: run.record, topology)
    }
    let slowdown = try slowdown()
    if let slowdown {
      run.record.warnings.append(
        "Every query was made \((slowdown * 100).plainText) % longer on purpose (--test-slowdown): a test of a gate, no figure."
      )
    }
    let outcome = try await run.measure(power, idle: try idle.seconds(), slowdown: slowdown)
    try show(outcome, path: run.path, costs)
    run.noteInterruption(of: outcome, again: options.models.again)
    try RecordRun.requireSuccess(outcome)
  }

  private func slowdown() throws -> Double? {
    try testSlowdown.map { text in
      let share = try ShareArgument.parse(text, option: "--test-slowdown")
      guard share > 0, share <= 10 else {
        throw CommandFailure("--test-slowdown is above 0 and at most 1000%.", exitCode: 64)
      }
      return share
    }
  }

  /// The ceilings of the thread counts and precisions that are measured; nil where nothing is.
  private func roofline(of record: Record, _ topology: Topology) throws -> Roofline? {
    let timed = record.cells.map(\.cell).filter { $0.measurement != .fidelity }
    let placements = timed.map(\.placement).reduce(into: [Placement]()) { found, placement in
      if !found.contains(where: { $0.threads == placement.threads }) { found.append(placement) }
    }
    guard !placements.isEmpty else { return nil }
    return try RooflineCommand.measure(
      topology,
      CeilingMeter.Options(
        placements: placements.sorted { $0.threads < $1.threads },
        // BF16 computes in FP32 where the CPU has no instructions for it.
        precisions: Set(timed.map(\.precision)).union([.fp32]),
        features: KnownNames.features(cappedAt: record.spec.maxISA), seconds: 0.1,
        memoryBudget: RooflineCommand.memoryBudget))
  }

  private func show(_ outcome: Executor.Outcome, path: String, _ costs: CostInputs?) throws {
    let summary = RunSummary(of: outcome.record, costs: costs)
    if let svg { try RunChart.write(outcome.record, summary, to: svg) }
    if json {
      try Terminal.write(json: summary)
    } else {
      try Terminal.write(
        RunReport(record: outcome.record, summary: summary, path: path, style: Terminal.style).text)
    }
  }
}
