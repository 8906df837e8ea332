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
