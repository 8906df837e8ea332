import Foundation
import NumericFormats
import Records
import Sweeps
import Testing
import Topology

/// What a machine's plan consists of, derived by hand.
struct PlanExpectation: Sendable, CustomTestStringConvertible {
  let machine: String
  /// Points that one layout is multiplied into: batches and memory policies.
  let points: Int
  /// Layouts that each rule leaves out, but for those that the ladder keeps.
  let pruned: [PruningRule: Int]
  /// Instances x threads and words of every layout; steps that only the ladder keeps are in parentheses.
  let layouts: [String]

  var testDescription: String { machine }
}

@Suite struct SweepPlannerTests {
  /// Batches 1 and 8: the ladder is measured at 8.
  private static let lists = SweepLists(batches: [1, 8])

  private static func plan(_ machine: String, lists: SweepLists = lists) throws -> SweepPlan {
    try Examples.plan(machine, lists: lists)
  }

  /// Instances x threads and words, as in ``PlanExpectation``.
  static func layouts(_ plan: SweepPlan) -> [String] {
    plan.layouts.map { layout in
      let text = "\(layout.instances)x\(layout.threads) \(layout.words)"
      return layout.isOnlyForLadder ? "(\(text))" : text
    }
  }

  static func check(_ plan: SweepPlan, _ expected: PlanExpectation) {
    #expect(layouts(plan) == expected.layouts)
    // What only the ladder keeps has one cell; its other points count under the rule that is against it.
    let onlyLadder = plan.layouts.count(where: \.isOnlyForLadder)
    var pruned = expected.pruned.mapValues { $0 * expected.points }
    if onlyLadder > 0 { pruned[.partialCacheGroup, default: 0] += onlyLadder * (expected.points - 1) }
    #expect(plan.pruned == pruned)
    #expect(plan.cells.count == (plan.layouts.count - onlyLadder) * expected.points + onlyLadder)
    #expect(plan.candidates == plan.cells.count + plan.pruned.values.reduce(0, +))
    #expect(
      plan.prunedCounts.map(\.rule)
        == PruningRule.allCases.map(\.rawValue).filter { pruned.keys.map(\.rawValue).contains($0) })
  }

  @Test(arguments: [
    // 1 and 2 instances of 1 and 2 threads by compact and scatter: 2 x 2 exceed, scatter never differs.
    PlanExpectation(
      machine: "pack:1 core:2 pu:1", points: 2, pruned: [.exceedsPUs: 2, .samePUs: 3],
      layouts: ["1x1 compact", "1x2 compact", "2x1 compact"]),
    // 1, 2, 4, 8 instances of 1, 2, 4, 8 threads by compact, scatter and per-llc, on cores and on siblings.
    // exceedsPUs: 6 pairs of more than 8 threads x 6, and 4 pairs of 8 threads x 3 on 4 cores.
    // unevenGroups: one instance on two groups: 2 + 2 + 2 + 1. siblingsBesideIdleCores: compact on the siblings of one
    // group: 1x4, 2x2. partialCacheGroup: 3 of 1x1, 3 of 1x2, 4 of 2x1, then scatter and per-llc on the siblings of one
    // core a group: 1 of 1x4, 2 of 2x2. samePUs: instances of one thread take cores before siblings, so `threads` is
    // the same as `cores` for 2x1 by compact and all three of 4x1; 1 of 1x4, 1 of 2x2, 2 of 4x1, 1 of 1x8, 1 of 2x4, 2
    // of 4x2, 2 of 8x1.
    PlanExpectation(
      machine: "pack:1 l3:2 core:2 pu:2", points: 2,
      pruned: [
        .exceedsPUs: 48, .unevenGroups: 7, .partialCacheGroup: 13, .siblingsBesideIdleCores: 2, .samePUs: 14,
      ],
      layouts: [
        "(1x1 compact,cores)", "1x2 compact,cores", "1x4 compact,cores", "1x8 compact,threads", "2x1 compact,cores",
        "2x2 compact,cores", "2x2 scatter,cores", "2x4 compact,threads", "2x4 scatter,threads", "4x1 compact,cores",
        "4x2 compact,threads", "8x1 compact,threads",
      ]),
    // 1, 2, 3, 4, 6 of 1, 2, 3, 4, 6 by compact, scatter and per-package (per-numa is the same), three policies.
    // exceedsPUs: 13 pairs x 3. acrossNodes: 1x4, 1x6 and 3x2 (the third instance would lie in both nodes), twice each.
    // unevenGroups: 1xN five times, 3x1 and 3x2. samePUs: 1 of 1x1, 1x2, 1x3, 2x1, 4x1 each; 2 of 2x2, 2x3, 6x1 each.
    PlanExpectation(
      machine: "pack:2 [numa] core:3 pu:1", points: 6,
      pruned: [.exceedsPUs: 39, .unevenGroups: 7, .acrossNodes: 6, .samePUs: 11],
      layouts: [
        "1x1 compact", "1x2 compact", "1x3 compact", "2x1 compact", "2x1 scatter", "2x2 compact", "2x3 compact",
        "3x1 compact", "3x1 scatter", "4x1 compact", "4x1 scatter", "6x1 compact",
      ]),
  ])
  func countsByHand(expected: PlanExpectation) throws {
    Self.check(try Self.plan(expected.machine), expected)
  }

  /// 512 PUs on 256 cores: 4 NUMA nodes of 8 cache groups of 8 cores with 2 threads. Instances and threads are 1, 2, 4
  /// ... 512; compact, scatter, per-package, per-llc; 2 uses of SMT; 126 points a layout: 3 policies x 7 batches x 3
  /// precisions x 2 engines.
  @Test func moreThanAHundredThousandCandidates() throws {
    let plan = try Self.plan(
      "pack:4 [numa] l3:8 core:8 pu:2", lists: SweepLists(precisions: [.fp32, .bf16, .int8], engines: ["a", "b"]))
    #expect(plan.candidates == 10 * 10 * 4 * 2 * 126)
    #expect(plan.pruned[.exceedsPUs] == (45 * 8 + 10 * 4) * 126)
    // per-package with 1 or 2 instances, 19 + 17 pairs; per-llc with 1 to 16, 19 + 17 + 15 + 13 + 11.
    #expect(plan.pruned[.unevenGroups] == (36 + 75) * 126)
    // Compact and scatter: 1x128 and 2x128 on cores, 1x256 on either, 1x512 and 2x256 on siblings.
    #expect(plan.pruned[.acrossNodes] == 12 * 126)
    // 1, 2 and 4 threads of one instance are kept for the ladder: at the first policy and batch 8, for 6 combinations of
    // precision and engine.
    #expect(plan.layouts.filter(\.isOnlyForLadder).map(\.threads) == [1, 2, 4])
    #expect(plan.cells.count == (plan.layouts.count - 3) * 126 + 3 * 6)
    #expect(plan.layouts.count == 86)
    #expect(plan.pruned[.partialCacheGroup] == (116 * 126) + 3 * 120)
    #expect(plan.pruned[.siblingsBesideIdleCores] == 30 * 126)
    #expect(plan.pruned[.samePUs] == 45 * 126)
    #expect(plan.candidates == plan.cells.count + plan.pruned.values.reduce(0, +))
    #expect(plan.cells.filter(\.isLadder).count == 7 * 6)
    // Whole machine on cores: 1 instance crosses nodes; 4, 32 and 256. On siblings 4, 32 and 256 as well.
    let favourites = Set(plan.cells.filter(\.isFavourite).map { plan.layout(of: $0) })
    #expect(
      favourites.map { [$0.instances, $0.threads] }.sorted { $0.lexicographicallyPrecedes($1) } == [
        [4, 64], [4, 128], [32, 8], [32, 16], [256, 1], [256, 2],
      ])
  }

  @Test func memoryCountsWhatDoesNotFit() throws {
    let topology = try Topology.discover(source: .synthetic("pack:1 core:2 pu:1"))
    let space = try SweepSpace(topology: topology, lists: SweepLists(batches: [1, 8], precisions: [.fp32, .int8]))
    // Layouts 1x1, 1x2, 2x1; FP32 takes 4 GB and 1 GB a sample, INT8 a quarter. Two instances of FP32 at batch 1 take
    // 10 GB, one at batch 8 takes 12, two 24.
    let plan = try SweepPlanner.plan(space, on: topology, memoryLimit: 11) { batch, precision, _ in
      (4 + batch) / (precision == .fp32 ? 1 : 4)
    }
    #expect(plan.pruned[.memory] == 3)
    #expect(plan.cells.count == 12 - 3)
    #expect(!plan.cells.contains { $0.precision == .fp32 && $0.batch == 8 })
    // Two instances of more than half of what an integer holds are too many, not a trap; one exceeds the limit.
    let huge = try SweepPlanner.plan(space, on: topology, memoryLimit: .max) { _, _, _ in .max / 2 + 1 }
    #expect(huge.pruned[.memory] == 4)
    #expect(Self.layouts(huge) == ["1x1 compact", "1x2 compact"])
  }

  @Test func quotaLeavesOutWhatItDoesNotFeed() throws {
    let machine = try Topology.discover(source: .synthetic("pack:1 core:4 pu:1"))
    let limited = Topology(
      root: machine.root, allowedPUs: machine.allowedPUs, cores: machine.cores, quota: CPUQuota(cpus: 2.9, source: "x"))
    let plan = try SweepPlanner.plan(SweepSpace(topology: limited, lists: SweepLists(batches: [1])), on: limited)
    #expect(Self.layouts(plan) == ["1x1 compact", "1x2 compact", "2x1 compact"])
    // 1x4, 2x2 and 4x1, by compact and scatter; more than 4 threads exceed the PUs.
    #expect(plan.pruned == [.exceedsQuota: 6, .exceedsPUs: 6, .samePUs: 3])
    #expect(plan.cells.filter(\.isFavourite).map { plan.layout(of: $0).instances } == [1])
  }

  @Test func explicitListsBringTheirCountsAndMayBreakRules() throws {
    let plan = try Self.plan(
      "pack:1 l3:2 core:2 pu:1",
      lists: SweepLists(
        instances: [1], threads: [2], placements: ["0,2", "compact", "0-1", "2,0", "1_3"], batches: [4]))
    #expect(Self.layouts(plan) == ["1x2 0,2", "1x2 0-1", "2x1 1_3", "1x2 compact"])
    #expect(plan.candidates == 5)
    #expect(plan.pruned == [.samePUs: 1])
    #expect(throws: SweepError.self) {
      try Self.plan("pack:1 core:2 pu:1", lists: SweepLists(placements: ["0,7"]))
    }
  }

  @Test func wordsOfTheUserSayAboutSMTAndPermissions() throws {
    let plan = try Self.plan(
      "pack:2 [numa] core:2 pu:2",
      lists: SweepLists(
        instances: [1], threads: [4], placements: ["no-smt,across-numa", "compact"], smt: [.cores], memory: [.local],
        batches: [1]))
    #expect(Self.layouts(plan) == ["1x4 no-smt,across-numa"])
    #expect(plan.pruned == [.acrossNodes: 1])
  }

  @Test func nothingLeftIsOneSentence() {
    let error = #expect(throws: SweepError.self) {
      try Self.plan("pack:1 core:2 pu:1", lists: SweepLists(instances: [3], threads: [1], batches: [1]))
    }
    #expect(
      error?.description
        == "None of the 2 configurations can be measured here (2 because more threads than PUs, or than cores where siblings stay idle)."
    )
  }

  @Test func cellNamesAreUnique() throws {
    let plan = try Self.plan(
      "pack:2 [numa] l3:2 core:2 pu:2",
      lists: SweepLists(hugePages: [false, true], batches: [1, 2], precisions: [.fp32, .int8], engines: ["a", "b"]))
    let names = plan.cells.map(plan.name)
    #expect(Set(names).count == names.count)
    #expect(names.contains("2x4/compact,cores/bind/huge-pages/b2/int8/b"))
  }
}
