import NumericFormats
import Records

/// What a user wants multiplied; what is nil is chosen for the machine, see ``SweepSpace``.
public struct SweepLists: Codable, Hashable, Sendable {
  /// Numbers of instances.
  public var instances: [Int]?
  /// Threads of each instance.
  public var threads: [Int]?
  /// Words of the placement language, one placement an element; explicit CPU lists bring their own counts.
  public var placements: [String]?
  /// Which hardware threads of a core are used.
  public var smt: [SMTUse]?
  /// Memory policies.
  public var memory: [MemoryPolicy]?
  /// Whether memory may lie in huge pages; nil leaves that to the system and is not multiplied.
  public var hugePages: [Bool]?
  /// Samples per inference.
  public var batches: [Int]?
  /// Precisions; never empty.
  public var precisions: [Precision]
  /// Engines by name; never empty.
  public var engines: [String]

  /// Makes lists; nothing but the precisions and the engines has to be said.
  public init(
    instances: [Int]? = nil, threads: [Int]? = nil, placements: [String]? = nil, smt: [SMTUse]? = nil,
    memory: [MemoryPolicy]? = nil, hugePages: [Bool]? = nil, batches: [Int]? = nil, precisions: [Precision] = [.fp32],
    engines: [String] = ["native"]
  ) {
    self.instances = instances
    self.threads = threads
    self.placements = placements
    self.smt = smt
    self.memory = memory
    self.hugePages = hugePages
    self.batches = batches
    self.precisions = precisions
    self.engines = engines
  }
}
