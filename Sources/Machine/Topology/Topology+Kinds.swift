extension Topology {
  /// A kind of cores on a hybrid machine.
  public struct Kind: Codable, Hashable, Sendable {
    /// hwloc's index; where kinds are ranked, higher is faster.
    public let index: Int
    /// hwloc's efficiency class, which ``Core/kind`` names too: 0 draws the least power, the highest computes the
    /// fastest. Nil where the kinds cannot be ranked.
    public let efficiency: Int?
    /// What the kind is for, or nil where the kinds cannot be ranked.
    public let role: Role?
    /// hwloc's name of the kind (`CoreType`), for example `IntelAtom`, or nil where it has none.
    public let name: String?
    /// The highest frequency in MHz, or nil where it is not known.
    public let maxMegahertz: Int?
    /// OS indices of its PUs that are in the tree, allowed or not, ascending.
    public let pus: [Int]

    /// Makes a kind from its parts.
    public init(index: Int, efficiency: Int?, role: Role?, name: String?, maxMegahertz: Int?, pus: [Int]) {
      self.index = index
      self.efficiency = efficiency
      self.role = role
      self.name = name
      self.maxMegahertz = maxMegahertz
      self.pus = pus
    }

    /// What a kind is for among those of its machine.
    public enum Role: String, Codable, Hashable, Sendable {
      /// The fastest kind.
      case performance
      /// Between the two others.
      case intermediate
      /// The kind that draws the least power.
      case efficiency
    }
  }
}
