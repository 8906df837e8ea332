import ArgumentParser
import Engines
import Harness
import NumericFormats
import Records
import Topology
import Workloads

/// Which contracts `assay precision` compares, and how.
struct PrecisionStudyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Numerics contracts, for example vdpbf16ps,u8s8-vnni, or all; about ten where none are named.", valueName: "list")
  )
  var contracts: String?

  @Option(
    help: ArgumentHelp(
      "Samples whose outputs are compared; \(Self.usualSamples) by default, or as many as there are. Always all of the "
        + "task of: \(Self.fixedModels).", valueName: "n"))
  var samples: Int?

  @OptionGroup var ranges: CalibrationOptions

  @Option(
    help: ArgumentHelp(
      "Ranges of a model, as assay calibrate wrote them; may be repeated for other models.", valueName: "file"))
  var calibration: [String] = []

  @Flag(help: "Time nothing.")
  var noSpeed = false

  @Option(help: ArgumentHelp("Threads of what is timed: 1,2,4 or 1-8 or all (the default).", valueName: "list"))
  var threads: String?

  @Option(help: ArgumentHelp("Samples per query of what is timed.", valueName: "list"))
  var batch: String?

  @Option(help: ArgumentHelp("Rounds (fresh processes) of what is timed.", valueName: "n"))
  var rounds: Int?

  @Option(help: ArgumentHelp("Least measured seconds per round; 1 by default.", valueName: "s"))
  var minDuration: Double?

  @Option(help: ArgumentHelp("Longest warm-up per round in seconds; 1 by default.", valueName: "s"))
  var maxWarmUp: Double?

  @Option(help: ArgumentHelp("Kill a worker that is silent for so many seconds longer than expected.", valueName: "s"))
  var timeout: Double?

  @Option(help: ArgumentHelp("Seed of the sample order.", valueName: "n"))
  var seed: UInt64?

  @OptionGroup var cap: MaxISAOption

  private static let usualSamples = 32
  /// The models that `--samples` does not choose for.
  private static var fixedModels: String {
    WorkloadRegistry.all.filter { workload in
      if workload.isSmall { return false }
      if case .sentencePairs = workload.scoring { return true }
      return false
    }.map(\.name).joined(separator: ", ")
  }
  /// Speed stands beside the errors here; `assay run` measures it more thoroughly.
  private static let usualSeconds = 1.0

  /// The options that are given, as the user wrote them.
  var given: [String] {
    timing + [("--contracts", contracts != nil), ("--samples", samples != nil)].filter(\.1).map(\.0) + ranges.given
      + [
        ("--calibration", !calibration.isEmpty), ("--no-speed", noSpeed), ("--timeout", timeout != nil),
        ("--max-isa", cap.maxISA != nil),
      ].filter(\.1).map(\.0)
  }

  /// Those that only what is timed heeds.
  private var timing: [String] {
    [
      ("threads", threads != nil), ("batch", batch != nil), ("rounds", rounds != nil),
      ("min-duration", minDuration != nil), ("max-warm-up", maxWarmUp != nil), ("seed", seed != nil),
    ].filter(\.1).map { "--" + $0.0 }
  }

  /// The plan for this machine.
  ///
  /// - Parameters:
  ///   - workloads: names of built-in workloads.
  ///   - models: the user's own.
  func plan(_ workloads: [String], models: [ONNXWorkload], topology: Topology) throws -> Plan {
    guard !workloads.isEmpty || !models.isEmpty else {
      throw CommandFailure("Name at least one model, for example assay precision minilm-l6.", exitCode: 64)
    }
    if noSpeed, !timing.isEmpty {
      throw CommandFailure("--no-speed times nothing; leave \(timing.joined(separator: ", ")) out.", exitCode: 64)
    }
    if let samples, let problem = RunFigure.fidelitySamples.problem(Double(samples)) {
      let range = problem.split(separator: " ", maxSplits: 1).last.map(String.init) ?? problem
      throw CommandFailure("--samples \(range), not \(samples).", exitCode: 64)
    }
    let features = try KnownNames.features(cappedAt: cap.maxISA)
    var options = RunOptions()
    options.lists.workloads = workloads + models.map(\.name)
    options.lists.contracts = try names(features)
    options.lists.engines = [EngineRegistry.defaultEngine.name]
    options.lists.scenarios = noSpeed ? [] : [Scenario.singleStream.rawValue]
    options.lists.threads = try PlanOptions.list(threads ?? "all", "threads", upTo: ListExpression.numberLimit)
    options.lists.batches = try PlanOptions.list(batch, "batch", upTo: RunFigure.batches.upperBound)
    options.settings.rounds = rounds
    options.settings.minDuration = minDuration ?? Self.usualSeconds
    options.settings.maxWarmUp = maxWarmUp ?? Self.usualSeconds
    options.settings.timeout = timeout
    options.settings.seed = seed
    options.settings.maxISA = cap.maxISA
    // No more than there are: what repeats a cell names the number, and more than there are would be refused.
    let available = (workloads.compactMap { try? KnownNames.workload($0) } + models as [any Workload]).map {
      $0.sampleCount(in: .evaluation)
    }
    options.settings.fidelitySamples = samples ?? min(Self.usualSamples, max(1, available.max() ?? Self.usualSamples))
    options.settings.calibrationMethod = ranges.method
    options.settings.calibrationSamples = ranges.samples
    let suite = Suite(name: "contracts", summary: "", groups: [CellLists()], settings: RunSettings())
    var spec = try RunSpec(suite: suite, options: options, topology: topology)
    let calibrations = try PlanOptions.calibrations(
      calibration, method: ranges.method, samples: ranges.samples, models: models)
    if !calibrations.isEmpty { spec.calibrations = calibrations }
    if !models.isEmpty { spec.models = try models.map { try UserModel($0) } }
    var catalogue = try Catalogue.current(models: models)
    catalogue.engines = Catalogue.engines(on: features)
    let plan = try Plan(spec: spec, topology: topology, catalogue: catalogue)
    try plan.requireUse(of: calibrations)
    if let samples { try requireSamples(samples, in: plan, models) }
    return plan
  }

  /// Refuses to compare more samples than a model has.
  private func requireSamples(_ wanted: Int, in plan: Plan, _ models: [ONNXWorkload]) throws {
    for name in Set(plan.cells.map(\.cell.workload)).sorted() {
      let available = try KnownNames.workload(name, models: models).sampleCount(in: .evaluation)
      guard wanted <= available else {
        throw CommandFailure("--samples asks for \(wanted), and \(name) has \(available) samples.", exitCode: 64)
      }
    }
  }

  private func names(_ features: CPUFeatures) throws -> [String] {
    guard let contracts else { return NumericsContract.usual(on: features).map(\.name) }
    if contracts == "all" { return NumericsContract.emulated.map(\.name) }
    return RunOptions.names(contracts)
  }
}
