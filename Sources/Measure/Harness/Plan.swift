import Engines
import NumericFormats
import Records
import Topology

/// What a run will do: cells in order, each with its rounds and the time it may take. Printing a plan runs nothing.
public struct Plan: Codable, Hashable, Sendable {
  /// What was asked for.
  public let spec: RunSpec
  /// Every cell once, in the order of groups and lists. Rounds are interleaved: see ``Executor``.
  public let cells: [PlannedCell]
  /// What the estimates assume, in one sentence.
  public let estimateBasis: String

  /// The most cells that a run may have.
  public static let cellLimit = RunFigure.cellLimit

  /// The estimated time of the whole run in seconds.
  public var seconds: Double { cells.reduce(0) { $0 + $1.secondsPerRound * Double($1.rounds) } }

  /// A cell and what it takes.
  public struct PlannedCell: Codable, Hashable, Sendable {
    /// The point.
    public let cell: Cell
    /// Rounds; a fidelity cell needs one, since its outputs do not depend on time.
    public let rounds: Int
    /// Estimated seconds per round, loading included.
    public let secondsPerRound: Double
    /// The command line that measures this cell alone.
    public let repro: String
  }

  /// Multiplies the lists of `spec` into cells.
  ///
  /// A precision that an engine emulates has no speed: whatever threads, batches and scenarios are asked for, it
  /// becomes one fidelity cell per workload and engine, batch 1 on all cores that the CPU quota feeds.
  /// - Throws: ``PlanError`` for names that do not exist and for threads that are not allowed here.
  public init(spec: RunSpec, topology: Topology, catalogue: Catalogue) throws(PlanError) {
    var planner = Planner(spec: spec, topology: topology, catalogue: catalogue)
    for group in spec.groups { try planner.add(group) }
    guard !planner.cells.isEmpty else { throw PlanError(reason: "the run has no cells; name at least one workload") }
    self.init(spec: spec, cells: planner.cells, estimateBasis: Estimate.basis(engines: catalogue.engines))
  }

  /// Puts a plan together from its parts.
  init(spec: RunSpec, cells: [PlannedCell], estimateBasis: String) {
    self.spec = spec
    self.cells = cells
    self.estimateBasis = estimateBasis
  }
}

/// Collects the cells of a plan.
private struct Planner {
  let spec: RunSpec
  let topology: Topology
  let catalogue: Catalogue
  var cells: [Plan.PlannedCell] = []
  private var seen: Set<String> = []

  init(spec: RunSpec, topology: Topology, catalogue: Catalogue) {
    self.spec = spec
    self.topology = topology
    self.catalogue = catalogue
  }

  mutating func add(_ group: RunSpec.CellGroup) throws(PlanError) {
    let workloads = try group.workloads.map { name throws(PlanError) in
      try workload(name)
    }
    let engines = try group.engines.map { name throws(PlanError) in
      try find(name, in: catalogue.engines, by: \.name, kind: "engine")
    }
    for batch in group.batches where !RunFigure.batches.contains(batch) {
      throw PlanError(reason: "a batch of \(batch) samples is outside 1 to 1024")
    }
    let threads = group.threads.isEmpty ? topology.threadConfigurations : group.threads
    let placements = try threads.map { count throws(PlanError) in try placement(threads: count) }
    for workload in workloads {
      for precision in group.precisions {
        for engine in engines {
          guard let mode = engine.modes[precision] else {
            throw PlanError(reason: "engine `\(engine.name)` does not run \(precision.rawValue)")
          }
          for placement in placements where mode.execution == .native {
            for batch in group.batches {
              for scenario in group.scenarios {
                let cell = try cell(workload, precision, engine, mode, placement, batch, .performance(scenario))
                try add(cell, workload, engine)
              }
            }
          }
          // Speed means little without how close to FP32 it is.
          if mode.execution == .emulated || precision != .fp32 {
            let all = try placement(threads: topology.usableCores)
            try add(try cell(workload, precision, engine, mode, all, 1, .fidelity), workload, engine)
          }
        }
      }
    }
  }

  private func cell(
    _ workload: Catalogue.WorkloadFacts, _ precision: Precision, _ engine: Catalogue.EngineFacts,
    _ mode: Catalogue.Mode, _ placement: Placement, _ batch: Int, _ measurement: Cell.Measurement
  ) throws(PlanError) -> Cell {
    let isCalibrated = precision == .int8
    let ranges = isCalibrated ? spec.calibrations?.first { $0.contents.model == workload.name }?.label : nil
    // Where ranges are given, nothing is measured.
    let measures = isCalibrated && ranges == nil
    let assignment = spec.assignments?.first {
      $0.contents.model == workload.name && $0.contents.contract == mode.contract
        && engine.name == EngineRegistry.defaultEngine.name && mode.execution == .native
    }
    let cell = Cell(
      workload: workload.name, precision: precision, execution: mode.execution, contract: mode.contract,
      engine: engine.name, placement: placement, batch: batch, measurement: measurement,
      calibration: measures ? spec.calibrationMethod : nil,
      calibrationSamples: measures ? spec.calibrationSamples : nil, ranges: ranges, assignment: assignment?.label)
    if measures {
      _ = try CalibrationSamples.count(cell.calibrationSamples, of: workload.calibrationSamples, workload.name)
    }
    return cell
  }

  private mutating func add(
    _ cell: Cell, _ workload: Catalogue.WorkloadFacts, _ engine: Catalogue.EngineFacts
  ) throws(PlanError) {
    guard seen.insert(cell.id).inserted else { return }
    guard cells.count < Plan.cellLimit else {
      throw PlanError(reason: "the lists multiply into more than \(Plan.cellLimit) cells; shorten them")
    }
    let rounds = cell.measurement == .fidelity ? 1 : spec.rounds
    cells.append(
      Plan.PlannedCell(
        cell: cell, rounds: rounds,
        secondsPerRound: Estimate.secondsPerRound(of: cell, workload: workload, engine: engine, spec: spec),
        repro: spec.repro(of: cell)))
  }

  private func placement(threads: Int) throws(PlanError) -> Placement {
    do { return Placement(pus: try topology.placement(threads: threads)) } catch {
      throw PlanError(reason: "\(error)")
    }
  }

  private func workload(_ name: String) throws(PlanError) -> Catalogue.WorkloadFacts {
    let known = catalogue.workloads.map(\.name) + catalogue.aliases.keys.sorted()
    switch NameList.match(name, in: known, kind: "workload") {
    case .success(let match):
      return try find(catalogue.aliases[match] ?? match, in: catalogue.workloads, by: \.name, kind: "workload")
    case .failure(let unknown): throw PlanError(reason: unknown.reason)
    }
  }

  private func find<Item>(
    _ name: String, in items: [Item], by key: (Item) -> String, kind: String
  ) throws(PlanError) -> Item {
    switch NameList.match(name, in: items.map(key), kind: kind) {
    case .success(let match): return items[items.firstIndex { key($0) == match } ?? 0]
    case .failure(let unknown): throw PlanError(reason: unknown.reason)
    }
  }
}

extension RunSpec {
  /// The command line that measures one cell of this run alone, with the same figures.
  public func repro(of cell: Cell) -> String {
    let model = models?.first { $0.workload == cell.workload }
    var words = [
      "assay run", model?.options ?? "--workload \(cell.workload)", "--precision \(cell.precision.rawValue)",
      "--engine \(cell.engine)",
    ]
    switch cell.measurement {
    case .performance(let scenario):
      words += [
        "--threads \(cell.placement.threads)", "--batch \(cell.batch)", "--scenario \(scenario.rawValue)",
        "--rounds \(rounds)", "--min-duration \(minDuration)", "--min-queries \(minQueryCount)",
        "--max-warm-up \(maxWarmUp)", "--seed \(seed)",
      ]
    case .fidelity: words += ["--fidelity-samples \(fidelitySamples)"]
    }
    words.append("--timeout \(timeout)")
    words.append("--blas-core \(blasCore)")
    if let maxISA { words.append("--max-isa \(maxISA)") }
    if let method = cell.calibration { words.append("--calibration-method \(method)") }
    if let samples = cell.calibrationSamples { words.append("--calibration-samples \(samples)") }
    if let given = calibrations?.first(where: { $0.label == cell.ranges }) {
      words.append("--calibration \(UserModel.word(given.file))")
    }
    if let given = assignments?.first(where: { $0.label == cell.assignment }) {
      words.append("--assignment \(UserModel.word(given.file))")
    }
    return words.joined(separator: " ")
  }
}
