import Topology

/// What `assay topology` prints: the tree of hardware with sizes, and what of it this process may use.
public struct TopologyReport {
  private let topology: Topology
  private let style: ReportStyle

  /// Makes a report.
  public init(_ topology: Topology, style: ReportStyle = ReportStyle()) {
    self.topology = topology
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let tree = [style.text(Self.name(topology.root), .title)] + branches(of: topology.root, indent: "")
    return (tree + [""] + limits).joined(separator: "\n") + "\n"
  }

  private var limits: [String] {
    let pus = Figure.counted(topology.allowedPUs.count, "PU")
    let cores = Figure.counted(topology.cores.count, "core")
    var facts = [
      ("allowed", "\(pus) on \(cores): \(Figure.ranges(topology.allowedPUs))"),
      (
        "quota",
        topology.quota.map { "\(Figure.plain($0.cpus)) CPUs (\($0.source))" } ?? "none: CPU time is not limited"
      ),
    ]
    let kinds = Set(topology.cores.compactMap(\.kind)).sorted()
    for kind in kinds {
      let members = topology.cores.filter { $0.kind == kind }
      facts.append(
        ("kind \(kind)", "\(Figure.counted(members.count, "core")): \(Figure.ranges(members.flatMap(\.pus)))"))
    }
    return style.footnotes(facts)
  }

  /// One line for each child; an only child continues its parent's line, so that a core and its caches take one.
  private func branches(of object: TopologyObject, indent: String) -> [String] {
    object.children.enumerated().flatMap { index, child -> [String] in
      let isLast = index == object.children.count - 1
      var names = [Self.name(child)]
      var end = child
      while end.children.count == 1, let only = end.children.first {
        names.append(Self.name(only))
        end = only
      }
      let hasOnlyPUs = !end.children.isEmpty && end.children.allSatisfy { $0.type == "PU" }
      if hasOnlyPUs { names.append(end.children.map(Self.name).joined(separator: ", ")) }
      let line = style.text(indent + (isLast ? "└─ " : "├─ "), .subdued) + style.text(names.joined(separator: " · "))
      return [line] + (hasOnlyPUs ? [] : branches(of: end, indent: indent + (isLast ? "   " : "│  ")))
    }
  }

  private static func name(_ object: TopologyObject) -> String {
    let size = object.bytes.map { " \(Figure.binary($0))" } ?? ""
    switch object.type {
    case "PU": return "PU \(object.osIndex ?? object.logicalIndex)" + (object.isAllowed ? "" : " (not allowed)")
    case "NUMANode": return "NUMA node \(object.osIndex ?? object.logicalIndex)\(size)"
    case "Machine": return "Machine\(size)"
    case let type where type.hasSuffix("Cache"): return type.dropLast("Cache".count) + size
    default: return "\(object.type) \(object.logicalIndex)\(size)"
    }
  }
}
