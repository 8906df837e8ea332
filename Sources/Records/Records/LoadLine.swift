import Energy
import HostState

/// What a machine does and draws at a row of loads from all that it can down to nothing: `assay loadline`.
///
/// Source of the procedure: SPECpower_ssj2008's run rules: three calibration intervals, of which the last two give the maximum,
/// then 100, 90 ... 10 % of it and active idle.
public struct LoadLine: Codable, Hashable, Sendable {
  /// The version of this schema.
  public static let currentSchemaVersion = 1

  /// The schema's version.
  public var schemaVersion = LoadLine.currentSchemaVersion
  /// What wrote it.
  public var tool: Record.Tool
  /// When it began, ISO 8601 UTC.
  public var createdAt: String
  /// The machine.
  public var machine: MachineFingerprint
  /// What was served, for example `resnet50 int8, native, 2 threads`.
  public var system: String
  /// Samples a second of the calibration intervals.
  public var calibration: [Double]
  /// Samples a second that loads are shares of: the mean of the last two calibration intervals.
  public var maximum: Double
  /// Seconds of a step.
  public var stepSeconds: Double
  /// The steps, the greatest load first; the last is active idle.
  public var steps: [Step]
  /// What reading the meters cost; nil where none was read.
  public var monitor: MonitorAccount?

  /// One load.
  public struct Step: Codable, Hashable, Sendable {
    /// The share of the maximum that was asked for; 0 for active idle.
    public var load: Double
    /// Samples a second that arrived; 0 for active idle.
    public var offered: Double
    /// Samples a second that were answered; 0 for active idle.
    public var completed: Double
    /// Latencies at the percentiles 50 and 99, seconds; nil for active idle.
    public var p50: Double?
    /// See ``p50``.
    public var p99: Double?
    /// Seconds from the first query to the last answer.
    public var seconds: Double
    /// Samples that failed or were never answered.
    public var failed: Int
    /// The preferred reading of the machine's energy.
    public var energy: EnergyReading
    /// What every meter said; nil where ``energy`` says it all.
    public var meters: [MeteredWindow]?

    /// Makes a step.
    public init(
      load: Double, offered: Double, completed: Double, p50: Double?, p99: Double?, seconds: Double, failed: Int,
      energy: EnergyReading, meters: [MeteredWindow]?
    ) {
      self.load = load
      self.offered = offered
      self.completed = completed
      self.p50 = p50
      self.p99 = p99
      self.seconds = seconds
      self.failed = failed
      self.energy = energy
      self.meters = meters
    }
  }

  /// Makes a load line.
  public init(
    tool: Record.Tool, createdAt: String, machine: MachineFingerprint, system: String, calibration: [Double],
    maximum: Double, stepSeconds: Double, steps: [Step], monitor: MonitorAccount?
  ) {
    self.tool = tool
    self.createdAt = createdAt
    self.machine = machine
    self.system = system
    self.calibration = calibration
    self.maximum = maximum
    self.stepSeconds = stepSeconds
    self.steps = steps
    self.monitor = monitor
  }
}
