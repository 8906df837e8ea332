import ArgumentParser
import Harness
import HostState
import Records
import Topology
import Workloads

/// Where a run's record goes, and whether it completes an older one. Shared by `run` and `precision`.
struct RecordOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where the record goes; by default Results/local/SUITE-TIME.json.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace existing files at --output and --svg.")
  var overwrite = false

  @Option(help: ArgumentHelp("Complete an interrupted record instead of starting a new run.", valueName: "record"))
  var resume: String?

  @Flag(help: "With --resume: also measure cells again that failed.")
  var retryFailed = false

  @Flag(help: "With --resume: go on although the machine or the build differs; the record will say so.")
  var acceptOtherMachine = false

  /// Refuses options that would do nothing: whoever gave them expects otherwise.
  ///
  /// - Parameters:
  ///   - given: the options that decide what is measured, as the user wrote them.
  ///   - svg: where a picture goes.
  func requireEffect(given: [String], svg: String?) throws(CommandFailure) {
    func refuse(_ sentence: String) -> CommandFailure { CommandFailure(sentence, exitCode: 64) }
    if resume != nil {
      if output != nil { throw refuse("--resume continues its own file; leave --output out.") }
      guard given.isEmpty else {
        throw refuse(
          "--resume completes what its record planned; leave \(given.joined(separator: ", ")) out or start a new run.")
      }
    } else {
      if retryFailed { throw refuse("--retry-failed needs --resume with the record whose failed cells it repeats.") }
      if acceptOtherMachine { throw refuse("--accept-other-machine needs --resume with another machine's record.") }
    }
    if overwrite, output == nil, svg == nil {
      throw refuse("--overwrite needs --output or --svg with the file to replace.")
    }
  }

  /// Refuses to write what cannot be written, or over what is there without `--overwrite`, before anything is done.
  func requireOutputs(svg: String?) throws(CommandFailure) {
    if let output { try OutputFile.requireNew(output, overwrite: overwrite) }
    if let svg { try OutputFile(svg, option: "--svg").requireWritable(overwrite: overwrite) }
  }

  /// A record to complete, if there is one, made sure that it belongs to this machine, this build and these models.
  func resumed(topology: Topology, machine: MachineFingerprint, models options: ModelOptions) throws -> RecordRun? {
    guard let resume else { return nil }
    var old = try RecordFile(path: resume).read()
    guard old.sweep == nil else {
      throw CommandFailure("\(resume) is a record of assay sweep; resume it with assay sweep.", exitCode: 64)
    }
    if retryFailed { for index in old.cells.indices { old.cells[index].failure = nil } }
    try old.prepareToResume(
      machine: machine, topology: topology, tool: .current, acceptOtherMachine: acceptOtherMachine)
    for warning in RunWarnings.gather(topology: topology) { old.warn(warning) }
    let models = try options.workloads(recorded: old.spec.models ?? [])
    try old.requireModels(models)
    let plan = try Plan(resuming: old, catalogue: try Catalogue.current(models: models))
    return RecordRun(record: old, plan: plan, path: resume, models: models)
  }

  /// A fresh record of a plan.
  func started(
    _ plan: Plan, topology: Topology, machine: MachineFingerprint, models: [ONNXWorkload]
  ) throws -> RecordRun {
    let path = try OutputFile.results(at: output, overwrite: overwrite, name: plan.spec.suite, what: "record")
    let record = Record(
      plan: plan, tool: .current, machine: machine, topology: topology,
      warnings: RunWarnings.gather(topology: topology))
    return RecordRun(record: record, plan: plan, path: path, models: models)
  }
}
