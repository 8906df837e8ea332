/// Which PU every thread of every instance gets, and which rules were left because the request asked for it.
public struct PlacementLayout: Codable, Hashable, Sendable {
  /// The instances, in the order in which they were placed; at least one.
  public let instances: [Instance]
  /// The canonical form of the words that were asked for; parsing it gives the same expression again.
  public let words: String
  /// Rules that this layout leaves, each once, in the order of ``Departure``'s cases.
  public let departures: [Departure]

  /// Makes a layout from its parts.
  public init(instances: [Instance], words: String, departures: [Departure]) {
    self.instances = instances
    self.words = words
    self.departures = departures
  }

  /// One copy of the model and where its threads run.
  public struct Instance: Codable, Hashable, Sendable {
    /// OS index of the PU of each thread, in thread order; a PU occurs twice only where oversubscription was asked for.
    public let pus: [Int]
    /// OS indices of the NUMA nodes with memory that are local to those PUs, ascending; empty where none is known.
    public let nodes: [Int]

    /// Makes an instance from its parts.
    public init(pus: [Int], nodes: [Int]) {
      self.pus = pus
      self.nodes = nodes
    }
  }

  /// A rule of placement that a layout leaves.
  public enum Departure: String, Codable, Hashable, Sendable, CaseIterable {
    /// An instance has PUs that are local to different NUMA nodes.
    case acrossNodes
    /// An instance has cores of different kinds.
    case mixedKinds
    /// A group of cores that share a last-level cache is used in part.
    case partialCacheGroup
    /// A core carries several threads while another core that could have taken one is idle.
    case siblingsBesideIdleCores
    /// PUs carry more than one thread.
    case oversubscribed
  }
}
