import Topology

extension Placer {
  /// Why a group cannot be one instance, and which words would make it possible.
  func division(_ names: PlacementExpression.Names, _ group: [Int]) -> PlacementError {
    let homes = Set(group.map { index.cells[$0].home })
    let kinds = Set(group.map { index.cells[$0].kind })
    var reasons: [String] = []
    var words: [String] = []
    if homes.count > 1, !names.mayCrossNodes {
      reasons.append("cores of \(homes.count) NUMA nodes")
      words.append(PlacementWord.acrossNUMA)
    }
    if kinds.count > 1, !names.mayMixKinds {
      reasons.append("cores of \(kinds.count) kinds")
      words.append(PlacementWord.mixedKinds)
    }
    let others =
      words == [PlacementWord.mixedKinds]
      ? ", or choose one with \"kind:performance\" or \"kind:efficiency\""
      : words == [PlacementWord.acrossNUMA] ? ", or use \"\(PlacementExpression.Grouping.perNUMA.rawValue)\"" : ""
    return PlacementError(
      "\(name(of: group, names.grouping)) cannot be one instance, because it has "
        + "\(reasons.joined(separator: " and ")): "
        + "permit that with \"\(words.joined(separator: ","))\"\(others).")
  }

  /// Why counts do not fit, what would, and which word would permit them.
  func misfit(
    _ names: PlacementExpression.Names, _ groups: [[Int]], instances: Int, threads: Int
  ) -> PlacementError {
    let group = groups.first { place(names, $0, instances, threads) == nil } ?? []
    let site = names.grouping == nil ? "" : " in \(name(of: group, names.grouping))"
    let fitting = fitting(names, group, instances, threads)
    let beginning =
      Self.size(instances, threads) + " do\(instances * threads == 1 ? "es" : "") not fit\(site) where "
    let only = fitting.isEmpty ? "" : ", only \(fitting)"
    for remedies in Self.remedies {
      var changed = names
      for remedy in remedies { remedy.apply(to: &changed) }
      let isNew = remedies.allSatisfy { $0.changes(names) }
      guard isNew, groups.allSatisfy({ place(changed, $0, instances, threads) != nil }) else { continue }
      return PlacementError(
        beginning + remedies.map(\.rule).joined(separator: " and ") + only + ": "
          + remedies.map { $0.advice(names) }.joined(separator: " and ") + " to permit more.")
    }
    let cores = group.flatMap { Array(index.cells[$0].cores) }
    let pus = cores.reduce(0) { $0 + index.cores[$1].pus.count }
    return PlacementError(
      beginning + "there \(pus == 1 ? "is" : "are") \(Self.counted(pus, "PU")) on \(Self.counted(cores.count, "core"))"
        + only
        + ": let threads share PUs with --oversubscribe if more are meant.")
  }

  /// A rule that can be left.
  private enum Remedy {
    case crossNodes, mixKinds, siblings

    func changes(_ names: PlacementExpression.Names) -> Bool {
      switch self {
      case .crossNodes: !names.mayCrossNodes
      case .mixKinds: !names.mayMixKinds
      case .siblings: names.isOneThreadACore
      }
    }

    func apply(to names: inout PlacementExpression.Names) {
      switch self {
      case .crossNodes: names.mayCrossNodes = true
      case .mixKinds: names.mayMixKinds = true
      case .siblings: (names.siblings, names.isWithoutSMT) = (nil, false)
      }
    }

    var rule: String {
      switch self {
      case .crossNodes: "an instance lies in one NUMA node"
      case .mixKinds: "an instance has cores of one kind"
      case .siblings: "a core carries one thread"
      }
    }

    func advice(_ names: PlacementExpression.Names) -> String {
      switch self {
      case .crossNodes: "say \"\(PlacementWord.acrossNUMA)\""
      case .mixKinds: "say \"\(PlacementWord.mixedKinds)\""
      case .siblings:
        "leave out "
          + [
            names.siblings == .cores ? "\"\(PlacementExpression.Siblings.cores.rawValue)\"" : nil,
            names.isWithoutSMT ? "\"\(PlacementWord.noSMT)\"" : nil,
          ].compactMap { $0 }.joined(separator: " and ")
      }
    }
  }

  /// Changes of words to try, the smallest first.
  private static let remedies: [[Remedy]] = [
    [.crossNodes], [.mixKinds], [.siblings], [.crossNodes, .mixKinds], [.crossNodes, .siblings],
    [.mixKinds, .siblings], [.crossNodes, .mixKinds, .siblings],
  ]

  /// What of the counts would fit: fewer threads each, or fewer instances; empty where neither does.
  private func fitting(
    _ names: PlacementExpression.Names, _ group: [Int], _ instances: Int, _ threads: Int
  ) -> String {
    func most(_ limit: Int, _ fits: (Int) -> Bool) -> Int {
      var (low, high) = (0, limit)
      while low < high {
        let middle = (low + high + 1) / 2
        if fits(middle) { low = middle } else { high = middle - 1 }
      }
      return low
    }
    let pus = index.seats.count
    let fewerThreads = most(min(threads - 1, pus)) { place(names, group, instances, $0) != nil }
    let fewerInstances = most(min(instances - 1, pus)) { place(names, group, $0, threads) != nil }
    var parts: [String] = []
    if fewerInstances > 0 { parts.append(Self.size(fewerInstances, threads)) }
    if fewerThreads > 0 { parts.append(Self.size(instances, fewerThreads)) }
    return parts.joined(separator: " or ")
  }

  private static func size(_ instances: Int, _ threads: Int) -> String {
    instances == 1
      ? counted(threads, "thread") : "\(counted(instances, "instance")) of \(counted(threads, "thread"))"
  }

  /// A group as words and reports name it.
  private func name(of group: [Int], _ grouping: PlacementExpression.Grouping?) -> String {
    guard let cell = group.first.map({ index.cells[$0] }) else { return "the machine" }
    switch grouping {
    case .perPackage: return "package S\(cell.package)"
    case .perDie: return "die D\(cell.die)"
    case .perLLC: return "cache group C\(cell.cache)"
    case .perNUMA:
      let nodes = index.homes[cell.home]
      return nodes.isEmpty ? "the unknown NUMA node of package S\(cell.package)" : "NUMA node \(CPUList.ordered(nodes))"
    case nil: return "the machine"
    }
  }
}
