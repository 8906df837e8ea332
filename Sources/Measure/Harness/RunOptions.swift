/// Lists of cells as far as they are given. nil leaves a list to whoever is asked next.
public struct CellLists: Hashable, Sendable {
  /// Workload names.
  public var workloads: [String]?
  /// Precision names.
  public var precisions: [String]?
  /// Engine names.
  public var engines: [String]?
  /// Thread counts.
  public var threads: ListExpression?
  /// Samples per query.
  public var batches: ListExpression?
  /// Scenario names.
  public var scenarios: [String]?
  /// Names of numerics contracts; nil for what engines make of ``precisions``.
  public var contracts: [String]?
  /// Placements in the placement language.
  public var placements: [String]?
  /// Instances.
  public var instances: ListExpression?
  /// Memory policies by name.
  public var memory: [String]?
  /// Whether memory may lie in huge pages.
  public var hugePages: Bool?
  /// Whether more threads than PUs are meant.
  public var oversubscribe: Bool?

  /// Makes lists that give nothing.
  public init() {}

  /// These lists with those of `other` put over them, list by list.
  public func overridden(by other: CellLists) -> CellLists {
    var merged = self
    merged.workloads = other.workloads ?? workloads
    merged.precisions = other.precisions ?? precisions
    merged.engines = other.engines ?? engines
    merged.threads = other.threads ?? threads
    merged.batches = other.batches ?? batches
    merged.scenarios = other.scenarios ?? scenarios
    merged.contracts = other.contracts ?? contracts
    merged.placements = other.placements ?? placements
    merged.instances = other.instances ?? instances
    merged.memory = other.memory ?? memory
    merged.hugePages = other.hugePages ?? hugePages
    merged.oversubscribe = other.oversubscribe ?? oversubscribe
    return merged
  }
}

/// What the command line gives: it goes over the suite, list by list and figure by figure.
public struct RunOptions: Hashable, Sendable {
  /// Lists, put over every group of the suite.
  public var lists = CellLists()
  /// Figures.
  public var settings = RunSettings()

  /// Makes options that give nothing.
  public init() {}

  /// Takes a list of names as an option gives it, for example `resnet50,bert-base-128`.
  public static func names(_ text: String) -> [String] { NameList.split(text) }
}
