import Testing
import Topology

@testable import Placements

/// How `compact` and `scatter` use caches and packages, on machines whose parts are all alike.
@Suite struct PlacementOrderTests {
  /// Parts: packages, nodes each, cache groups each, cores each; no SMT.
  private struct Machine {
    let parts: (packages: Int, nodes: Int, caches: Int, cores: Int)
    let topology: Topology

    init(_ packages: Int, _ nodes: Int, _ caches: Int, _ cores: Int) throws {
      parts = (packages, nodes, caches, cores)
      topology = try SyntheticMachines.topology("package:\(packages) numa:\(nodes) l3:\(caches) core:\(cores) pu:1")
    }

    // PUs are numbered in hwloc's order here.
    func cache(_ pu: Int) -> Int { pu / parts.cores }
    func node(_ pu: Int) -> Int { pu / (parts.cores * parts.caches) }
    func package(_ pu: Int) -> Int { pu / (parts.cores * parts.caches * parts.nodes) }
  }

  private static let shapes = [(1, 1, 4, 4), (2, 1, 2, 6), (2, 2, 3, 4), (4, 2, 2, 3), (1, 2, 8, 2), (2, 4, 1, 8)]

  @Test(arguments: shapes)
  func compactFillsCacheGroups(packages: Int, nodes: Int, caches: Int, cores: Int) throws {
    let machine = try Machine(packages, nodes, caches, cores)
    let placer = Placer(machine.topology)
    var whole = 0
    for threads in 1...cores * caches {
      let perNode = cores * caches / threads
      for instances in 1...perNode * nodes * packages {
        let layout = try placer.layout(PlacementRequest(instances: instances, threads: threads))
        // What fits into one cache group does not straddle two while a group has room.
        let inOne = layout.instances.count { Set($0.pus.map(machine.cache)).count == 1 }
        #expect(inOne == (threads > cores ? 0 : min(instances, cores / threads * caches * nodes * packages)))
        // Cache groups are filled whole where the counts allow that.
        let isWholePossible =
          threads <= cores
          ? cores % threads == 0 && instances * threads % cores == 0
          : threads % cores == 0
        if isWholePossible {
          #expect(!layout.departures.contains(.partialCacheGroup), "\(instances) x \(threads)")
          whole += 1
        }
        // In the machine's order.
        #expect(layout.instances.map { $0.pus[0] } == layout.instances.map { $0.pus[0] }.sorted())
      }
    }
    #expect(whole > 0)
  }

  @Test(arguments: shapes)
  func scatterDealsEvenly(packages: Int, nodes: Int, caches: Int, cores: Int) throws {
    let machine = try Machine(packages, nodes, caches, cores)
    let placer = Placer(machine.topology)
    func spread(_ counts: [Int: Int], of parts: Int) -> Int {
      (counts.values.max() ?? 0) - (counts.count < parts ? 0 : counts.values.min() ?? 0)
    }
    for threads in 1...cores * caches {
      for instances in 1...cores * caches / threads * nodes * packages {
        let layout = try placer.layout(PlacementRequest(words: "scatter", instances: instances, threads: threads))
        let first = layout.instances.map { $0.pus[0] }
        func counts(_ part: (Int) -> Int) -> [Int: Int] { Dictionary(grouping: first, by: part).mapValues(\.count) }
        #expect(spread(counts(machine.package), of: packages) <= 1, "\(instances) x \(threads)")
        #expect(spread(counts(machine.node), of: packages * nodes) <= 1, "\(instances) x \(threads)")
        // Packages take turns.
        #expect(Set(first.prefix(packages).map(machine.package)).count == min(instances, packages))
        for instance in layout.instances {
          #expect(Set(instance.pus.map(machine.node)).count == 1)
        }
        // The cores in use are spread evenly over the cache groups of each node.
        for (_, pus) in Dictionary(grouping: layout.instances.flatMap(\.pus), by: machine.node) {
          let used = Dictionary(grouping: pus, by: machine.cache).mapValues(\.count)
          #expect(spread(used, of: caches) <= 1, "\(instances) x \(threads)")
        }
      }
    }
  }

  @Test("What an instance gets with a leave to cross nodes is near as long as there is room")
  func crossingIsTheLastResort() throws {
    let machine = try Machine(2, 2, 2, 4)
    let placer = Placer(machine.topology)
    for (instances, threads, nodes, packages) in [
      (4, 8, 1, 1), (3, 5, 1, 1), (2, 16, 2, 1), (2, 12, 2, 1), (1, 20, 3, 2),
    ] {
      for words in ["across-numa", "scatter,across-numa"] {
        let layout = try placer.layout(PlacementRequest(words: words, instances: instances, threads: threads))
        for instance in layout.instances where words == "across-numa" || nodes == 1 {
          #expect(Set(instance.pus.map(machine.node)).count == nodes, "\(words) \(threads)")
          #expect(Set(instance.pus.map(machine.package)).count == packages, "\(words) \(threads)")
        }
      }
    }
  }

  @Test(
    "Some numbers add up to as much as possible",
    arguments: [
      ([4, 4, 4], 8, [0, 1]), ([4, 4, 4], 7, [0]), ([4, 4], 3, []), ([], 5, []), ([0, 0], 3, []), ([3], 0, []),
      ([8, 4], 4, [1]), ([8, 4], 12, [0, 1]), ([2, 3, 3], 6, [1, 2]), ([2, 3, 3], 5, [0, 1]), ([5, 4, 3], 7, [1, 2]),
      ([6, 5], 4, []), ([1, 2, 4, 8], 13, [0, 2, 3]), ([7, 0, 3, 5], 8, [2, 3]),
    ])
  func subsetSum(numbers: [Int], limit: Int, chosen: [Int]) {
    #expect(SubsetSum.largest(numbers, atMost: limit) == chosen)
  }

  @Test("No other choice adds up to more", arguments: 0..<50 as Range<UInt64>)
  func subsetSumIsOptimal(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let numbers = (0..<Int.random(in: 1...9, using: &random)).map { _ in Int.random(in: 0...12, using: &random) }
    for limit in 0...40 {
      let chosen = SubsetSum.largest(numbers, atMost: limit)
      #expect(Set(chosen).count == chosen.count && chosen == chosen.sorted())
      let best = (0..<1 << numbers.count).map { mask in
        numbers.indices.reduce(0) { $0 + (mask >> $1 & 1) * numbers[$1] }
      }.filter { $0 <= limit }.max()
      #expect(chosen.reduce(0) { $0 + numbers[$1] } == best)
    }
  }
}
