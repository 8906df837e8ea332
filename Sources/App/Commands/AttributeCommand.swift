import Analysis
import ArgumentParser
import Engines
import Harness
import ModelGraph
import NumericFormats
import Records
import Reports
import Topology
import Workloads

/// `assay attribute`.
struct AttributeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attribute",
    abstract: "Finds where a model loses accuracy under a numerics contract, and which nodes to keep at FP32.",
    discussion: """
      Every node that multiplies is lowered alone, and then one after the other from the least to the most harmful, each time \
      in an exact emulation; outputs are compared with FP32's. With --max-error the longest run of the least harmful nodes \
      that keeps it is recommended, measured again on other samples, and written to --assignment, which assay run takes. \
      Figures are kept after every model: --resume goes on, --from shows them. See docs/attribution.md. \
      Exit codes: those of assay run; 1 where the budget cannot be met, or is not on the other samples.

      Examples:
        assay attribute resnet50 --contract u8s8-vnni
        assay attribute minilm-l6 --contract u8s8-vnni --max-error 5% \\
          --assignment minilm.assignment.json
        assay attribute model.onnx --input x=samples.npy --contract u8s8-vnni \\
          --samples 16 --svg nodes.svg
        assay attribute --from Results/local/NAME.json --max-error 2%
        assay run --workload minilm-l6 --precision int8 \\
          --assignment minilm.assignment.json
      """)

  @Argument(help: ArgumentHelp("A workload, see assay list; or an ONNX file.", valueName: "model"))
  var model: String?

  @OptionGroup var inputs: ModelInputOptions

  @Option(help: ArgumentHelp("The contract that nodes are lowered to; u8s8-vnni unless given.", valueName: "name"))
  var contract: String?

  @Option(help: ArgumentHelp("Samples whose outputs are compared; 8 unless given.", valueName: "n"))
  var samples: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Recommend what keeps the error at most this, for example 1% or 0.01.", valueName: "share"))
  var maxError: String?

  @Option(help: ArgumentHelp("Write what is recommended to this file, for assay run.", valueName: "file"))
  var assignment: String?

  @OptionGroup var ranges: CalibrationOptions

  @Option(help: ArgumentHelp("Ranges as assay calibrate wrote them.", valueName: "file"))
  var calibration: String?

  @Option(help: "The number of threads, each on a core of its own; all cores unless given.")
  var threads: Int?

  @Option(help: ArgumentHelp("Kill a worker that is silent for so many seconds longer than expected.", valueName: "s"))
  var timeout = RunSettings.defaults.timeout

  @OptionGroup var cap: MaxISAOption

  @Option(
    help: ArgumentHelp("Where the figures go; by default Results/local/attribution-TIME.json.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace existing files at --output, --assignment and --svg.")
  var overwrite = false

  @Option(help: ArgumentHelp("Complete an interrupted attribution of the same model.", valueName: "file"))
  var resume: String?

  @Option(help: ArgumentHelp("Show an attribution that was measured before; measures nothing.", valueName: "file"))
  var from: String?

  @Option(help: ArgumentHelp("Write a picture of errors by node for a browser to this file.", valueName: "file"))
  var svg: String?

  @Flag(help: "Print the summary as JSON instead of a table.")
  var json = false

  func run() async throws {
    try requireEffect()
    let limit = try maxError.map { try ShareArgument.parse($0, option: "--max-error") }
    for (path, option) in [(assignment, "--assignment"), (svg, "--svg")] {
      if let path { try OutputFile(path, option: option).requireWritable(overwrite: overwrite) }
    }
    if let output { try OutputFile.requireNew(output, overwrite: overwrite) }
    if let from {
      if let miss = try show(try Attribution(path: from), path: nil, limit) { throw miss }
      return
    }
    guard let model else { throw CommandFailure("Name a model, for example resnet50; see assay list.", exitCode: 64) }
    let topology = try Topology.discover()
    let workload = try inputs.workload(model)
    let study = try AttributionStudy(
      workload, contract: contract, samples: samples, ranges: ranges, calibration: calibration, resumed: resume,
      pus: topology.placement(threads: threads ?? topology.usableCores),
      maxISA: try KnownNames.features(cappedAt: cap.maxISA).level.rawValue)
    let path =
      try resume ?? OutputFile.results(at: output, overwrite: overwrite, name: "attribution", what: "figures")
    let result = try await measure(study, path: path, limit)
    let miss = try show(result.attribution, path: path, limit)
    if let error = result.writeError { throw error }
    if result.attribution.status == .incomplete {
      let ranges = calibration.map { " --calibration \(UserModel.word($0))" } ?? ""
      let again = "\(UserModel.word(model))\(inputs.again)\(ranges) --resume \(UserModel.word(path))"
      Terminal.note("Interrupted; every finished figure is kept. Go on with: assay attribute \(again)\n")
      throw ExitCode(130)
    }
    if let miss { throw miss }
  }

  /// Refuses options that would do nothing: whoever gave them expects otherwise.
  private func requireEffect() throws {
    func refuse(_ sentence: String) -> CommandFailure { CommandFailure(sentence, exitCode: 64) }
    let chosen =
      [("--contract", contract != nil), ("--samples", samples != nil)].filter(\.1).map(\.0) + ranges.given
      + [
        ("--calibration", calibration != nil), ("--output", output != nil),
      ].filter(\.1).map(\.0)
    let others = [
      ("a model", model != nil), ("--shape", !inputs.shape.isEmpty), ("--input", !inputs.input.isEmpty),
      ("--threads", threads != nil), ("--max-isa", cap.maxISA != nil), ("--resume", resume != nil),
    ].filter(\.1).map(\.0)
    if from != nil, let first = (others + chosen).first {
      throw refuse("--from shows what was measured before and measures nothing; leave \(first) out.")
    }
    // A file of ranges must be there again, and is held against what its digest was.
    if resume != nil, let first = chosen.first(where: { $0 != "--calibration" }) {
      throw refuse("--resume completes what its file began; leave \(first) out.")
    }
    if assignment != nil, maxError == nil { throw refuse("--assignment needs --max-error with the budget to keep.") }
    if overwrite, output == nil, assignment == nil, svg == nil {
      throw refuse("--overwrite needs --output, --assignment or --svg with the file to replace.")
    }
    if calibration != nil { try ranges.requireNone() }
    if let problem = RunFigure.timeout.problem(timeout) { throw refuse("\(problem).") }
    try OutputFile.requireDistinct(
      [("--svg", svg), ("--assignment", assignment), ("--output", output)],
      from: [("the model", model), ("--from", from), ("--resume", resume), ("--calibration", calibration)]
        + inputs.files)
  }

  private func measure(
    _ study: AttributionStudy, path: String, _ limit: Double?
  ) async throws -> (attribution: Attribution, writeError: (any Error)?) {
    let progress = AttributionProgressLine()
    let keeper = AttributionKeeper(path: path)
    try keeper.keep(study.attribution)
    let run = AttributionRun(
      request: study.request, timeout: timeout, availableSamples: study.availableSamples,
      recommendation: { attribution in
        limit.flatMap { try? MixedPrecision(of: attribution, maxError: $0) }?.lowered.count
      },
      onChange: { attribution, state in
        keeper.tryToKeep(attribution)
        progress.show(state)
      })
    let work = Task { () -> Result<Attribution, AttributionError> in
      do throws(AttributionError) { return .success(try await run.run(study.attribution)) } catch {
        return .failure(error)
      }
    }
    let interrupts = Interrupts {
      progress.note("Stopping; the model in progress is dropped. Press Ctrl-C again to leave at once.")
      work.cancel()
    }
    defer {
      interrupts.end()
      progress.end()
    }
    let attribution = try await work.value.get()
    return (attribution, keeper.writeError)
  }

  /// Shows and writes what was asked for; what ends the command where the budget is not kept, else nil.
  private func show(_ attribution: Attribution, path: String?, _ limit: Double?) throws -> (any Error)? {
    let summary = AttributionSummary(of: attribution)
    var choice: MixedPrecision?
    var budgetError: BudgetError?
    if let limit, !attribution.cumulative.isEmpty {
      do { choice = try MixedPrecision(of: attribution, maxError: limit) } catch {
        // What is still to be measured may keep it.
        if attribution.status == .complete { budgetError = error }
      }
    }
    if let svg {
      try OutputFile(svg, option: "--svg").write(AttributionChart(summary, maxError: limit).svg.utf8)
    }
    if let assignment, let choice {
      let file = choice.file(for: attribution, keptContract: NumericsContract.fp32FMA.name)
      try OutputFile(assignment, option: "--assignment").write(file.encoded(path: assignment))
    }
    if json {
      try Terminal.write(json: Output(summary: summary, choice: choice))
    } else {
      try Terminal.write(AttributionReport(summary, choice: choice, path: path, style: Terminal.style).text)
    }
    if let budgetError { return CommandFailure(budgetError.description, exitCode: 1) }
    if let failures = summary.failures { return CommandFailure(failures, exitCode: 1) }
    // The report has said so.
    return choice?.missesBudgetOnOtherSamples == true ? ExitCode(1) : nil
  }

  /// What `--json` prints.
  private struct Output: Encodable {
    let summary: AttributionSummary
    /// What keeps the budget; absent where none was given.
    let choice: MixedPrecision?
  }
}
