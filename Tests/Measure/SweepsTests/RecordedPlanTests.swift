import Foundation
import Placements
import Sweeps
import Testing
import Topology

/// The recorded machines beside the repository; they are not part of it.
enum RecordedMachine {
  /// The folder with the recordings, or nil where it is absent.
  static let folder: String? = {
    let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    // RecordedPlanTests.swift < SweepsTests < Measure < Tests < repository
    let repository = (0..<4).reduce(here) { url, _ in url.deletingLastPathComponent() }
    let folder = repository.deletingLastPathComponent().appendingPathComponent("shared/topologies").path
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
  }()
}

@Suite(
  "RecordedPlan",
  .enabled(
    if: RecordedMachine.folder != nil, "the recorded machines are not beside the repository (../shared/topologies)"))
struct RecordedPlanTests {
  private func plan(_ file: String) throws -> SweepPlan {
    let topology = try Topology.discover(source: .xml(path: (RecordedMachine.folder ?? "") + "/" + file))
    return try SweepPlanner.plan(SweepSpace(topology: topology, lists: SweepLists(batches: [1, 8])), on: topology)
  }

  @Test(arguments: [
    PlanExpectation(
      machine: "2arm-2c.xml", points: 2, pruned: [.exceedsPUs: 2, .samePUs: 3],
      layouts: ["1x1 compact", "1x2 compact", "2x1 compact"]),
    // 4 packages of 2 NUMA nodes of 8 cores that share a cache; 1, 2, 4 ... 64 instances and threads, by compact,
    // scatter, per-package and per-numa, three policies. Whole cache groups are whole nodes, so whatever is kept fills
    // 1, 2, 4 or 8 nodes.
    // exceedsPUs: 21 pairs of more than 64 threads x 4. unevenGroups: per-package with 1 and 2 instances, 7 + 6 pairs;
    // per-numa with 1, 2 and 4, 7 + 6 + 5. acrossNodes: 1x16, 1x32, 1x64, 2x16, 2x32, 4x16 by compact and scatter, 4x16
    // by per-package. partialCacheGroup and samePUs:
    // 1x1 1x2 1x4: scatter partial, one each; 1x8: scatter the same. 2x1 2x2: partial 2 each; 2x4: scatter partial. 4x1:
    // partial 3; 4x2 4x4: scatter and per-package partial; 4x8: per-package the same. 8x1 8x2: all but compact partial, 3
    // each; 8x4: scatter and per-numa partial, per-package fills one node of each; 8x8: the same 3. 16x1: partial 3; 16x2:
    // scatter and per-numa partial; 16x4: the same 3. 32x1: scatter and per-numa partial; 32x2 64x1: the same 3 each.
    PlanExpectation(
      machine: "64amd64-4s2n4ca2co.xml", points: 6,
      pruned: [
        .exceedsPUs: 84, .unevenGroups: 31, .acrossNodes: 13, .partialCacheGroup: 30, .samePUs: 14,
      ],
      layouts: [
        "(1x1 compact)", "(1x2 compact)", "(1x4 compact)", "1x8 compact", "2x4 compact", "2x8 compact", "2x8 scatter",
        "4x2 compact", "4x4 compact", "4x8 compact", "4x8 scatter", "8x1 compact", "8x2 compact", "8x4 compact",
        "8x4 per-package", "8x8 compact", "16x1 compact", "16x2 compact", "16x2 per-package", "16x4 compact",
        "32x1 compact", "32x1 per-package", "32x2 compact", "64x1 compact",
      ]),
  ])
  func countsByHand(expected: PlanExpectation) throws {
    SweepPlannerTests.check(try plan(expected.machine), expected)
  }

  @Test func kindsOfCoresAreNotMixed() throws {
    let plan = try plan("20em64t-hybrid-1p6c2t+2ca4co1t.xml")
    let kinds = Set(
      plan.layouts.flatMap { layout in
        layout.layout.instances.map { instance in
          instance.pus.contains { $0 < 12 } && instance.pus.contains { $0 >= 12 }
        }
      })
    #expect(kinds == [false])
    // The ladder stays on the performance cores, PUs 0 to 11.
    let ladder = plan.cells.filter(\.isLadder).map { plan.layout(of: $0) }
    #expect(ladder.map(\.threads) == [1, 2, 3, 4, 6])
    #expect(ladder.allSatisfy { $0.layout.instances[0].pus.allSatisfy { $0 < 12 } })
    // The efficiency cores alone, as one instance and as several.
    let efficient = plan.layouts.filter { $0.layout.instances.allSatisfy { $0.pus.allSatisfy { $0 >= 12 } } }
    #expect(Set(efficient.map { [$0.instances, $0.threads] }).isSuperset(of: [[1, 8], [2, 4], [4, 2], [8, 1]]))
  }
}
