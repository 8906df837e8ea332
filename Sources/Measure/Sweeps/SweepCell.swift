import NumericFormats
import Placements
import Records

/// One configuration of a sweep: a layout and what is multiplied with it.
public struct SweepCell: Codable, Hashable, Sendable {
  /// Which of the plan's layouts it runs in.
  public let layout: Int
  /// The memory policy; nil for the system's own.
  public let memory: MemoryPolicy?
  /// Whether memory may lie in huge pages; nil for what the system does by itself.
  public let hugePages: Bool?
  /// Samples per inference.
  public let batch: Int
  /// The operands' precision.
  public let precision: Precision
  /// The engine by name.
  public let engine: String
  /// Whether it is a step of the scaling ladder: one instance with 1, 2, 4 ... threads.
  public let isLadder: Bool
  /// Whether it is one of the usual answers, which no sweep leaves out: all cores, split along the machine's groups.
  public let isFavourite: Bool
}

/// Where the threads of some cells run, and how many there are.
public struct SweepLayout: Codable, Hashable, Sendable {
  /// Words of the placement language that give the layout together with the counts.
  public let words: String
  /// Instances.
  public let instances: Int
  /// Threads of each instance; of the largest one where an explicit list gives them different numbers.
  public let threads: Int
  /// Which hardware threads of a core are used; nil for explicit lists.
  public let smt: SMTUse?
  /// The request that gives ``layout``.
  public let request: PlacementRequest
  /// The PUs.
  public let layout: PlacementLayout
  /// Whether a rule would have pruned it: it is kept for the scaling ladder alone.
  public let isOnlyForLadder: Bool
}
