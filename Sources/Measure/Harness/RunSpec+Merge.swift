import Engines
import NumericFormats
import Records
import Topology

extension RunSpec {
  /// Merges defaults, a suite and the command line, each over the one before.
  ///
  /// A list on the command line replaces that list in every group of the suite; cells that become equal are planned once.
  /// - Throws: ``PlanError`` that names the option.
  public init(suite: Suite, options: RunOptions, topology: Topology) throws(PlanError) {
    if let problem = options.settings.problem() { throw PlanError(reason: problem.reason) }
    let defaults = RunSettings.defaults
    let settings = suite.settings.overridden(by: options.settings)
    var groups: [CellGroup] = []
    for group in suite.groups {
      let merged = try CellGroup(group.overridden(by: options.lists), topology: topology)
      if !groups.contains(merged) { groups.append(merged) }
    }
    let method = try settings.calibrationMethod.map(KnownNames.calibrationMethod) ?? .minMax
    self.init(
      suite: suite.name, groups: groups, rounds: settings.rounds ?? defaults.rounds,
      minDuration: settings.minDuration ?? defaults.minDuration,
      minQueryCount: settings.minQueryCount ?? defaults.minQueryCount,
      maxWarmUp: settings.maxWarmUp ?? defaults.maxWarmUp, timeout: settings.timeout ?? defaults.timeout,
      seed: settings.seed ?? defaults.seed, blasCore: settings.blasCore ?? defaults.blasCore,
      maxISA: settings.maxISA.map { ISALevel(named: $0)?.rawValue ?? $0 },
      fidelitySamples: settings.fidelitySamples ?? defaults.fidelitySamples,
      calibrationMethod: method == .minMax ? nil : method.description,
      calibrationSamples: settings.calibrationSamples == Self.defaultCalibrationSamples
        ? nil : settings.calibrationSamples)
    blasThreads = settings.blasThreads.flatMap { $0 == 1 ? nil : $0 }
  }
}

extension RunSpec.CellGroup {
  /// What is said of placement and memory; nil where nothing is.
  private static func placement(_ lists: CellLists, instances: [Int]) throws(PlanError) -> PlacementLists? {
    var policies: [MemoryPolicy] = []
    for name in lists.memory ?? [] {
      switch NameList.match(name, in: MemoryPolicy.allCases.map(\.rawValue), kind: "memory policy") {
      case .success(let match): policies += MemoryPolicy(rawValue: match).map { [$0] } ?? []
      case .failure(let unknown): throw PlanError(reason: unknown.reason)
      }
    }
    let placement = PlacementLists(
      words: lists.placements ?? [], instances: instances, memory: policies, hugePages: lists.hugePages,
      oversubscribe: lists.oversubscribe ?? false)
    return placement == PlacementLists() ? nil : placement
  }

  /// What a group measures where it does not say: FP32 on the default engine, one sample at a time, SingleStream, the
  /// thread counts 1, powers of two and all cores.
  fileprivate init(_ lists: CellLists, topology: Topology) throws(PlanError) {
    let cores = topology.usableCores
    func names(_ given: [String], _ known: [String], _ kind: String) throws(PlanError) -> [String] {
      var names: [String] = []
      for name in given {
        switch NameList.match(name, in: known, kind: kind) {
        case .success(let match): names.append(match)
        case .failure(let unknown): throw PlanError(reason: unknown.reason)
        }
      }
      return names
    }
    func counts(_ list: ListExpression?, _ option: String, otherwise: [Int]) throws(PlanError) -> [Int] {
      guard let list else { return otherwise }
      do { return try list.values(all: cores) } catch { throw PlanError(reason: "\(option): \(error.reason)") }
    }
    var contracts: [NumericsContract]?
    if let given = lists.contracts {
      contracts = []
      for name in given {
        let contract: NumericsContract
        do { contract = try KnownNames.contract(name) } catch { throw PlanError(reason: error.reason) }
        if contracts?.contains(contract) == false { contracts?.append(contract) }
      }
    }
    // The contracts say it; the list tells what a record is about.
    let own = contracts?.map(\.precision).reduce(into: [Precision]()) { if !$0.contains($1) { $0.append($1) } }
    let known = Precision.measurable.map(\.rawValue)
    let given = try names(lists.precisions ?? ["fp32"], known, "precision").compactMap(Precision.init(rawValue:))
    let scenarios = try names(lists.scenarios ?? ["SingleStream"], Scenario.allCases.map(\.rawValue), "scenario")
    self.init(
      workloads: lists.workloads ?? [], precisions: own ?? given,
      engines: lists.engines ?? [EngineRegistry.defaultEngine.name],
      threads: try counts(lists.threads, "threads", otherwise: []),
      batches: try counts(lists.batches, "batch", otherwise: [1]),
      scenarios: scenarios.compactMap(Scenario.init(rawValue:)), contracts: contracts?.map(\.name),
      placement: try Self.placement(lists, instances: counts(lists.instances, "instances", otherwise: [])))
  }
}
