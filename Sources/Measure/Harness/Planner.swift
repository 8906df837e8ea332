import Engines
import NumericFormats
import Placements
import Records
import Topology

/// Collects the cells of a plan.
struct Planner {
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

  /// Adds the cells of a group.
  mutating func add(_ group: RunSpec.CellGroup) throws(PlanError) {
    let workloads = try group.workloads.map { name throws(PlanError) in
      try catalogue.workload(named: name)
    }
    let engines = try group.engines.map { name throws(PlanError) in
      try catalogue.requiredEngine(named: name)
    }
    for batch in group.batches where !RunFigure.batches.contains(batch) {
      throw PlanError(reason: "a batch of \(batch) samples is outside 1 to 1024")
    }
    let placements = try placements(of: group)
    for workload in workloads {
      if let contracts = group.contracts {
        try add(contracts, of: workload, engines, placements, group)
        continue
      }
      for precision in group.precisions {
        for engine in engines {
          guard let mode = engine.modes[precision] else {
            throw PlanError(reason: "engine `\(engine.name)` does not run \(precision.rawValue)")
          }
          for placement in placements where mode.execution == .native {
            for batch in group.batches {
              for scenario in group.scenarios {
                let cell = try cell(
                  workload, precision, engine, mode, placement, batch, .performance(scenario),
                  isCalibrated: precision == .int8)
                try add(cell, workload, engine)
              }
            }
          }
          // Speed means little without how close to FP32 it is.
          if mode.execution == .emulated || precision != .fp32 {
            let all = try placement(threads: topology.usableCores)
            try add(
              cell(workload, precision, engine, mode, all, 1, .fidelity, isCalibrated: precision == .int8), workload,
              engine)
          }
        }
      }
    }
  }

  /// One fidelity cell of the emulator for each contract, then the speed of those that an engine computes natively here,
  /// and of FP32 to hold it against.
  private mutating func add(
    _ contracts: [String], of workload: Catalogue.WorkloadFacts, _ engines: [Catalogue.EngineFacts],
    _ placements: [Placement], _ group: RunSpec.CellGroup
  ) throws(PlanError) {
    let all = try placement(threads: topology.usableCores)
    let known = try contracts.map { name throws(PlanError) in try contract(name) }
    for contract in known {
      let cell = try cell(
        workload, contract.precision, Catalogue.emulator,
        Catalogue.Mode(execution: .emulated, contract: contract.name), all, 1, .fidelity,
        isCalibrated: contract.needsCalibration)
      try add(cell, workload, Catalogue.emulator)
    }
    for engine in engines {
      for precision in Precision.measurable {
        guard let mode = engine.modes[precision], mode.execution == .native else { continue }
        guard precision == .fp32 || known.contains(where: { $0.name == mode.contract }) else { continue }
        for placement in placements {
          for batch in group.batches {
            for scenario in group.scenarios {
              try add(
                cell(
                  workload, precision, engine, mode, placement, batch, .performance(scenario),
                  isCalibrated: precision == .int8), workload, engine)
            }
          }
        }
      }
    }
  }

  private func cell(
    _ workload: Catalogue.WorkloadFacts, _ precision: Precision, _ engine: Catalogue.EngineFacts,
    _ mode: Catalogue.Mode, _ placement: Placement, _ batch: Int, _ measurement: Cell.Measurement,
    isCalibrated: Bool
  ) throws(PlanError) -> Cell {
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
      calibrationSamples: measures ? spec.calibrationSamples : nil, ranges: ranges, assignment: assignment?.label,
      blasThreads: try blasThreads(of: engine, placement, measurement))
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

  /// Threads of BLAS in each call; nil for one.
  private func blasThreads(
    of engine: Catalogue.EngineFacts, _ placement: Placement, _ measurement: Cell.Measurement
  ) throws(PlanError) -> Int? {
    guard let count = spec.blasThreads, measurement != .fidelity else { return nil }
    if let problem = LibraryThreads.problem(
      threads: placement.threads, blasThreads: count, usesBLAS: engine.name == LibraryThreads.engine)
    {
      throw PlanError(reason: problem)
    }
    return count > 1 ? count : nil
  }

  /// Where a group's cells run.
  private func placements(of group: RunSpec.CellGroup) throws(PlanError) -> [Placement] {
    guard let lists = group.placement else {
      let threads = group.threads.isEmpty ? topology.threadConfigurations : group.threads
      return try threads.map { count throws(PlanError) in try placement(threads: count) }
    }
    let placer = Placer(topology)
    var placements: [Placement] = []
    for words in lists.words.isEmpty ? [PlacementRequest().words] : lists.words {
      for instances in lists.instances.isEmpty ? [nil] : lists.instances.map(Optional.some) {
        for threads in group.threads.isEmpty ? [nil] : group.threads.map(Optional.some) {
          let request = PlacementRequest(
            words: words, instances: instances, threads: threads, oversubscribe: lists.oversubscribe)
          let layout: PlacementLayout
          do { layout = try placer.layout(request) } catch { throw PlanError(reason: error.description) }
          for policy in lists.memory.isEmpty ? [nil] : lists.memory.map(Optional.some) {
            placements.append(
              try Placement(layout, policy: policy, hugePages: lists.hugePages, nodes: topology.memoryNodes))
          }
        }
      }
    }
    return placements
  }

  private func placement(threads: Int) throws(PlanError) -> Placement {
    guard threads <= topology.allowedPUs.count else {
      throw PlanError(
        reason:
          "\(threads) threads do not fit: this process may use \(topology.allowedPUs.count) PUs; see assay topology, "
          + "or let threads share PUs with --oversubscribe")
    }
    do { return Placement(pus: try topology.placement(threads: threads)) } catch {
      throw PlanError(reason: "\(error)")
    }
  }

  private func contract(_ name: String) throws(PlanError) -> NumericsContract {
    do { return try KnownNames.contract(name) } catch { throw PlanError(reason: error.reason) }
  }
}
