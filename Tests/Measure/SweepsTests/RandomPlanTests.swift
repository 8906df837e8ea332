import Foundation
import NumericFormats
import Placements
import Records
import Sweeps
import Testing
import Topology

/// Properties of plans on random made-up machines.
@Suite struct RandomPlanTests {
  private static let machines: [String] = {
    var random = TestRandom(2024)
    func pick(_ choices: [Int]) -> Int { choices[Int(random.unit() * Double(choices.count)) % choices.count] }
    return (0..<40).map { _ in
      let packages = pick([1, 1, 2, 4])
      let node = pick([0, 1]) == 1 && packages > 1 ? " [numa]" : ""
      let groups = pick([0, 1, 2, 3, 4])
      let cache = groups > 0 ? " l3:\(groups)" : ""
      return "pack:\(packages)\(node)\(cache) core:\(pick([1, 2, 3, 4, 6, 8])) pu:\(pick([1, 2, 4]))"
    }
  }()

  @Test(arguments: machines)
  func plannedCellsKeepTheRules(machine: String) throws {
    let topology = try Topology.discover(source: .synthetic(machine))
    let lists = SweepLists(batches: [1, 8], precisions: [.fp32, .int8])
    let space = try SweepSpace(topology: topology, lists: lists)
    let plan = try SweepPlanner.plan(space, on: topology)
    #expect(plan.candidates == plan.cells.count + plan.pruned.values.reduce(0, +))
    #expect(plan.pruned.values.allSatisfy { $0 > 0 })
    let allowed = Set(topology.allowedPUs)
    let coreOf = Dictionary(uniqueKeysWithValues: topology.cores.flatMap { core in core.pus.map { ($0, core) } })
    var identities: Set<Set<Set<Int>>> = []
    for layout in plan.layouts {
      let instances = layout.layout.instances.map { Set($0.pus) }
      let pus = instances.flatMap(\.self)
      // As many as promised, disjoint, allowed, equal in size.
      #expect(instances.count == layout.instances)
      #expect(instances.allSatisfy { $0.count == layout.threads })
      #expect(Set(pus).count == pus.count)
      #expect(allowed.isSuperset(of: pus))
      // One node and one kind; on cores alone never two threads of one core.
      for instance in instances {
        #expect(Set(instance.compactMap { coreOf[$0]?.numaNodes }).count == 1)
        #expect(Set(instance.compactMap { coreOf[$0]?.kind ?? 0 }).count == 1)
      }
      if layout.smt == .cores { #expect(Set(pus.compactMap { coreOf[$0]?.logicalIndex }).count == pus.count) }
      // No other layout has the same PUs for the same instances.
      #expect(identities.insert(Set(instances)).inserted)
      // Nobody breaks a rule but the ladder.
      let broken = layout.layout.departures.contains { $0 == .partialCacheGroup || $0 == .siblingsBesideIdleCores }
      #expect(broken == layout.isOnlyForLadder)
      // The words and counts give the layout again.
      #expect(try Placer(topology).layout(layout.request) == layout.layout)
    }
    // The ladder has one thread and as many as a node has cores, at one batch, for every precision.
    let node = Dictionary(grouping: topology.cores, by: \.numaNodes).values.map(\.count).max() ?? 0
    for precision in [Precision.fp32, .int8] {
      let steps = plan.cells.filter { $0.isLadder && $0.precision == precision }
      #expect(steps.allSatisfy { $0.batch == 8 && $0.memory == space.memory.first })
      let threads = steps.map { plan.layout(of: $0).threads }
      #expect(threads == space.threads.filter { $0 <= node })
      #expect(threads.first == 1)
      #expect(plan.layouts.filter(\.isOnlyForLadder).allSatisfy { threads.contains($0.threads) && $0.instances == 1 })
    }
    // Full machines are there, on cores: one thread an instance at least.
    #expect(plan.cells.contains { $0.isFavourite && plan.layout(of: $0).instances == topology.cores.count })
  }
}
