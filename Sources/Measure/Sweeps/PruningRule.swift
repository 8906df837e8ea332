/// Why a point of the product is not measured. The first rule that holds, in this order, counts.
public enum PruningRule: String, Codable, Hashable, Sendable, CaseIterable, CodingKeyRepresentable {
  /// More threads than PUs, or than cores where siblings stay idle.
  case exceedsPUs
  /// More threads than the CPU time quota feeds: they would be throttled in the middle of their work.
  case exceedsQuota
  /// The instances cannot be dealt out evenly over the groups of a `per-` word.
  case unevenGroups
  /// An instance does not fit into one NUMA node, and the words do not permit to cross.
  case acrossNodes
  /// An instance does not fit into cores of one kind, and the words do not permit to mix.
  case mixedKinds
  /// The machine has no such layout for another reason.
  case doesNotFit
  /// Cache groups are left half filled.
  case partialCacheGroup
  /// Cores carry several threads while others are idle.
  case siblingsBesideIdleCores
  /// Simpler words give every instance the same PUs.
  case samePUs
  /// The instances together need more memory than there is.
  case memory

  /// Why it leaves a configuration out, as a clause.
  public var reason: String {
    switch self {
    case .exceedsPUs: "more threads than PUs, or than cores where siblings stay idle"
    case .exceedsQuota: "more threads than the CPU quota feeds"
    case .unevenGroups: "instances cannot be dealt out evenly over the groups"
    case .acrossNodes: "an instance does not fit into one NUMA node"
    case .mixedKinds: "an instance does not fit into cores of one kind"
    case .doesNotFit: "the machine has no such layout"
    case .partialCacheGroup: "a cache group would be half filled"
    case .siblingsBesideIdleCores: "siblings would be used beside idle cores"
    case .samePUs: "simpler words give the same PUs"
    case .memory: "the instances need more memory than half of what there is"
    }
  }
}
