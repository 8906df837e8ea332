import Analysis
import ArgumentParser
import Foundation
import Harness
import HostState
import Records
import Reports
import Sweeps
import Topology
import Workloads

/// `assay sweep`.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Finds the best configuration of a model here: instances, threads, placement, batch and precision.",
    discussion: """
      Multiplies what can be configured, leaves out what breaks the rules of placement, and measures the rest in short rounds \
      in random order: the worse ones are dropped again and again, the best few are measured in fresh processes. The answer \
      names ties as ties and gives the command that reproduces it. See docs/sweep.md. Exit codes: those of assay run; 1 also \
      where no configuration keeps the limit of the goal.

      Examples:
        assay sweep resnet50 --budget 10m --svg scaling.svg
        assay sweep bert-base-128 --goal 'latency<=50ms' --precision fp32,int8
        assay sweep resnet50 --dry-run
        assay sweep resnet50 --dry-run --synthetic "pack:2 [numa] l3:4 core:8 pu:2"
        assay sweep model.onnx --instances 1,2 --batch 1,8 --full
        assay sweep --resume Results/local/NAME.json
      """)

  @Argument(help: "A built-in workload (see assay list) or an ONNX file.")
  var name: String?

  @OptionGroup var options: SweepOptions

  @Option(help: ArgumentHelp("Shape of an ONNX file's input, for example tokens=1x128.", valueName: "name=shape"))
  var shape: [String] = []

  @Option(help: ArgumentHelp("Values of an ONNX file's input.", valueName: "name=file"))
  var input: [String] = []

  @Flag(help: "Show what would be measured and how long it takes, and measure nothing.")
  var dryRun = false

  @OptionGroup var machine: MachineOptions

  @OptionGroup var destination: RecordOptions

  @OptionGroup var power: MeterOptions

  @OptionGroup var idle: IdleOption

  @Option(help: ArgumentHelp("Write a picture of throughput against threads to this file.", valueName: "file"))
  var svg: String?

  @Option(help: ArgumentHelp("Write a picture of instances against threads to this file.", valueName: "file"))
  var heatMap: String?

  @Flag(help: "Print JSON instead of tables.")
  var json = false

  func run() async throws {
    try requireEffect()
    if dryRun { return try showPlan() }
    let topology = try Topology.discover()
    // Better now than after ten minutes of measuring.
    let meters = try power.sources.meters()
    if options.goal == SweepGoal.efficiency.description, let reason = Meters.whyNone(meters.named + meters.found) {
      throw CommandFailure("The goal efficiency needs an energy meter: \(reason)", exitCode: 69)
    }
    let run = try destination.resume == nil ? started(topology) : resumed(topology)
    let outcome = try await run.measure(power, idle: try idle.seconds())
    try SweepDisplay.show(
      outcome.record, path: run.path, pictures: .init(scaling: svg, heatMap: heatMap), json: json)
    if outcome.end == .interrupted {
      let again = run.models.isEmpty ? "" : " (with the model's file before --resume)"
      Terminal.note("Interrupted; every finished visit is kept. Go on with: assay sweep --resume \(run.path)\(again)\n")
    }
    if let error = outcome.writeError { throw CommandFailure(error.description, exitCode: 73) }
    if outcome.end == .interrupted { throw ExitCode(130) }
    try SweepDisplay.requireAnswer(outcome.record, path: run.path)
  }

  /// Refuses options that would do nothing: whoever gave them expects otherwise.
  private func requireEffect() throws {
    func refuse(_ sentence: String) -> CommandFailure { CommandFailure(sentence, exitCode: 64) }
    if !dryRun, machine.isOther {
      throw refuse("Another machine can be planned for and not measured; add --dry-run.")
    }
    if dryRun, svg != nil || heatMap != nil || destination.output != nil || destination.resume != nil {
      throw refuse("--dry-run measures nothing; leave --svg, --heat-map, --output and --resume out.")
    }
    guard name != nil || destination.resume != nil else {
      throw refuse("Name a workload (see assay list) or an ONNX file.")
    }
    if destination.resume != nil, let name, !ModelArgument.isFile(name) {
      throw refuse("--resume goes on with its record's workload; leave \(name) out.")
    }
    try destination.requireEffect(given: options.given, svg: svg ?? heatMap)
    try OutputFile.requireDistinct(
      [("--svg", svg), ("--heat-map", heatMap), ("--output", destination.output)],
      from: [("--resume", destination.resume)] + options.calibration.map { ("--calibration", $0) })
    try destination.requireOutputs(svg: svg)
    if let heatMap {
      try OutputFile(heatMap, option: "--heat-map").requireWritable(overwrite: destination.overwrite)
    }
  }

  /// The user's model, where the name is a file's.
  private func model() throws -> ONNXWorkload? {
    guard let name, ModelArgument.isFile(name) else {
      guard shape.isEmpty, input.isEmpty else {
        throw CommandFailure("--shape and --input are for ONNX files.", exitCode: 64)
      }
      return nil
    }
    return try ModelArgument.workload(name, shapes: shape, inputs: input) as? ONNXWorkload
  }

  private func showPlan() throws {
    let topology = try machine.topology()
    let model = try model()
    let begin = ContinuousClock.now
    let (setup, _) = try options.setup(
      of: model?.name ?? name ?? "", model: model, topology: topology, isOther: machine.isOther)
    let planning = (ContinuousClock.now - begin) / .seconds(1)
    try SweepDisplay.showPlan(
      setup, estimate: try setup.estimate(), planningSeconds: planning, isOtherMachine: machine.isOther, json: json)
  }

  private func started(_ topology: Topology) throws -> SweepRun {
    let model = try model()
    let (setup, _) = try options.setup(of: model?.name ?? name ?? "", model: model, topology: topology)
    let path = try OutputFile.results(
      at: destination.output, overwrite: destination.overwrite, name: "sweep", what: "record")
    let record = Record(
      sweep: setup, tool: .current, machine: .read(topology: topology), topology: topology,
      warnings: RunWarnings.gather(topology: topology))
    return SweepRun(record: record, setup: setup, path: path, models: model.map { [$0] } ?? [])
  }

  private func resumed(_ topology: Topology) throws -> SweepRun {
    let path = destination.resume ?? ""
    var record = try RecordFile(path: path).read()
    guard let sweep = record.sweep else {
      throw CommandFailure("\(path) is no record of assay sweep; resume it with assay run.", exitCode: 64)
    }
    if destination.retryFailed {
      throw CommandFailure(
        "A sweep does not visit failed configurations again; leave --retry-failed out.", exitCode: 64)
    }
    try record.prepareToResume(
      machine: .read(topology: topology), topology: topology, tool: .current,
      acceptOtherMachine: destination.acceptOtherMachine)
    let model = try model()
    try record.requireModels(model.map { [$0] } ?? [])
    var catalogue = try Catalogue.current(models: model.map { [$0] } ?? [])
    catalogue.engines = Catalogue.engines(on: try KnownNames.features(cappedAt: record.spec.maxISA))
    let setup = try SweepOptions.setup(
      record.spec, goal: try SweepGoal(sweep.goal), budget: sweep.budgetSeconds > 0 ? sweep.budgetSeconds : .infinity,
      isFull: sweep.isFullGrid, smt: sweep.smt.compactMap(SMTUse.init(rawValue:)),
      memory: sweep.memoryBytes, topology: topology,
      catalogue: catalogue)
    for warning in RunWarnings.gather(topology: topology) { record.warn(warning) }
    return SweepRun(record: record, setup: setup, path: path, models: model.map { [$0] } ?? [])
  }
}
