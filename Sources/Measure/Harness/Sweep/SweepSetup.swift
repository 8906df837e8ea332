import NumericFormats
import Records
import Sweeps
import Tensors
import Topology

/// A planned sweep with what it takes to measure it: the cells of the plan as a record knows them, and what each may cost.
public struct SweepSetup: Sendable {
  /// What was asked for.
  public let spec: RunSpec
  /// Every configuration.
  public let plan: SweepPlan
  /// How time is spent.
  public let settings: SweepSettings
  /// The cells of `plan`, in its order.
  public let cells: [Cell]
  /// The place of each cell in ``cells``, by id.
  public let places: [String: Int]
  private let costs: [SweepCost]
  /// The search, at its begin.
  let search: SuccessiveHalving

  /// Seconds of warming up at most, before a round of a cell's fresh process.
  public static let maxWarmUp = 0.2

  /// Makes the cells of a plan.
  ///
  /// - Throws: ``PlanError`` for precisions that an engine does not run natively; ``SweepError`` where the budget cannot hold two
  ///   cells.
  public init(
    spec: RunSpec, workload: Catalogue.WorkloadFacts, plan: SweepPlan, settings: SweepSettings, topology: Topology,
    catalogue: Catalogue
  ) throws {
    self.spec = spec
    self.plan = plan
    self.settings = settings
    let name = workload.name
    var placements: [PlacementKey: Placement] = [:]
    var cells: [Cell] = []
    cells.reserveCapacity(plan.cells.count)
    for cell in plan.cells {
      guard let engine = catalogue.engine(named: cell.engine), let mode = engine.modes[cell.precision],
        mode.execution == .native
      else {
        throw PlanError(
          reason:
            "engine `\(cell.engine)` does not compute \(cell.precision.rawValue) natively here, and emulated time is "
            + "no speed")
      }
      let key = PlacementKey(layout: cell.layout, memory: cell.memory, hugePages: cell.hugePages)
      let placement =
        try placements[key]
        ?? Placement(
          plan.layout(of: cell).layout, policy: cell.memory, hugePages: cell.hugePages, nodes: topology.memoryNodes)
      placements[key] = placement
      let isCalibrated = cell.precision == .int8
      let ranges = isCalibrated ? spec.calibrations?.first { $0.contents.model == name }?.label : nil
      cells.append(
        Cell(
          workload: name, precision: cell.precision, execution: .native, contract: mode.contract, engine: cell.engine,
          placement: placement, batch: cell.batch, measurement: .performance(.singleStream),
          calibration: isCalibrated && ranges == nil ? spec.calibrationMethod : nil,
          calibrationSamples: isCalibrated && ranges == nil ? spec.calibrationSamples : nil, ranges: ranges))
    }
    self.cells = cells
    places = Dictionary(cells.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let costs = Self.costs(of: plan, cells, workload, catalogue, spec)
    self.costs = costs
    var index = 0
    // The search asks for the cells in the plan's order.
    search = try SuccessiveHalving(plan: plan, settings: settings) { _, _ in
      defer { index += 1 }
      return costs[index]
    }
    guard places.count == cells.count else { throw PlanError(reason: "two configurations have the same name") }
  }

  /// What the sweep will take.
  public func estimate() throws -> SweepEstimate {
    var index = 0
    return try SweepEstimate(plan: plan, settings: settings) { _, _ in
      defer { index += 1 }
      return costs[index]
    }
  }

  /// The sweep's account at its begin.
  public var account: Sweep {
    Sweep(
      goal: settings.goal.description, budgetSeconds: settings.budget.isFinite ? settings.budget : 0,
      seed: settings.seed, isFullGrid: settings.isFullGrid, roundSeconds: settings.roundSeconds,
      candidates: plan.candidates, pruned: plan.prunedCounts, leftOut: plan.cells.count,
      ladder: search.ladder.map { cells[$0].id }, smt: plan.space.smt.map(\.rawValue),
      memoryBytes: settings.parkedBytes)
  }

  /// The command line that measures a cell alone.
  func repro(of cell: Cell) -> String {
    var alone = spec
    alone.rounds = 5
    alone.maxWarmUp = 2
    return alone.repro(of: cell)
  }

  /// Bytes that an instance may take: what a worker needs besides the model, FP32 parameters and their packed copy, and
  /// activations in proportion to the batch.
  public static func bytes(of workload: Catalogue.WorkloadFacts, batch: Int) -> Int {
    let parameters = workload.parameterCount.multipliedSaturated(by: 8)
    // Activations of one sample are a small part of the arithmetic: two bytes for each thousand multiply-accumulates and more.
    let activations = (workload.multiplyAccumulates / 250).multipliedSaturated(by: batch)
    return 60_000_000 + parameters + activations
  }

  private struct PlacementKey: Hashable {
    let layout: Int
    let memory: MemoryPolicy?
    let hugePages: Bool?
  }

  private static func costs(
    of plan: SweepPlan, _ cells: [Cell], _ workload: Catalogue.WorkloadFacts, _ catalogue: Catalogue, _ spec: RunSpec
  ) -> [SweepCost] {
    cells.map { cell in
      let rate = catalogue.engine(named: cell.engine)?.assumedRate ?? 1e9
      let instances = cell.placement.instances.count
      let query =
        Double(workload.multiplyAccumulates) * Double(cell.batch) / (rate * Double(max(1, cell.placement.threads)))
      return SweepCost(
        load: Estimate.sharedLoadSeconds(of: workload),
        warmUp: max(min(spec.maxWarmUp, 15 * query), query), round: max(spec.minDuration, query),
        bytes: bytes(of: workload, batch: cell.batch).multipliedSaturated(by: instances))
    }
  }
}
