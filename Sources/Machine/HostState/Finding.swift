/// One thing about this machine that matters to its numbers.
public struct Finding: Codable, Hashable, Sendable {
  /// How much it matters.
  public let severity: Severity
  /// What it is about.
  public let topic: Topic
  /// What was seen, as a sentence.
  public let seen: String
  /// What it does to numbers, as a sentence; nil where all is well.
  public let effect: String?
  /// What to do about it, as a sentence; nil where there is nothing to do.
  public let action: String?

  /// Makes a finding.
  public init(_ severity: Severity, _ topic: Topic, seen: String, effect: String? = nil, action: String? = nil) {
    self.severity = severity
    self.topic = topic
    self.seen = seen
    self.effect = effect
    self.action = action
  }

  /// The whole finding as running text, for a record's warnings.
  public var sentence: String { [seen, effect, action].compactMap { $0 }.joined(separator: " ") }

  /// How much a finding matters.
  public enum Severity: String, Codable, CaseIterable, Comparable, Hashable, Sendable {
    /// As it should be.
    case ok
    /// Worth knowing when reading the numbers.
    case note
    /// Distorts the numbers.
    case warning

    /// Orders `ok`, `note`, `warning`.
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .ok: 0
      case .note: 1
      case .warning: 2
      }
    }
  }

  /// What a finding is about.
  public enum Topic: String, Codable, CaseIterable, Hashable, Sendable {
    /// The frequency governor.
    case governor
    /// Clock boost above the base frequency.
    case boost
    /// Several hardware threads per core.
    case smt
    /// Cores that this process may use.
    case cores
    /// The cgroup's CPU time limit.
    case quota
    /// Virtualisation.
    case virtualisation
    /// CPU time taken by the hypervisor.
    case steal
    /// Other programs that use the CPUs.
    case load
    /// The kernels that the BLAS library chose.
    case blas
    /// Energy meters.
    case energy
    /// Transparent huge pages.
    case hugePages = "huge-pages"
    /// Automatic page migration between NUMA nodes.
    case numaBalancing = "numa-balancing"
    /// Memory on disk.
    case swap
    /// Memory that is free for the run.
    case memory
  }
}
