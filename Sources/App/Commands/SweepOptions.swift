import ArgumentParser
import Engines
import Harness
import NumericFormats
import Placements
import Records
import Sweeps
import Topology
import Workloads

/// What `assay sweep` multiplies, and how it spends its time.
struct SweepOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What to look for: throughput, efficiency (samples per joule), or the most throughput under a limit of p99 such as "
        + "'latency<=15ms'; throughput by default.", valueName: "goal"))
  var goal: String?

  @Option(
    help: ArgumentHelp("Time that the sweep may take, for example 90s, 10m or 1h; 5m by default.", valueName: "time"))
  var budget: String?

  @Flag(
    help: "Give every configuration all its rounds instead of dropping the worse ones; no budget unless one is given.")
  var full = false

  @Option(help: ArgumentHelp("Precisions: fp32, bf16, int8; all that run natively here by default.", valueName: "list"))
  var precision: String?

  @Option(help: ArgumentHelp("Engines; \(EngineRegistry.defaultEngine.name) by default.", valueName: "list"))
  var engine: String?

  @Option(help: ArgumentHelp("Threads of each instance: 1,2,4 or 1-8 or 1-16*2.", valueName: "list"))
  var threads: String?

  @OptionGroup var placement: PlacementOptions

  @Option(help: ArgumentHelp("Hardware threads of a core that are used: cores, threads, or both.", valueName: "list"))
  var smt: String?

  @Option(help: ArgumentHelp("Samples per inference: 1,8 or 1-32*2.", valueName: "list"))
  var batch: String?

  @Option(help: ArgumentHelp("Seconds of a round; 1 by default.", valueName: "s"))
  var round: Double?

  @Option(help: ArgumentHelp("Seed of the order of visits.", valueName: "n"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Kill a worker that is silent for so many seconds longer than expected.", valueName: "s"))
  var timeout: Double?

  @OptionGroup var cap: MaxISAOption

  @Option(
    help: ArgumentHelp("INT8 ranges of the model, as assay calibrate wrote them.", valueName: "file"))
  var calibration: [String] = []

  /// The options that are given, as the user wrote them.
  var given: [String] {
    let all: [(String, Bool)] = [
      ("goal", goal != nil), ("budget", budget != nil), ("full", full), ("precision", precision != nil),
      ("engine", engine != nil), ("threads", threads != nil), ("smt", smt != nil), ("batch", batch != nil),
      ("round", round != nil), ("seed", seed != nil), ("timeout", timeout != nil), ("max-isa", cap.maxISA != nil),
      ("calibration", !calibration.isEmpty),
    ]
    return all.filter(\.1).map { "--" + $0.0 } + placement.given
  }

  /// Five minutes.
  private static let usualBudget = 300.0

  /// A sweep of one workload as this command line asks for it.
  ///
  /// - Parameter isOther: whether `topology` is not this machine's; its memory is then what the description says.
  func setup(
    of workload: String, model: ONNXWorkload?, topology: Topology, isOther: Bool = false
  ) throws -> (setup: SweepSetup, catalogue: Catalogue) {
    var catalogue = try Catalogue.current(models: model.map { [$0] } ?? [])
    let features = try KnownNames.features(cappedAt: cap.maxISA)
    catalogue.engines = Catalogue.engines(on: features)
    var lists = CellLists()
    lists.workloads = [workload]
    lists.engines = try engine.map { try RunOptions.names($0).map { try catalogue.requiredEngine(named: $0).name } }
    lists.precisions =
      precision.map(RunOptions.names)
      ?? Self.native(lists.engines ?? [EngineRegistry.defaultEngine.name], in: catalogue)
    lists.threads = try PlanOptions.list(threads, "threads", upTo: ListExpression.numberLimit)
    lists.batches = try PlanOptions.list(batch, "batch", upTo: RunFigure.batches.upperBound)
    try placement.apply(to: &lists)
    guard !placement.oversubscribe else {
      throw CommandFailure("A sweep gives every thread a PU of its own; leave --oversubscribe out.", exitCode: 64)
    }
    for words in placement.placement {
      do { _ = try PlacementExpression(parsing: words) } catch {
        throw CommandFailure("--placement: \(error.description)", exitCode: 64)
      }
    }
    if let round, RunFigure.minDuration.problem(round) != nil {
      throw CommandFailure("--round: \(round.plainText) is outside 0.01 to 86400 seconds.", exitCode: 64)
    }
    var settings = RunSettings()
    settings.rounds = 5
    settings.minDuration = round ?? 1
    settings.minQueryCount = 1
    settings.maxWarmUp = SweepSetup.maxWarmUp
    settings.seed = seed
    settings.timeout = timeout
    settings.maxISA = cap.maxISA
    var options = RunOptions()
    options.settings = settings
    var spec = try RunSpec(
      suite: Suite(name: "sweep", summary: "", groups: [lists], settings: RunSettings()), options: options,
      topology: topology)
    // What is not said is the sweep's to choose, and an empty list says so.
    if batch == nil { spec.groups[0].batches = [] }
    if let model { spec.models = [try UserModel(model)] }
    let calibrations = try PlanOptions.calibrations(
      calibration, method: nil, samples: nil, models: model.map { [$0] } ?? [])
    if !calibrations.isEmpty { spec.calibrations = calibrations }
    let goal = try SweepGoal(goal ?? "throughput")
    let seconds = try budget.map(BudgetArgument.seconds) ?? (full ? .infinity : Self.usualBudget)
    let smt = try smt.map { try RunOptions.names($0).map(Self.smtUse) } ?? []
    let setup = try Self.setup(
      spec, goal: goal, budget: seconds, isFull: full, smt: smt,
      // Half of what the process may have, so that parked processes leave room for the one that runs.
      memory: (isOther ? topology.root.bytes.map { Int(clamping: $0) } : MemoryLimit.read()).map { $0 / 2 },
      topology: topology, catalogue: catalogue)
    return (setup, catalogue)
  }

  /// A sweep as a specification and a few figures say it: of a command line or of a record to resume.
  static func setup(
    _ spec: RunSpec, goal: SweepGoal, budget: Double, isFull: Bool, smt: [SMTUse], memory: Int?,
    topology: Topology, catalogue: Catalogue
  ) throws -> SweepSetup {
    guard let group = spec.groups.first, let named = group.workloads.first else {
      throw CommandFailure("A sweep needs a workload; see assay list.", exitCode: 64)
    }
    let workload = try catalogue.workload(named: named)
    func given<Item>(_ items: [Item]?) -> [Item]? { items.flatMap { $0.isEmpty ? nil : $0 } }
    let lists = SweepLists(
      instances: given(group.placement?.instances), threads: given(group.threads),
      placements: given(group.placement?.words), smt: given(smt), memory: given(group.placement?.memory),
      hugePages: group.placement?.hugePages.map { [$0] }, batches: given(group.batches), precisions: group.precisions,
      engines: group.engines)
    let space = try SweepSpace(topology: topology, lists: lists, goal: goal)
    let plan = try SweepPlanner.plan(space, on: topology, memoryLimit: memory) { batch, _, _ in
      SweepSetup.bytes(of: workload, batch: batch)
    }
    let settings = SweepSettings(
      goal: goal, budget: budget, seed: spec.seed, isFullGrid: isFull, roundSeconds: spec.minDuration,
      parkedBytes: memory,
      // Each takes file descriptors.
      parkedInstances: 64)
    return try SweepSetup(
      spec: spec, workload: workload, plan: plan, settings: settings, topology: topology, catalogue: catalogue)
  }

  /// The precisions that all of these engines run natively here.
  private static func native(_ engines: [String], in catalogue: Catalogue) -> [String] {
    Precision.measurable.filter { precision in
      engines.allSatisfy { catalogue.engine(named: $0)?.modes[precision]?.execution == .native }
    }.map(\.rawValue)
  }

  private static func smtUse(_ name: String) throws -> SMTUse {
    guard let use = SMTUse(rawValue: name) else {
      throw CommandFailure("--smt: `\(name.prefix(40))` is neither cores nor threads.", exitCode: 64)
    }
    return use
  }
}
