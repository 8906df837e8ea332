import Placements
import Testing
import Topology

/// Every word and combination with counts, on every machine: the rules hold and the departures are the right ones.
@Suite struct PlacementRuleTests {
  /// Every combination of names that do not contradict each other.
  static let words: [String] = {
    var words: [String] = []
    for grouping in ["", "per-llc", "per-numa", "per-package", "per-die"] {
      for spread in ["compact", "scatter"] {
        for siblings in ["", "cores", "threads", "no-smt"] {
          for permission in ["", "across-numa", "mixed-kinds", "across-numa,mixed-kinds"] {
            words.append([grouping, spread, siblings, permission].filter { !$0.isEmpty }.joined(separator: ","))
          }
        }
      }
    }
    return words
  }()

  static let counts: [(Int?, Int?)] = [
    (nil, nil), (1, nil), (2, nil), (3, nil), (nil, 1), (nil, 3), (1, 4), (2, 2), (3, 5), (4, 1), (7, 2), (2, 12),
  ]

  @Test(
    "On recorded machines",
    .enabled(
      if: RecordedMachine.isPresent, "the recorded machines are not beside the repository (../shared/topologies)"),
    arguments: RecordedMachine.names)
  func recorded(name: String) throws { try check(Machine(RecordedMachine.topology(name)), Self.words) }

  @Test("On made-up machines", arguments: SyntheticMachines.all)
  func synthetic(text: String) throws { try check(Machine(SyntheticMachines.topology(text)), Self.words) }

  @Test("On machines of 512 PUs", arguments: SyntheticMachines.large)
  func large(text: String) throws {
    let machine = try Machine(SyntheticMachines.topology(text))
    try check(
      machine,
      ["compact", "scatter", "threads", "cores", "per-numa,scatter", "per-llc", "per-package,across-numa,threads"])
    for (instances, threads) in [(16, 16), (64, 8), (128, 4), (512, 1), (3, 100), (1, 512), (100, 5), (31, 11)] {
      try check(machine, "compact,across-numa", instances, threads)
      try check(machine, "scatter", instances, threads)
    }
  }

  @Test("On random machines with random words and counts", arguments: 0..<60 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let levels = [
      ("package", 1...4), ("die", 1...2), ("numa", 1...3), ("l3", 1...4), ("core", 1...9), ("pu", 1...4),
    ].filter { level, _ in level == "pu" || Int.random(in: 0..<4, using: &random) > 0 }
    let text = levels.map { "\($0):\(Int.random(in: $1, using: &random))" }.joined(separator: " ")
    let machine = try Machine(SyntheticMachines.topology(text))
    for _ in 0..<40 {
      let words = try #require(Self.words.randomElement(using: &random))
      let instances = Bool.random(using: &random) ? Int.random(in: 1...9, using: &random) : nil
      let threads = Bool.random(using: &random) ? Int.random(in: 1...20, using: &random) : nil
      try check(machine, words, instances, threads, oversubscribe: Bool.random(using: &random))
    }
  }

  /// A machine with what is asked often.
  private struct Machine {
    let topology: Topology
    let placer: Placer
    let audit: LayoutAudit

    init(_ topology: Topology) {
      self.topology = topology
      placer = Placer(topology)
      audit = LayoutAudit(topology)
    }
  }

  private func check(_ machine: Machine, _ words: [String]) throws {
    let hasKinds = Set(machine.topology.cores.compactMap(\.kind)).count > 1
    // A share of the combinations is enough where each takes long.
    let step = machine.topology.allowedPUs.count > 40 ? 7 : 3
    for words in stride(from: 0, to: words.count, by: words.count > 20 ? step : 1).map({ words[$0] }) {
      for (instances, threads) in Self.counts {
        try check(machine, words, instances, threads)
        guard hasKinds, !words.contains("mixed-kinds") else { continue }
        try check(machine, words + ",kind:performance", instances, threads)
        try check(machine, words + ",kind:efficiency", instances, threads)
      }
    }
    // More threads than there are PUs.
    for words in ["compact", "scatter", "no-smt", "per-package,threads", "across-numa,mixed-kinds"] {
      try check(machine, words, 3, machine.topology.allowedPUs.count, oversubscribe: true)
    }
  }

  private func check(
    _ machine: Machine, _ words: String, _ instances: Int?, _ threads: Int?, oversubscribe: Bool = false
  ) throws {
    guard case .names(let names) = try PlacementExpression(parsing: words) else { return }
    let (placer, audit) = (machine.placer, machine.audit)
    let pool = audit.pool(names)
    let groups = names.grouping.map { grouping in
      Array(Dictionary(grouping: pool) { audit.number(of: $0, grouping) }.values)
    }
    // `instances` are those of one group.
    let count = groups?.count ?? 1
    let request = PlacementRequest(
      words: words, instances: instances.map { $0 * count }, threads: threads, oversubscribe: oversubscribe)
    if count > 1, let instances {
      var uneven = request
      uneven.instances = instances * count + 1
      #expect(throws: PlacementError.self) { try placer.layout(uneven) }
    }
    let layout: PlacementLayout
    do {
      layout = try placer.layout(request)
    } catch {
      // Whatever is refused does not fit by plain counting either.
      if let threads {
        let isPossible = (groups ?? [pool]).allSatisfy {
          audit.fitsWithoutSiblings(names, $0, instances: instances ?? 1, threads: threads)
        }
        #expect(!isPossible && !oversubscribe, "\(words) \(instances ?? 0) x \(threads): \(error)")
      }
      #expect(error.description.hasSuffix(".") && error.position == nil)
      return
    }
    try audit.check(layout, request)
    // A pure function of canonical words.
    let again = try placer.layout(
      PlacementRequest(
        words: layout.words, instances: request.instances, threads: threads, oversubscribe: oversubscribe))
    #expect(again == layout)
    #expect(try PlacementExpression(parsing: layout.words) == PlacementExpression(parsing: words))

    guard let threads = layout.instances.first?.pus.count, request.instances != nil || request.threads != nil else {
      return
    }
    // Siblings only where cores run out, or where they were asked for.
    if names.siblings != .threads, !layout.departures.contains(.oversubscribed) {
      for group in groups ?? [pool] {
        let own = layout.instances.filter { Set(audit.cores($0.pus)).isSubset(of: group) }
        let used = own.flatMap { audit.cores($0.pus) }
        #expect(
          (Set(used).count == used.count)
            == audit.fitsWithoutSiblings(names, group, instances: own.count, threads: threads),
          "\(words) \(own.count) x \(threads)")
      }
    }
  }
}
