import Placements

/// What `assay placement` prints: the PUs of every thread, the words and lists that say the same, and the rules left.
public struct PlacementReport {
  private let layout: PlacementLayout
  private let cacheGroups: [[Int]]
  private let style: ReportStyle

  /// Makes a report.
  ///
  /// - Parameter cacheGroups: the numbers of the last-level-cache groups that each instance uses.
  public init(_ layout: PlacementLayout, cacheGroups: [[Int]], style: ReportStyle = ReportStyle()) {
    self.layout = layout
    self.cacheGroups = cacheGroups
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    (table + [""] + summary + [""] + commands + notes).joined(separator: "\n") + "\n"
  }

  private var table: [String] {
    var table = TextTable([
      .init("instance", .right), .init("threads", .right), .init("CPUs in thread order", isShortenable: true),
      .init("NUMA nodes"), .init("cache groups", dropOrder: 1),
    ])
    for (number, instance) in layout.instances.enumerated() {
      let groups = number < cacheGroups.count ? cacheGroups[number] : []
      table.add(row: [
        "\(number + 1)", "\(instance.pus.count)", PlacementLayout.list(instance.pus),
        instance.nodes.isEmpty ? "unknown" : PlacementLayout.list(instance.nodes),
        groups.isEmpty ? "" : "C" + PlacementLayout.list(groups),
      ])
    }
    return table.rendered(style)
  }

  private var summary: [String] {
    let threads = layout.instances.reduce(0) { $0 + $1.pus.count }
    return style.footnotes([
      ("placement", "\(Figure.counted(layout.instances.count, "instance")), \(Figure.counted(threads, "thread"))"),
      ("words", layout.words), ("CPU list", layout.cpuList),
    ])
  }

  /// The lines to paste; not wrapped, because they must stay whole.
  private var commands: [String] {
    let commands = layout.commands
    return [commands.map(\.taskset), commands.map(\.numactl), commands.map(\.likwidPin)].flatMap { lines in
      lines.map { style.text("  \($0)") }
    }
  }

  private var notes: [String] {
    guard !layout.departures.isEmpty else { return [] }
    return [""] + style.footnotes(layout.departures.map { ($0.rawValue, Self.sentence($0)) })
  }

  private static func sentence(_ departure: PlacementLayout.Departure) -> String {
    switch departure {
    case .acrossNodes:
      "An instance has PUs of several NUMA nodes: some of its memory is remote to each of its threads."
    case .mixedKinds: "An instance has cores of several kinds: the slow ones hold the fast ones up at every barrier."
    case .partialCacheGroup:
      "Some cores of a last-level-cache group are left idle: what runs on the others has more cache than it would have "
        + "on a full machine."
    case .siblingsBesideIdleCores: "Threads share a core while a core that they could have had is idle."
    case .oversubscribed: "PUs carry more than one thread: they take turns, and latency grows."
    }
  }
}
