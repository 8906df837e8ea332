import Placements
import Records
import Topology

extension Placement {
  /// A layout with what is asked for of memory.
  ///
  /// - Parameters:
  ///   - policy: nil for the system's own.
  ///   - hugePages: nil for what the system and the engines do.
  ///   - nodes: all nodes (OS indices) with memory that the process may use.
  /// - Throws: ``PlanError`` where a policy names nodes and none is known.
  public init(_ layout: PlacementLayout, policy: MemoryPolicy?, hugePages: Bool?, nodes: [Int]) throws(PlanError) {
    var memory: MemoryPlacement?
    if policy != nil || hugePages != nil {
      let named =
        switch policy {
        case nil: [[Int]]()
        case .interleave: layout.instances.map { _ in nodes }
        // `local` names none; whether pages are local is seen by these.
        case .local, .bind: layout.instances.map(\.nodes)
        }
      if policy == .bind || policy == .interleave, named.contains(where: \.isEmpty) {
        throw PlanError(
          reason: "the memory policy `\(policy?.rawValue ?? "")` needs NUMA nodes, and none is known here")
      }
      memory = MemoryPlacement(policy: policy, nodes: named, hugePages: hugePages)
    }
    self.init(
      instances: layout.instances.map(\.pus), words: layout.words == PlacementRequest().words ? nil : layout.words,
      memory: memory, isOversubscribed: layout.departures.contains(.oversubscribed))
  }
}

extension Topology {
  /// The NUMA nodes (OS indices) local to the cores that this process may use, ascending; nodes without cores are not among
  /// them.
  var memoryNodes: [Int] { Set(cores.flatMap(\.numaNodes)).sorted() }
}
