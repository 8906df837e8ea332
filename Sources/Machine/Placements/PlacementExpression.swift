/// The words of a placement, parsed.
///
/// Two kinds of words exist and cannot be joined: names, from which a machine's layout follows, and lists, which say
/// the PUs of every thread. The language is described in docs/placement.md.
public enum PlacementExpression: Hashable, Sendable {
  /// Names like `per-llc,no-smt`.
  case names(Names)
  /// Lists, one for each instance, like `M0:0-7_M1:0-7`.
  case lists([List])

  /// What names ask for.
  public struct Names: Hashable, Sendable {
    /// The kind of group in each of which instances are placed, or nil for the machine as a whole.
    public var grouping: Grouping?
    /// Whether neighbours come first or threads are dealt out.
    public var spread = Spread.compact
    /// How many hardware threads of a core are used, or nil for as few as the counts need.
    public var siblings: Siblings?
    /// Whether only the first PU of each core may be used.
    public var isWithoutSMT = false
    /// The only kind of core that may be used, or nil for all.
    public var kind: Kind?
    /// Whether an instance may have PUs that are local to different NUMA nodes.
    public var mayCrossNodes = false
    /// Whether an instance may have cores of different kinds.
    public var mayMixKinds = false

    /// Makes the names that say nothing but `compact`.
    public init() {}

    /// Whether no core may carry more than one thread.
    var isOneThreadACore: Bool { siblings == .cores || isWithoutSMT }
  }

  /// A kind of group that instances are placed in.
  public enum Grouping: String, Hashable, Sendable, CaseIterable {
    /// Cores that share a last-level cache.
    case perLLC = "per-llc"
    /// Cores with the same nearest NUMA nodes.
    case perNUMA = "per-numa"
    /// Cores of a package.
    case perPackage = "per-package"
    /// Cores of a die; of a package where hwloc shows no dies.
    case perDie = "per-die"
  }

  /// The order in which cores are taken.
  public enum Spread: String, Hashable, Sendable, CaseIterable {
    /// Neighbours first.
    case compact
    /// Instances over packages and nodes, their cores over cache groups.
    case scatter
  }

  /// How the hardware threads of a core are used.
  public enum Siblings: String, Hashable, Sendable, CaseIterable {
    /// One thread a core.
    case cores
    /// All hardware threads of a core before the next core is taken.
    case threads
  }

  /// A kind of core on hybrid parts.
  public enum Kind: Hashable, Sendable {
    /// The most performant kind.
    case performance
    /// The most efficient kind.
    case efficiency
    /// hwloc's efficiency class; 0 is the most efficient.
    case number(Int)
  }

  /// The threads of one instance, in order.
  public struct List: Hashable, Sendable {
    /// At least one.
    public let elements: [Element]
  }

  /// A part of a list.
  public enum Element: Hashable, Sendable {
    /// OS indices.
    case pus(Numbers)
    /// Logical numbers inside a domain: physical cores first, then their siblings.
    case logical(Domain, Numbers)
    /// `threads` PUs of a domain's list in which siblings are adjacent: `chunk` in a row, every `stride`.
    case selection(Domain, threads: Int, chunk: Int, stride: Int)
  }

  /// Numbers in the order in which they were given; what follows without a gap is one range.
  public struct Numbers: Hashable, Sendable {
    /// At least one.
    public let ranges: [ClosedRange<Int>]

    /// Joins ranges that follow each other without a gap.
    init(_ given: [ClosedRange<Int>]) {
      var ranges: [ClosedRange<Int>] = []
      for range in given {
        if let last = ranges.last, last.upperBound + 1 == range.lowerBound {
          ranges[ranges.count - 1] = last.lowerBound...range.upperBound
        } else {
          ranges.append(range)
        }
      }
      self.ranges = ranges
    }
  }

  /// A part of the machine, named as likwid names it.
  public enum Domain: Hashable, Sendable {
    /// `N`: all PUs.
    case machine
    /// `S`: a package, by hwloc's logical index.
    case package(Int)
    /// `M`: a NUMA node, by hwloc's logical index.
    case node(Int)
    /// `D`: a die, by hwloc's logical index.
    case die(Int)
    /// `C`: the cores that share a last-level cache, in hwloc's order.
    case cache(Int)
  }
}
