import Topology

/// A topology indexed for placing: made once, asked thousands of times.
///
/// A layout of a machine with 512 PUs takes some ten microseconds. The CPU time quota plays no part: what a request
/// says is placed on every PU that the process may use.
public struct Placer: Sendable {
  /// The most threads that a layout may have, all instances together.
  public static let mostThreads = 65_536

  let index: PlacementIndex

  /// Indexes a topology.
  public init(_ topology: Topology) { index = PlacementIndex(topology) }

  /// The layout that a request has on this machine.
  ///
  /// A pure function of the topology and the request. Throws one sentence where the words do not parse or the machine
  /// cannot give what they ask for.
  public func layout(_ request: PlacementRequest) throws(PlacementError) -> PlacementLayout {
    try layout(
      PlacementExpression(parsing: request.words), instances: request.instances, threads: request.threads,
      oversubscribe: request.oversubscribe)
  }

  /// The layout of words that are parsed already; see ``layout(_:)``.
  public func layout(
    _ expression: PlacementExpression, instances: Int? = nil, threads: Int? = nil, oversubscribe: Bool = false
  ) throws(PlacementError) -> PlacementLayout {
    for (count, what) in [(instances, "instance"), (threads, "thread")] {
      if let count, count < 1 { throw PlacementError("A placement needs at least 1 \(what), not \(count).") }
      if let count, count > Self.mostThreads {
        throw PlacementError("A placement has at most \(Self.mostThreads) \(what)s, not \(count).")
      }
    }
    let counts = Counts(instances: instances, threads: threads, oversubscribe: oversubscribe)
    let placed: [[Int]]
    var pool = Array(index.cells.indices)
    var mayCrossNodes = true
    var mayMixKinds = true
    switch expression {
    case .names(let names):
      pool = try cells(of: names)
      (mayCrossNodes, mayMixKinds) = (names.mayCrossNodes, names.mayMixKinds)
      placed = try place(names, pool, counts)
    case .lists(let lists):
      placed = try place(lists, counts)
      // Siblings are beside idle cores where these are as near.
      (mayCrossNodes, mayMixKinds) = (false, false)
    }
    return PlacementLayout(
      instances: placed.map { PlacementLayout.Instance(pus: $0, nodes: nodes(of: $0)) }, words: expression.words,
      departures: departures(of: placed, pool, mayCrossNodes: mayCrossNodes, mayMixKinds: mayMixKinds))
  }

  /// The numbers that stand beside the words.
  struct Counts {
    let instances: Int?
    let threads: Int?
    let oversubscribe: Bool
  }

  /// NUMA nodes with memory that are local to PUs, ascending.
  private func nodes(of pus: [Int]) -> [Int] {
    var nodes: [Int] = []
    var last = -1
    for pu in pus {
      guard let seat = index.seats[pu] else { continue }
      let home = index.cells[index.cores[seat.core].cell].home
      guard home != last else { continue }
      if last < 0 { nodes = index.homes[home] } else { nodes = Set(nodes).union(index.homes[home]).sorted() }
      last = home
    }
    return nodes
  }

  /// Numbers of the last-level-cache groups (``PlacementExpression/Domain/cache(_:)``) that PUs belong to, ascending.
  public func cacheGroups(of pus: [Int]) -> [Int] {
    Set(pus.compactMap { index.seats[$0] }.map { index.cells[index.cores[$0.core].cell].cache }).sorted()
  }
}
