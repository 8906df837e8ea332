import ArgumentParser
import Engines
import Foundation
import Harness
import NumericFormats
import Records
import Topology
import Workloads

/// What to measure: a suite and the options that go over it. Shared by `run` and `plan`.
struct PlanOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A suite's name or the path of a YAML file; quick unless --workload or --model is given; see assay list.",
      valueName: "suite"))
  var suite: String?

  @Option(help: ArgumentHelp("Workloads, for example resnet50,bert-base-128.", valueName: "list"))
  var workload: String?

  @OptionGroup var models: ModelOptions

  @Option(help: ArgumentHelp("Precisions: fp32, bf16, int8.", valueName: "list"))
  var precision: String?

  @Option(
    help: ArgumentHelp(
      "Engines: \(EngineRegistry.names.joined(separator: ", ")); \(EngineRegistry.defaultEngine.name) unless the suite "
        + "says otherwise.", valueName: "list"))
  var engine: String?

  @Option(help: ArgumentHelp("Threads: 1,2,4 or 1-8 or 1-16*2 or all.", valueName: "list"))
  var threads: String?

  @OptionGroup var placement: PlacementOptions

  @Option(help: ArgumentHelp("Samples per query: 1,8 or 1-32*2.", valueName: "list"))
  var batch: String?

  @Option(help: ArgumentHelp("Scenarios: SingleStream, Offline.", valueName: "list"))
  var scenario: String?

  @Option(help: ArgumentHelp("Rounds (fresh processes) per cell.", valueName: "n"))
  var rounds: Int?

  @Option(help: ArgumentHelp("Least measured seconds per round.", valueName: "s"))
  var minDuration: Double?

  @Option(help: ArgumentHelp("Least queries per SingleStream round.", valueName: "n"))
  var minQueries: Int?

  @Option(help: ArgumentHelp("Longest warm-up per round in seconds.", valueName: "s"))
  var maxWarmUp: Double?

  @Option(help: ArgumentHelp("Kill a worker that is silent for so many seconds longer than expected.", valueName: "s"))
  var timeout: Double?

  @Option(help: ArgumentHelp("Seed of the sample order.", valueName: "n"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("OpenBLAS kernels: auto, library, or a core name such as HASWELL.", valueName: "core"))
  var blasCore: String?

  @Option(
    help: ArgumentHelp(
      "Threads of OpenBLAS in each call, bound as the cell's threads are: 1, or as many as --threads.", valueName: "n"))
  var blasThreads: Int?

  @OptionGroup var cap: MaxISAOption

  @Option(help: ArgumentHelp("How INT8 ranges are chosen: \(CalibrationMethod.names).", valueName: "method"))
  var calibrationMethod: String?

  @Option(
    help: ArgumentHelp(
      "Samples that INT8 ranges are chosen over; \(RunSpec.defaultCalibrationSamples), or all there are.",
      valueName: "n"))
  var calibrationSamples: Int?

  @Option(
    help: ArgumentHelp(
      "INT8 ranges of a model, as assay calibrate wrote them; may be repeated for other models.", valueName: "file"))
  var calibration: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which contract each node of a model follows, as assay attribute wrote it; may be repeated for other models.",
      valueName: "file"))
  var assignment: [String] = []

  @Option(help: ArgumentHelp("Samples per fidelity comparison.", valueName: "n"))
  var fidelitySamples: Int?

  /// The options that are given, as the user wrote them.
  var given: [String] {
    let all: [(String, Bool)] = [
      ("suite", suite != nil), ("workload", workload != nil), ("precision", precision != nil),
      ("engine", engine != nil), ("threads", threads != nil), ("batch", batch != nil), ("scenario", scenario != nil),
      ("rounds", rounds != nil), ("min-duration", minDuration != nil), ("min-queries", minQueries != nil),
      ("max-warm-up", maxWarmUp != nil), ("timeout", timeout != nil), ("seed", seed != nil),
      ("blas-core", blasCore != nil), ("blas-threads", blasThreads != nil), ("max-isa", cap.maxISA != nil),
      ("fidelity-samples", fidelitySamples != nil),
      ("calibration-method", calibrationMethod != nil), ("calibration-samples", calibrationSamples != nil),
      ("calibration", !calibration.isEmpty), ("assignment", !assignment.isEmpty),
    ]
    return all.filter(\.1).map { "--" + $0.0 } + placement.given + models.given
  }

  /// The files that are read and what names them.
  var files: [OutputFile.Named] {
    get throws(CommandFailure) {
      let path = suite.flatMap { SuiteLibrary.isPath($0) ? $0 : nil }
      return [("--suite", path)] + calibration.map { ("--calibration", $0) }
        + assignment.map { ("--assignment", $0) } + (try models.files)
    }
  }

  /// The plan for this machine: the suite with the options over it; with `--workload` or `--model` and no suite, just what
  /// the options say.
  ///
  /// - Parameters:
  ///   - models: what ``models`` names, which become workloads beside those of `--workload`.
  ///   - perNode: whether every node is timed too.
  func plan(topology: Topology, models: [ONNXWorkload], perNode: Bool = false) throws -> Plan {
    var catalogue = try Catalogue.current(models: models)
    let library = SuiteLibrary.standard(vocabulary: catalogue.vocabulary)
    let base =
      if suite == nil, workload != nil || !models.isEmpty {
        Suite(name: "custom", summary: "", groups: [CellLists()], settings: RunSettings())
      } else {
        try library.load(suite ?? "quick")
      }
    var options = try options()
    if !models.isEmpty { options.lists.workloads = (options.lists.workloads ?? []) + models.map(\.name) }
    var spec = try RunSpec(suite: base, options: options, topology: topology)
    if perNode { spec.perNode = true }
    let calibrations = try Self.calibrations(
      calibration, method: calibrationMethod, samples: calibrationSamples, models: models)
    if !calibrations.isEmpty { spec.calibrations = calibrations }
    let features = try KnownNames.features(cappedAt: spec.maxISA)
    let assignments = try GivenAssignment.read(assignment, models: models, features: features)
    if !assignments.isEmpty { spec.assignments = assignments }
    if !models.isEmpty { spec.models = try models.map { try UserModel($0) } }
    // What is native under a cap differs from what is native without.
    catalogue.engines = Catalogue.engines(on: features)
    let plan = try Plan(spec: spec, topology: topology, catalogue: catalogue)
    try plan.requireUse(of: calibrations)
    try plan.requireUse(of: assignments)
    // A batch that a model cannot run is known now.
    for model in models {
      for batch in Set(plan.cells.lazy.filter { $0.cell.workload == model.name }.map(\.cell.batch)).sorted() {
        _ = try model.graph(batch: batch)
      }
    }
    return plan
  }

  /// The files of `--calibration`, which leave nothing to choose.
  static func calibrations(
    _ paths: [String], method: String?, samples: Int?, models: [ONNXWorkload]
  ) throws -> [GivenCalibration] {
    guard !paths.isEmpty else { return [] }
    for (option, isGiven) in [("--calibration-method", method != nil), ("--calibration-samples", samples != nil)]
    where isGiven {
      throw CommandFailure("--calibration gives ranges that are chosen already; leave \(option) out.", exitCode: 64)
    }
    return try GivenCalibration.read(paths, models: models)
  }

  private func options() throws -> RunOptions {
    var options = RunOptions()
    options.lists.workloads = workload.map(RunOptions.names)
    options.lists.precisions = precision.map(RunOptions.names)
    options.lists.engines = engine.map(RunOptions.names)
    options.lists.scenarios = scenario.map(RunOptions.names)
    options.lists.threads = try Self.list(threads, "threads", upTo: ListExpression.numberLimit)
    options.lists.batches = try Self.list(batch, "batch", upTo: RunFigure.batches.upperBound)
    try placement.apply(to: &options.lists)
    options.settings.rounds = rounds
    options.settings.blasThreads = blasThreads
    options.settings.minDuration = minDuration
    options.settings.minQueryCount = minQueries
    options.settings.maxWarmUp = maxWarmUp
    options.settings.timeout = timeout
    options.settings.seed = seed
    options.settings.blasCore = blasCore
    options.settings.maxISA = cap.maxISA
    options.settings.fidelitySamples = fidelitySamples
    options.settings.calibrationMethod = calibrationMethod
    options.settings.calibrationSamples = calibrationSamples
    return options
  }

  /// A list of counts; `option` names it in messages.
  static func list(_ text: String?, _ option: String, upTo limit: Int) throws -> ListExpression? {
    guard let text else { return nil }
    do { return try ListExpression(text, upTo: limit) } catch {
      throw PlanError(reason: "--\(option): \(error.reason)")
    }
  }
}
