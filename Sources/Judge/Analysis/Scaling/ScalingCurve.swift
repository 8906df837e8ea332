import NumericFormats
import Records
import Statistics

/// How throughput grows with the threads of one instance: cells that are alike in everything but their threads.
public struct ScalingCurve: Codable, Hashable, Sendable {
  /// The workload's name.
  public let workload: String
  /// The operands' precision.
  public let precision: Precision
  /// The engine's name.
  public let engine: String
  /// Samples per query.
  public let batch: Int
  /// How load is offered.
  public let scenario: Scenario
  /// Words of the placement language that the cells with more than one thread have in common; nil for the usual
  /// placement and for the ladder of a sweep, which takes the simplest words for each count.
  public let words: String?
  /// What was asked for of memory; nil where nothing was.
  public let memory: MemoryPlacement?
  /// One point for each cell that has a throughput, ascending by threads; the first has one thread.
  public let points: [Point]
  /// Amdahl's law through the points that are ``Point/isFitted``.
  public let amdahl: LawOutcome<AmdahlFit>
  /// The universal scalability law through the same points.
  public let universal: LawOutcome<UniversalScalabilityFit>

  /// One thread count.
  public struct Point: Codable, Hashable, Sendable {
    /// The cell's id.
    public let id: String
    /// Threads.
    public let threads: Int
    /// Samples per second.
    public let throughput: CellSummary.Throughput
    /// Throughput over the one-thread throughput.
    public let speedUp: Double
    /// ``speedUp`` over threads: 1 is ideal.
    public let efficiency: Double
    /// What the threads added since the point before; nil for the first.
    public let gain: MarginalGain?
    /// Whether some core carries two of the threads (SMT siblings), which is another kind of thread than the first.
    public let usesSiblings: Bool
    /// Whether threads or memory were seen elsewhere than asked for.
    public let isMarked: Bool

    /// Whether the laws are fitted to it: neither marked nor, beside points on whole cores, on siblings.
    public let isFitted: Bool
  }

  /// What one more thread brings between two neighbouring points.
  public struct MarginalGain: Codable, Hashable, Sendable {
    /// Samples per second for each added thread.
    public let perThread: Double
    /// The interval of ``perThread`` (Welch); nil where either point has fewer than two processes.
    public let interval: Interval?
    /// ``perThread`` over one thread's throughput: 1 is ideal, below 0 the added threads slow the others down.
    public let share: Double
  }
}
