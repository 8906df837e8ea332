import HostState
import NumericFormats
import Topology

/// Everything one run produced. Self-sufficient: every figure shown anywhere is recomputed from it.
public struct Record: Codable, Hashable, Sendable {
  /// The version of this schema that the build writes. Older ones are migrated, newer ones refused.
  public static let currentSchemaVersion = 1

  /// The schema's version.
  public var schemaVersion: Int
  /// What wrote it.
  public var tool: Tool
  /// Start of the run, ISO 8601 UTC.
  public var createdAt: String
  /// How far the run got.
  public var status: Status
  /// What was asked for.
  public var spec: RunSpec
  /// The machine that ran it.
  public var machine: MachineFingerprint
  /// The machine's topology.
  public var topology: Topology
  /// Things that may distort the figures, each a sentence that says what to do.
  public var warnings: [String]
  /// Which BLAS kernels were asked for; nil where no cell uses a BLAS library.
  public var blas: BLASChoice?
  /// The machine's ceilings, measured before the first round; nil where nobody asked for nodes.
  public var roofline: Roofline?
  /// What a sweep decided; nil for other runs.
  public var sweep: Sweep?
  /// What was read of the machine's power around the rounds; nil where no meter told anything.
  public var power: PowerAccount?
  /// Every planned cell, in execution order.
  public var cells: [CellResult]

  /// Makes a record.
  public init(
    tool: Tool, createdAt: String, status: Status, spec: RunSpec, machine: MachineFingerprint, topology: Topology,
    warnings: [String], cells: [CellResult]
  ) {
    self.schemaVersion = Self.currentSchemaVersion
    self.tool = tool
    self.createdAt = createdAt
    self.status = status
    self.spec = spec
    self.machine = machine
    self.topology = topology
    self.warnings = warnings
    self.cells = cells
  }

  /// Whether contracts were chosen by name: a record of `assay precision`.
  public var isOfContracts: Bool { cells.contains { $0.cell.isOfContract } }

  /// How far a run got.
  public enum Status: String, Codable, Hashable, Sendable {
    /// Rounds are missing: the run goes on, was interrupted or was killed. `assay run --resume` completes it.
    case incomplete
    /// Every cell has its rounds or its failure.
    case complete
  }

  /// The build that wrote a record.
  public struct Tool: Codable, Hashable, Sendable {
    /// Assay's version.
    public var version: String
    /// The Swift compiler's version.
    public var compiler: String
    /// `debug` or `release`.
    public var configuration: String
    /// Versions of the libraries that matter to results, by name.
    public var libraries: [String: String]

    /// Makes a build's description.
    public init(version: String, compiler: String, configuration: String, libraries: [String: String]) {
      self.version = version
      self.compiler = compiler
      self.configuration = configuration
      self.libraries = libraries
    }
  }

  /// A planned cell and what came of it.
  public struct CellResult: Codable, Hashable, Sendable {
    /// The cell's stable id; equal to `cell.id`.
    public var id: String
    /// The point.
    public var cell: Cell
    /// Rounds that the plan asks for.
    public var plannedRounds: Int
    /// Rounds finished.
    public var rounds: [Round]
    /// Why the cell has no more rounds, where a round failed.
    public var failure: Failure?
    /// The command line that measures this cell alone.
    public var repro: String

    /// Makes a result without rounds.
    public init(cell: Cell, plannedRounds: Int, repro: String) {
      self.id = cell.id
      self.cell = cell
      self.plannedRounds = plannedRounds
      self.rounds = []
      self.failure = nil
      self.repro = repro
    }

    /// Whether nothing is left to do.
    public var isFinished: Bool { failure != nil || rounds.count >= plannedRounds }
  }

  /// Why a cell failed.
  public struct Failure: Codable, Hashable, Sendable {
    /// What happened, for example `killed by signal 11 (SIGSEGV)`.
    public var reason: String
    /// The worker's last lines on standard error.
    public var lastErrorLines: [String]

    /// Makes a failure.
    public init(reason: String, lastErrorLines: [String]) {
      self.reason = reason
      self.lastErrorLines = lastErrorLines
    }
  }
}
