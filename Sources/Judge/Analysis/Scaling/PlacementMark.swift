import NumericFormats
import Records

/// Something that was seen elsewhere than it was asked for, so that the figure is of another placement than its name
/// says. Cells with a mark are listed and left out of rankings and fits.
public struct PlacementMark: Codable, Hashable, Sendable {
  /// What it was.
  public let kind: Kind
  /// The round's index.
  public let round: Int
  /// The instance, from 0.
  public let instance: Int
  /// The thread, from 0; nil for what is of a process.
  public let thread: Int?
  /// The CPUs (or for memory the NUMA nodes) that were asked for.
  public let wanted: [Int]
  /// Those on which it was seen; empty where it was not seen at all.
  public let seen: [Int]
  /// The first query of the window after which a thread was elsewhere; nil where that is not known.
  public let query: Int?
  /// The share of private memory that lay elsewhere, or of the window that other threads ran; nil for threads of the
  /// team.
  public let share: Double?

  /// What can be elsewhere.
  public enum Kind: String, Codable, CaseIterable, Hashable, Sendable {
    /// A thread was seen on another CPU than its own, or was not seen at all.
    case thread
    /// Pages lay on nodes that the policy does not name.
    case memory
    /// There were none of the huge pages that were asked for.
    case noHugePages
    /// There were huge pages where none were wanted.
    case hugePages
    /// Threads of libraries, free to run on CPUs outside of the instance's placement, took CPU time.
    case libraryThreads
  }

  /// Everything of a cell that was elsewhere: the first of each kind, instance and thread.
  static func all(in result: Record.CellResult) -> [PlacementMark] {
    guard result.cell.execution == .native else { return [] }
    var marks: [PlacementMark] = []
    for mark in result.rounds.flatMap({ all(in: $0, of: result.cell) }) {
      let isKnown = marks.contains { ($0.kind, $0.instance) == (mark.kind, mark.instance) && $0.thread == mark.thread }
      if !isKnown { marks.append(mark) }
    }
    return marks
  }

  private static func all(in round: Round, of cell: Cell) -> [PlacementMark] {
    let placement = cell.placement
    return zip(round.performances, placement.instances).enumerated().flatMap { index, pair in
      // Threads of a BLAS library are not of the team.
      let team = cell.blasThreads == nil ? pair.1 : Array(pair.1.prefix(1))
      return threads(pair.0, pus: team, round: round.index, instance: index)
        + memory(pair.0, placement, round: round.index, instance: index)
        + pages(pair.0, placement, round: round.index, instance: index)
        + libraryThreads(pair.0, pus: pair.1, round: round.index, instance: index)
    }
  }

  private static func threads(
    _ performance: Round.Performance, pus: [Int], round: Int, instance: Int
  ) -> [PlacementMark] {
    (0..<max(pus.count, performance.observedCPUs.count)).compactMap { thread in
      let wanted = thread < pus.count ? [pus[thread]] : []
      let seen = thread < performance.observedCPUs.count ? performance.observedCPUs[thread] : []
      guard seen != wanted else { return nil }
      let watched = performance.placement?.threads ?? []
      return PlacementMark(
        kind: .thread, round: round, instance: instance, thread: thread, wanted: wanted, seen: seen,
        query: thread < watched.count ? watched[thread].firstStray : nil, share: nil)
    }
  }

  private static func memory(
    _ performance: Round.Performance, _ placement: Placement, round: Int, instance: Int
  ) -> [PlacementMark] {
    guard let request = placement.memory, instance < request.nodes.count, !request.nodes[instance].isEmpty,
      let nodes = performance.placement?.memory?.nodes
    else { return [] }
    let wanted = request.nodes[instance]
    let total = nodes.reduce(0) { $0 + Double($1.bytes) }
    let elsewhere = nodes.filter { !wanted.contains($0.node) && $0.bytes > 0 }
    let share = total > 0 ? elsewhere.reduce(0) { $0 + Double($1.bytes) } / total : 0
    guard share > Round.tolerableElsewhere else { return [] }
    return [
      PlacementMark(
        kind: .memory, round: round, instance: instance, thread: nil, wanted: wanted, seen: elsewhere.map(\.node),
        query: nil, share: share)
    ]
  }

  private static func pages(
    _ performance: Round.Performance, _ placement: Placement, round: Int, instance: Int
  ) -> [PlacementMark] {
    guard let wanted = placement.memory?.hugePages, let bytes = performance.placement?.memory?.hugeBytes,
      (bytes > 0) != wanted
    else { return [] }
    return [
      PlacementMark(
        kind: wanted ? .noHugePages : .hugePages, round: round, instance: instance, thread: nil, wanted: [], seen: [],
        query: nil, share: nil)
    ]
  }

  private static func libraryThreads(
    _ performance: Round.Performance, pus: [Int], round: Int, instance: Int
  ) -> [PlacementMark] {
    guard let others = performance.placement?.others, !others.unboundCPUs.isEmpty,
      let time = others.nanoseconds, performance.duration > 0
    else { return [] }
    let share = Double(time) / Double(performance.duration)
    guard share > Round.tolerableStrangers else { return [] }
    return [
      PlacementMark(
        kind: .libraryThreads, round: round, instance: instance, thread: nil, wanted: pus, seen: others.unboundCPUs,
        query: nil, share: share)
    ]
  }
}
