import Topology

/// What stands below the tree of `assay topology`: counts, groups, and what of the machine may be used.
struct TopologyFacts {
  private let topology: Topology
  private let isRecording: Bool

  /// Groups are listed one by one up to this number.
  private static let mostGroups = 16

  init(_ topology: Topology, isRecording: Bool) {
    self.topology = topology
    self.isRecording = isRecording
  }

  /// Each fact with its name.
  var lines: [(lead: String, text: String)] {
    var lines = [("allowed", allowed)]
    let disallowed = absent(topology.disallowedPUs, topology.disallowedNodes)
    if !disallowed.isEmpty { lines.append(("not allowed", disallowed)) }
    let offline = absent(topology.offlinePUs, topology.offlineNodes)
    if !offline.isEmpty {
      lines.append(("offline", offline + (isRecording ? " (offline, or left out of the recording)" : "")))
    }
    lines += groups
    lines.append(("SMT", smt))
    lines += topology.kinds.reversed().map { ("\($0.label)", description(of: $0)) }
    if !topology.memoryOnlyNodes.isEmpty {
      let whose = topology.memoryOnlyNodes.count == 1 ? "its" : "their"
      lines.append(("memory only", "NUMA \(numbered(topology.memoryOnlyNodes, "node")): no core is \(whose) own"))
    }
    lines.append(("quota", quota))
    return lines
  }

  private var allowed: String {
    "\(Figure.counted(topology.allowedPUs.count, "PU")) on \(Figure.counted(topology.cores.count, "core")): "
      + Figure.ranges(topology.allowedPUs)
  }

  private func absent(_ pus: [Int], _ nodes: [Int]) -> String {
    [
      pus.isEmpty ? nil : "\(Figure.counted(pus.count, "PU")): \(Figure.ranges(pus))",
      nodes.isEmpty ? nil : "NUMA \(numbered(nodes, "node"))",
    ].compactMap { $0 }.joined(separator: "; ")
  }

  private func numbered(_ numbers: [Int], _ noun: String) -> String {
    "\(noun)\(numbers.count == 1 ? "" : "s") \(Figure.ranges(numbers))"
  }

  /// One line for each level; a level that divides the cores as one before it does refers to that.
  private var groups: [(String, String)] {
    let levels: [(name: String, level: Topology.GroupLevel, type: String?)] = [
      ("packages", .package, "Package"), ("dies", .die, "Die"), ("NUMA nodes", .numaNode, "NUMANode"),
      ("cache groups", .lastLevelCache, nil),
    ]
    var seen: [(name: String, cores: [[Int]])] = []
    return levels.compactMap { name, level, type in
      let found = type.map { topology.objects($0).count }
      guard found != 0 else { return nil }
      let groups = topology.groups(of: level)
      let cores = groups.map(\.cores)
      let total = found ?? groups.count
      var text = total > groups.count ? "\(total), of which \(groups.count) with" : "\(total) with"
      text += " \(sizes(cores))\(groups.count > 1 ? " each" : "")"
      if let like = seen.first(where: { $0.cores == cores }) {
        text += groups.count > 1 ? ": as the \(like.name)" : ""
      } else if groups.count > 1, groups.count <= Self.mostGroups {
        text += ": " + members(of: groups, areNodes: level == .numaNode)
      }
      seen.append((name, cores))
      return (name, text)
    }
  }

  /// The PUs of each group, with the system's numbers of nodes where these do not just count.
  private func members(of groups: [Topology.Group], areNodes: Bool) -> String {
    let lists = groups.map { Figure.strides($0.cores.flatMap { topology.cores[$0].pus }) }
    guard areNodes, groups.map(\.osIndex) != Array(groups.indices) else {
      return "PUs " + lists.joined(separator: " · ")
    }
    return zip(groups, lists).map { group, list in
      "\(group.osIndex.map { "node \($0)" } ?? "no node"): PUs \(list)"
    }.joined(separator: " · ")
  }

  private func sizes(_ groups: [[Int]]) -> String {
    guard let least = groups.map(\.count).min(), let most = groups.map(\.count).max() else { return "no cores" }
    return least == most ? Figure.counted(most, "core") : "\(least) to \(most) cores"
  }

  private var smt: String {
    let counts = topology.threadsPerCore
    guard counts.upperBound > 1 else { return "none: 1 hardware thread a core" }
    let number =
      counts.lowerBound == counts.upperBound ? "\(counts.upperBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
    return "\(number) hardware threads a core"
  }

  private func description(of kind: Topology.Kind) -> String {
    let pus = Set(kind.pus)
    let cores = topology.objects("Core").count { !pus.isDisjoint(with: $0.pus) }
    let words = [
      kind.name, kind.maxMegahertz.map { "up to \(Figure.fixed(Double($0) / 1000, 1)) GHz" },
      cores == 0 ? nil : Figure.counted(cores, "core"),
    ].compactMap { $0 }
    return "\(words.joined(separator: ", ")): PUs \(Figure.ranges(kind.pus))"
  }

  private var quota: String {
    guard let quota = topology.quota else { return "none: CPU time is not limited" }
    return "\(Figure.plain(quota.cpus)) of \(Figure.counted(topology.allowedPUs.count, "CPU")) (\(quota.source))"
  }
}

extension Figure {
  /// As ``ranges(_:)``, but numbers a constant step apart are one range, as taskset(1) takes it: `0-78:2`.
  static func strides(_ indices: [Int]) -> String {
    let sorted = Set(indices).sorted()
    guard sorted.count > 3, let first = sorted.first, let last = sorted.last else { return ranges(indices) }
    let step = sorted[1] - first
    let isEven = zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 == step }
    return step > 1 && isEven ? "\(first)-\(last):\(step)" : ranges(indices)
  }
}
