import NumericFormats
import Records
import Topology

/// The axes that a sweep multiplies, each without repetitions.
public struct SweepSpace: Codable, Hashable, Sendable {
  /// Numbers of instances.
  public let instances: [Int]
  /// Threads of each instance.
  public let threads: [Int]
  /// Placement words that leave the counts open, the simplest first.
  public let placements: [String]
  /// Placements that bring their own counts, for example CPU lists: these are not multiplied with counts.
  public let explicit: [String]
  /// Which hardware threads of a core are used.
  public let smt: [SMTUse]
  /// Memory policies; nil is the system's own, and the only one where the machine has one memory node.
  public let memory: [MemoryPolicy?]
  /// Huge pages; nil is what the system does by itself.
  public let hugePages: [Bool?]
  /// Samples per inference.
  public let batches: [Int]
  /// Precisions.
  public let precisions: [Precision]
  /// Engines by name.
  public let engines: [String]
  /// The batch at which the scaling ladder is measured.
  public let ladderBatch: Int
  /// Numbers of instances that split the machine by one of its groups: 1, packages, NUMA nodes, cache groups, cores.
  public let landmarks: [Int]

  /// The batches of a sweep that names none.
  public static let defaultBatches = [1, 2, 4, 8, 16, 32, 64]
  /// The most points that a product may have.
  public static let candidateLimit = 100_000_000

  /// Chooses what the lists leave open.
  ///
  /// Threads: powers of two and the divisors of the cores of every package, node, die, cache group and kind, all cores, all
  /// PUs and as many as the CPU quota feeds. Instances: powers of two, the number of each kind of group, and what fills
  /// all cores or all PUs with each number of threads. Placements: `compact`, `scatter`, `per-` words for groups that are
  /// neither the whole machine nor single cores nor the same as another word's, and the kinds of cores where there are
  /// several. SMT: cores alone, and siblings where
  /// a core has some. Memory policies: all of them where cores have more than one NUMA node.
  ///
  /// - Throws: ``SweepError`` where a list is empty or names what cannot be, or the product exceeds
  ///   ``candidateLimit``.
  public init(topology: Topology, lists: SweepLists, goal: SweepGoal = .throughput) throws(SweepError) {
    let shape = MachineShape(topology)
    let threads = try Self.counts(lists.threads, "thread counts", upTo: 1 << 16) ?? Self.threads(shape)
    self.threads = threads
    instances = try Self.counts(lists.instances, "instance counts", upTo: 1 << 16) ?? Self.instances(shape, threads)
    let words = try Self.list(lists.placements, "placements") ?? Self.placements(shape)
    explicit = words.filter(Self.bringsCounts)
    // The order decides which words stay where two give the same PUs.
    placements = words.filter { !Self.bringsCounts($0) }.enumerated()
      .sorted { (Self.length($0.element), $0.offset) < (Self.length($1.element), $1.offset) }.map(\.element)
    smt = try Self.list(lists.smt, "uses of SMT") ?? (shape.threadsPerCore > 1 ? SMTUse.allCases : [.cores])
    let policies = try Self.list(lists.memory, "memory policies")
    memory = policies.map { $0.map(Optional.some) } ?? (shape.nodes > 1 ? MemoryPolicy.allCases : [nil])
    hugePages = try Self.list(lists.hugePages, "huge page settings").map { $0.map(Optional.some) } ?? [nil]
    let batches = try Self.counts(lists.batches, "batches", upTo: 1024) ?? Self.defaultBatches
    self.batches = batches
    precisions = try Self.list(lists.precisions, "precisions") ?? []
    engines = try Self.list(lists.engines, "engines") ?? []
    let least = batches.min() ?? 1
    ladderBatch = goal.limitSeconds == nil ? batches.filter { $0 <= 8 }.max() ?? least : least
    landmarks = Self.unique([1] + shape.groups.map(\.sizes.count) + [shape.cores])
    var product = 1
    for count in [
      instances.count * threads.count * placements.count * smt.count + explicit.count, memory.count, hugePages.count,
      batches.count, precisions.count, engines.count,
    ] {
      let (next, overflow) = product.multipliedReportingOverflow(by: count)
      guard !overflow, next <= Self.candidateLimit else {
        throw SweepError("The lists multiply into more than \(Self.candidateLimit) configurations; shorten them.")
      }
      product = next
    }
  }

  /// Points of the whole product.
  public var candidates: Int {
    (instances.count * threads.count * placements.count * smt.count + explicit.count) * pointsOfLayout
  }

  /// Points that one layout is multiplied into.
  var pointsOfLayout: Int { memory.count * hugePages.count * batches.count * precisions.count * engines.count }

  // MARK: Lists

  private static func list<Item: Hashable>(_ items: [Item]?, _ what: String) throws(SweepError) -> [Item]? {
    guard let items else { return nil }
    let unique = unique(items)
    guard !unique.isEmpty, unique.count <= 1024 else {
      throw SweepError("The list of \(what) has \(unique.count) values; it should have 1 to 1024.")
    }
    return unique
  }

  private static func counts(_ items: [Int]?, _ what: String, upTo limit: Int) throws(SweepError) -> [Int]? {
    guard let items = try list(items, what) else { return nil }
    guard let bad = items.first(where: { !(1...limit).contains($0) }) else { return items }
    throw SweepError("The list of \(what) names \(bad), which lies outside 1 to \(limit).")
  }

  private static func unique<Item: Hashable>(_ items: [Item]) -> [Item] {
    var seen: Set<Item> = []
    return items.filter { seen.insert($0).inserted }
  }

  // MARK: Defaults

  private static func powersOfTwo(upTo limit: Int) -> [Int] {
    var powers = [1]
    while let last = powers.last, last <= limit / 2 { powers.append(last * 2) }
    return powers
  }

  private static func divisors(of number: Int) -> [Int] { (1...max(1, number)).filter { number % $0 == 0 } }

  private static func threads(_ shape: MachineShape) -> [Int] {
    let sizes = Set(shape.groups.flatMap(\.sizes) + shape.kinds)
    let all =
      powersOfTwo(upTo: shape.pus) + sizes.flatMap(divisors) + [shape.cores, shape.pus, min(shape.fed, shape.pus)]
    return Set(all).sorted()
  }

  private static func instances(_ shape: MachineShape, _ threads: [Int]) -> [Int] {
    let filling = threads.flatMap { count in
      ([shape.cores, shape.pus] + shape.kinds).compactMap { $0 % count == 0 ? $0 / count : nil }
    }
    let all = powersOfTwo(upTo: shape.pus) + shape.groups.map(\.sizes.count) + filling
    return Set(all.filter { $0 >= 1 && $0 <= shape.pus }).sorted()
  }

  private static func placements(_ shape: MachineShape) -> [String] {
    guard shape.cores > 1 else { return ["compact"] }
    let kinds = shape.kinds.count > 1 ? ["kind:performance", "kind:efficiency"] : []
    return ["compact", "scatter"] + shape.groups.map(\.words) + kinds
  }

  // MARK: Words

  private static func length(_ words: String) -> Int { words.split(separator: ",").count }

  /// Whether words name PUs themselves: anything but names, which have no digits (but for kinds of cores).
  static func bringsCounts(_ words: String) -> Bool {
    words.split(separator: ",").contains { part in
      let name = part.drop { $0.isWhitespace }
      return !name.hasPrefix("kind:") && name.contains { $0.isNumber || $0 == ":" }
    }
  }
}
