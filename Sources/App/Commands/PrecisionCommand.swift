import Analysis
import ArgumentParser
import Engines
import Harness
import HostState
import NumericFormats
import Records
import Reports
import Topology
import Workloads

/// `assay precision`.
struct PrecisionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "precision",
    abstract:
      "Compares numerics contracts on whole models: what each loses against FP32, saves in bytes, and its speed.",
    discussion: """
      Each model runs under each contract, emulated bit by bit where this CPU does not compute it natively, and its outputs \
      are compared with FP32's. What the CPU computes natively is timed too; the time of an emulation is never shown. \
      See docs/precision.md. Exit codes: those of assay run; 1 also where no contract keeps --max-error.

      Examples:
        assay precision minilm-l6 resnet50
        assay precision resnet50 \\
          --contracts vdpbf16ps,bf16-truncate,u8s8-maddubs,u8s8-vnni --max-error 5%
        assay precision minilm-l6 --contracts all --no-speed --sort error \\
          --svg contracts.svg
        assay precision --model model.onnx --input x=samples.npy --samples 64
        assay precision --resume Results/local/NAME.json
      """)

  @Argument(help: "Built-in workloads (see assay list) and ONNX files.")
  var names: [String] = []

  @OptionGroup var models: ModelOptions

  @OptionGroup var study: PrecisionStudyOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Name the smallest format whose error is at most this, for example 1% or 0.01.", valueName: "share"))
  var maxError: String?

  @Option(help: ArgumentHelp("Sort contracts by bytes or error.", valueName: "column"))
  var sort: String?

  @OptionGroup var destination: RecordOptions

  @OptionGroup var power: MeterOptions

  @OptionGroup var idle: IdleOption

  @Option(help: ArgumentHelp("Write a picture of error against bytes for a browser to this file.", valueName: "file"))
  var svg: String?

  @Flag(help: "Print the summary as JSON instead of tables.")
  var json = false

  func run() async throws {
    let options = try PrecisionDisplay.options(maxError: maxError, sort: sort)
    // Files may be named like workloads are.
    var models = models
    models.model += names.filter(ModelArgument.isFile)
    let workloads = names.filter { !ModelArgument.isFile($0) }
    try destination.requireEffect(
      given: (workloads.isEmpty ? [] : ["the models' names"]) + study.given, svg: svg)
    try OutputFile.requireDistinct(
      [("--svg", svg), ("--output", destination.output)],
      from: [("--resume", destination.resume)] + study.calibration.map { ("--calibration", $0) } + models.files)
    try destination.requireOutputs(svg: svg)

    let topology = try Topology.discover()
    let machine = MachineFingerprint.read(topology: topology)
    let run: RecordRun
    if let resumed = try destination.resumed(topology: topology, machine: machine, models: models) {
      guard resumed.record.isOfContracts else {
        throw CommandFailure("\(resumed.path) is no record of assay precision; resume it with assay run.", exitCode: 64)
      }
      run = resumed
    } else {
      let files = try models.workloads()
      let plan = try study.plan(workloads, models: files, topology: topology)
      run = try destination.started(plan, topology: topology, machine: machine, models: files)
    }
    let outcome = try await run.measure(power, idle: try idle.seconds())
    let summary = RunSummary(of: outcome.record)
    if let svg { try PrecisionDisplay.draw(outcome.record, summary, options, to: svg) }
    if json {
      try Terminal.write(json: PrecisionDisplay.Output(summary: summary, maxError: options.maxError))
    } else {
      try Terminal.write(
        RunReport(
          record: outcome.record, summary: summary, path: run.path, precision: options, style: Terminal.style
        ).text)
    }
    run.noteInterruption(of: outcome, again: models.again)
    try RecordRun.requireSuccess(outcome)
    try PrecisionDisplay.requireBudget(summary, options)
  }
}
