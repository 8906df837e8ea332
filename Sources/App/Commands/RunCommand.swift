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
      Without options the quick suite runs: under three minutes on two cores. With --workload or --model just what the options
      say is measured; with --suite they go over the suite. A --model is an ONNX file; its inputs get seeded values where
      --input gives none. The record is rewritten after every round, so nothing finished is ever
      lost. Exit codes: 0 ok, 1 some cell failed, 7 not the machine or build of the record to resume, 64 usage, 65 bad data,
      66 input not found, 69 not available here, 70 bug in Assay, 73 cannot write, 130 interrupted.

      Examples:
        assay run
        assay run --suite full --output Results/myserver.json
        assay run --workload resnet50,bert-base --precision fp32,int8 --threads 1,all --batch 1,8
        assay run --model model.onnx --shape tokens=1x128 --precision fp32,bf16,int8
        assay run --workload resnet50 --precision int8 --calibration resnet50.calibration.json
        assay run --workload resnet50 --precision int8 --assignment mixed.json
        assay run --workload resnet50 --per-node --svg resnet50.svg
        assay run --resume Results/local/NAME.json
        assay run --resume Results/local/NAME.json --model model.onnx      where the record measures it
      """)

  @OptionGroup var options: PlanOptions

  @Option(help: ArgumentHelp("Where the record goes; by default Results/local/SUITE-TIME.json.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace an existing file at --output.")
  var overwrite = false

  @Option(help: ArgumentHelp("Complete an interrupted record instead of starting a new run.", valueName: "record"))
  var resume: String?

  @Flag(help: "With --resume: also measure cells again that failed.")
  var retryFailed = false

  @Flag(help: "With --resume: go on although the machine or the build differs; the record will say so.")
  var acceptOtherMachine = false

  @Flag(help: "Also time every node, after the measured windows, and hold it against this machine's roofline.")
  var perNode = false

  @Option(help: ArgumentHelp("With --per-node: write a picture of nodes under the roofline.", valueName: "file"))
  var svg: String?

  @Flag(help: "Print the summary as JSON instead of tables.")
  var json = false

  /// Refuses options that would do nothing: whoever gave them expects otherwise.
  private func requireEffect() throws {
    func refuse(_ sentence: String) -> CommandFailure { CommandFailure(sentence, exitCode: 64) }
    if resume != nil {
      if output != nil { throw refuse("--resume continues its own file; leave --output out.") }
      // A record knows its models by their digests; where they lie must be said again.
      let given = options.given.filter { !options.models.given.contains($0) }
      if perNode { throw refuse("--resume times nodes where its record planned it; leave --per-node out.") }
      guard given.isEmpty else {
        throw refuse(
          "--resume completes what its record planned; leave \(given.joined(separator: ", ")) out or start a new run.")
      }
    } else {
      if retryFailed { throw refuse("--retry-failed needs --resume with the record whose failed cells it repeats.") }
      if acceptOtherMachine { throw refuse("--accept-other-machine needs --resume with another machine's record.") }
    }
    if svg != nil, !perNode, resume == nil { throw refuse("--svg draws nodes; add --per-node.") }
    try OutputFile.requireDistinct(
      [("--svg", svg), ("--output", output)], from: [("--resume", resume)] + options.files)
    if let svg { try OutputFile(svg, option: "--svg").requireWritable() }
    if overwrite, output == nil { throw refuse("--overwrite needs --output with the file to replace.") }
  }

  func run() async throws {
    try requireEffect()
    let topology = try Topology.discover()
    let machine = MachineFingerprint.read(topology: topology)
    let plan: Plan
    var record: Record
    let path: String
    let models: [ONNXWorkload]
    if let resume {
      path = resume
      var old = try RecordFile(path: resume).read()
      if retryFailed { for index in old.cells.indices { old.cells[index].failure = nil } }
      try old.prepareToResume(
        machine: machine, topology: topology, tool: .current, acceptOtherMachine: acceptOtherMachine)
      for warning in RunWarnings.gather(topology: topology) { old.warn(warning) }
      models = try options.models.workloads(recorded: old.spec.models ?? [])
      try old.requireModels(models)
      plan = try Plan(resuming: old, catalogue: try Catalogue.current(models: models))
      record = old
    } else {
      models = try options.models.workloads()
      plan = try options.plan(topology: topology, models: models, perNode: perNode)
      path = try outputPath(suite: plan.spec.suite)
      record = Record(
        plan: plan, tool: .current, machine: machine, topology: topology,
        warnings: RunWarnings.gather(topology: topology))
    }
    if record.spec.perNode == true, record.roofline == nil { record.roofline = try roofline(of: record, topology) }
    let outcome = try await measure(record, plan, path, models)
    try show(outcome, path: path)
    if let error = outcome.writeError { throw CommandFailure(error.description, exitCode: 73) }
    if outcome.end == .interrupted { throw ExitCode(130) }
    if outcome.record.cells.contains(where: { $0.failure != nil }) { throw ExitCode(1) }
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

  private func measure(
    _ record: Record, _ plan: Plan, _ path: String, _ models: [ONNXWorkload]
  ) async throws -> Executor.Outcome {
    let progress = ProgressPrinter(plan: plan)
    // Now, while there is still time to do something about them.
    for warning in record.warnings { progress.note("Warning: \(warning)") }
    let executor = Executor(file: RecordFile(path: path), models: models) { progress.handle($0) }
    let work = Task { () -> Result<Executor.Outcome, RecordError> in
      do throws(RecordError) { return .success(try await executor.run(record, plan: plan)) } catch {
        return .failure(error)
      }
    }
    let interrupts = Interrupts {
      progress.note("Stopping; the round in progress is dropped. Press Ctrl-C again to leave at once.")
      work.cancel()
    }
    defer {
      interrupts.end()
      progress.end()
    }
    return try await work.value.get()
  }

  private func show(_ outcome: Executor.Outcome, path: String) throws {
    let summary = RunSummary(of: outcome.record)
    if let svg { try NodeChart.write(outcome.record, summary, to: svg) }
    if json {
      try Terminal.write(json: summary)
    } else {
      try Terminal.write(
        RunReport(record: outcome.record, summary: summary, path: path, style: Terminal.style).text)
    }
    if outcome.end == .interrupted {
      Terminal.note(
        "Interrupted; every finished round is kept. Go on with: assay run --resume \(path)\(options.models.again)\n")
    }
  }

  private func outputPath(suite: String) throws -> String {
    if let output {
      guard !output.isEmpty else { throw CommandFailure("--output needs the path of a file.", exitCode: 64) }
      if !overwrite, FileManager.default.fileExists(atPath: output) {
        throw CommandFailure(
          "\(output) exists; choose another --output, or add --overwrite to replace it.", exitCode: 73)
      }
      return output
    }
    let folder = "Results/local"
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw CommandFailure(
        "Cannot make the folder \(folder) here for the record; give a writable place with --output.", exitCode: 73)
    }
    let time = Date.now.formatted(
      .verbatim(
        "\(year: .defaultDigits)\(month: .twoDigits)\(day: .twoDigits)T\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)\(second: .twoDigits)Z",
        timeZone: .gmt, calendar: Calendar(identifier: .gregorian)))
    let name = suite.map { $0.isLetter || $0.isNumber || $0 == "-" ? String($0) : "-" }.joined()
    return try RecordFile.reserve("\(folder)/\(name)-\(time)").path
  }
}
