import Placements
import Testing
import Topology

@Suite(
  .enabled(if: RecordedMachine.isPresent, "the recorded machines are not beside the repository (../shared/topologies)"))
struct RecordedLayoutTests {
  // One L3: six performance cores with PUs 0 and 1, 2 and 3, ... 10 and 11; efficiency cores with PUs 12 to 19.
  static let hybrid: [ExpectedLayout] = [
    .init("compact", "-x-", "0-10:2 | 12-19", nodes: "0 | 0"),
    .init("threads", "-x-", "0-10:2,1-11:2 | 12-19"),
    .init("kind:efficiency", "2x-", "12-15 | 16-19"),
    .init("kind:1", "3x2", "0,2 | 4,6 | 8,10"),
    .init("mixed-kinds", "-x-", "0-10:2,12-19", [.mixedKinds]),
    .init("compact", "2x-", "0,2,4 | 6,8,10"),
    .init("compact", "1x4", "0-6:2", [.partialCacheGroup]),
    // Only the efficient kind has eight cores.
    .init("compact", "1x8", "12-19"),
    .init("compact", "1x10", "0-10:2,1-7:2"),
    .init("threads", "1x4", "0,2,1,3", [.partialCacheGroup, .siblingsBesideIdleCores]),
    .init("no-smt,mixed-kinds", "2x7", "0-10:2,19 | 12-18", [.mixedKinds]),
    .init("E:N:4", "-x-", "0-3", [.partialCacheGroup, .siblingsBesideIdleCores]),
    .init("N:12-15", "-x-", "18,19,1,3", [.mixedKinds, .partialCacheGroup]),
    .init("M0:0-5_C0:6-13", "-x-", "0-10:2 | 12-19"),
  ]

  @Test(arguments: hybrid)
  func hybridLayouts(expected: ExpectedLayout) throws {
    try expected.check(on: RecordedMachine.topology("20em64t-hybrid-1p6c2t+2ca4co1t.xml"))
  }

  // One node, an L3 a package: S0 has cores 0+8 and 4+12, S1 1+9, S2 3+11 and 7+15, S3 6 and 10.
  static let offline: [ExpectedLayout] = [
    .init("compact", "-x-", "0,4,1,3,7,6,10", nodes: "0"),
    .init("threads", "-x-", "0,4,1,3,7,6,10,8,12,9,11,15"),
    .init("per-package", "-x-", "0,4 | 1 | 3,7 | 6,10"),
    .init("per-llc,threads", "-x-", "0,4,8,12 | 1,9 | 3,7,11,15 | 6,10"),
    .init("per-package", "4x2", "0,4 | 1,9 | 3,7 | 6,10"),
    .init("per-package", "4x-", "0 | 1 | 3 | 6", [.partialCacheGroup]),
    .init("compact", "2x2", "0,4 | 3,7"),
    .init("compact", "3x2", "0,4 | 3,7 | 6,10"),
    // S0 and S1 become full; S2 would be half full.
    .init("compact", "1x3", "0,4,1"),
    .init("scatter", "1x4", "0,1,3,6", [.partialCacheGroup]),
    .init("scatter", "2x2", "0,4 | 3,7"),
    .init("compact", "8x1", "0 | 4 | 1 | 3 | 7 | 6 | 10 | 8"),
    .init("S2:0-3", "-x-", "3,7,11,15", [.siblingsBesideIdleCores]),
    .init("E:S2:3", "-x-", "3,11,7", [.siblingsBesideIdleCores]),
    .init("15,3,0", "-x-", "15,3,0", [.partialCacheGroup]),
  ]

  @Test(arguments: offline)
  func offlineLayouts(expected: ExpectedLayout) throws {
    try expected.check(on: RecordedMachine.topology("16em64t-4s2c2t-offlines.xml"))
  }

  // What the cgroup leaves: node 0 with PUs 0 to 3, node 1 with PUs 4 and 5, an L3 each, all in S0.
  static let cgroup: [ExpectedLayout] = [
    .init("compact", "-x-", "0-3 | 4,5", nodes: "0 | 1"),
    .init("per-llc", "-x-", "0-3 | 4,5"),
    .init("per-numa", "2x-", "0,1 | 4,5", [.partialCacheGroup]),
    .init("across-numa", "-x-", "0-5", [.acrossNodes], nodes: "0,1"),
    .init("across-numa", "1x3", "0-2", [.partialCacheGroup], nodes: "0"),
    .init("scatter", "3x2", "0,1 | 4,5 | 2,3"),
    // The smaller group is filled whole, the larger one would not be.
    .init("compact", "1x2", "4,5", nodes: "1"),
    .init("compact", "1x3", "0-2", [.partialCacheGroup]),
    .init("M1:1@M0:0-1", "-x-", "5,0,1", [.acrossNodes, .partialCacheGroup]),
    .init("S0:4-5", "-x-", "4,5"),
  ]

  @Test(arguments: cgroup)
  func cgroupLayouts(expected: ExpectedLayout) throws {
    try expected.check(on: RecordedMachine.topology("32amd64-4s2n4c-cgroup2.xml"))
  }

  // What the cpuset leaves: S0 0 and 1, S1 2 and 3 (node 1), S2 5 (node 2), S3 6 (node 3), S5 12 and 13, S6 14 and 15;
  // no node of the other packages may be used. No cache is shared.
  static let cpusets: [ExpectedLayout] = [
    .init("compact", "-x-", "0,1 | 2,3 | 5 | 6 | 12,13 | 14,15", nodes: "|1|2|3||"),
    .init("per-numa", "-x-", "0,1 | 2,3 | 5 | 6 | 12,13 | 14,15"),
    .init("per-package", "6x-", "0 | 2 | 5 | 6 | 12 | 14"),
    .init("compact", "2x2", "0,1 | 2,3", nodes: "|1"),
    .init("compact", "4x-", "0,1 | 2,3 | 12,13 | 14,15"),
    .init("compact", "5x-", "0 | 1 | 2 | 3 | 5"),
    .init("across-numa", "5x2", "0,1 | 2,3 | 5,6 | 12,13 | 14,15", [.acrossNodes]),
    .init("scatter", "3x1", "0 | 2 | 5"),
    // hwloc's first node is the system's node 1.
    .init("M0:0-1", "-x-", "2,3", nodes: "1"),
    .init("N:0-5", "-x-", "0-3,5-6", [.acrossNodes], nodes: "1-3"),
  ]

  @Test(arguments: cpusets)
  func cpusetsLayouts(expected: ExpectedLayout) throws {
    try expected.check(on: RecordedMachine.topology("16amd64-8n2c-cpusets.xml"))
  }

  // Eight nodes of eight cores of four PUs, 0 to 3, 4 to 7, ...; each core has an L3 of its own.
  static let smt4: [ExpectedLayout] = [
    .init("per-numa", "8x1", "0 | 32 | 64 | 96 | 128 | 160 | 192 | 224", nodes: "0|1|4|5|8|9|12|13"),
    .init(
      "compact",
      "-x-", "0-28:4 | 32-60:4 | 64-92:4 | 96-124:4 | 128-156:4 | 160-188:4 | 192-220:4 | 224-252:4"),
    .init("compact", "1x16", "0-28:4,1-29:4"),
    .init("compact", "1x20", "0-28:4,1-29:4,2-14:4"),
    .init("threads", "2x8", "0,4,1,5,2,6,3,7 | 8,12,9,13,10,14,11,15", [.siblingsBesideIdleCores]),
    // Too many for one a node: four cores each, and two PUs of each core. The last one leaves half of its node idle.
    .init(
      "compact", "9x8",
      "0-12:4,1-13:4 | 16-28:4,17-29:4 | 32-44:4,33-45:4 | 48-60:4,49-61:4 | 64-76:4,65-77:4 | 80-92:4,81-93:4 | "
        + "96-108:4,97-109:4 | 112-124:4,113-125:4 | 128-140:4,129-141:4", [.siblingsBesideIdleCores]),
    .init("scatter", "2x2", "0,4 | 32,36", nodes: "0|1"),
    .init("E:N:60:1:4", "-x-", "0-236:4", [.acrossNodes]),
    .init("E:M1:4:2:4", "-x-", "32,33,36,37", [.siblingsBesideIdleCores]),
    .init("M7:0,8,16", "-x-", "224,225,226", [.siblingsBesideIdleCores], nodes: "13"),
  ]

  @Test(arguments: smt4)
  func smt4Layouts(expected: ExpectedLayout) throws {
    try expected.check(on: RecordedMachine.topology("256ppc-8n8s4t.xml"))
  }

  // Four packages of two nodes of six cores with an L3; nodes are numbered 0, 1, 2, 33, 34, 45, 72, 73.
  static let sparse: [ExpectedLayout] = [
    .init(
      "compact", "-x-", "0-5 | 6-11 | 12-17 | 18-23 | 24-29 | 30-35 | 36-41 | 42-47", nodes: "0|1|2|33|34|45|72|73"),
    .init("compact", "2x3", "0-2 | 3-5", nodes: "0 | 0"),
    .init("compact", "2x4", "0-3 | 6-9", [.partialCacheGroup]),
    .init("scatter", "4x6", "0-5 | 12-17 | 24-29 | 36-41", nodes: "0|2|34|72"),
    .init("scatter", "6x1", "0 | 12 | 24 | 36 | 6 | 18", [.partialCacheGroup]),
    .init("per-package,across-numa", "-x-", "0-11 | 12-23 | 24-35 | 36-47", [.acrossNodes]),
    .init("M3:0-5", "-x-", "18-23", nodes: "33"),
    .init("S3:0-5@S1:0", "-x-", "36-41,12", [.acrossNodes, .partialCacheGroup], nodes: "2,72"),
    .init("across-numa", "1x12", "0-11", [.acrossNodes]),
    .init("across-numa", "4x9", "0-8 | 12-20 | 24-32 | 36-44", [.acrossNodes, .partialCacheGroup]),
  ]

  @Test(arguments: sparse)
  func sparseLayouts(expected: ExpectedLayout) throws {
    try expected.check(on: RecordedMachine.topology("48amd64-4pa2n6c-sparse.xml"))
  }

  // One node. S0: PU 0, an L2 of 2 and 6, PU 4; S1: an L2 of 1 and 5, an L2 of 3 and 7.
  static let asymmetricCaches: [ExpectedLayout] = [
    .init("compact", "-x-", "0,2,6,4,1,5,3,7"),
    .init("per-llc", "-x-", "0 | 2,6 | 4 | 1,5 | 3,7"),
    .init("compact", "2x2", "2,6 | 1,5"),
    .init("compact", "3x2", "2,6 | 1,5 | 3,7"),
    .init("compact", "4x2", "0,4 | 2,6 | 1,5 | 3,7"),
    .init("compact", "1x4", "0,2,6,4"),
    .init("compact", "2x1", "0 | 4"),
    .init("scatter", "2x3", "0,2,4 | 1,3,5", [.partialCacheGroup]),
    .init("scatter", "1x8", "0-7"),
    .init("C1:0-1@C4:1", "-x-", "2,6,7", [.partialCacheGroup]),
    .init("per-package", "4x2", "0,4 | 2,6 | 1,5 | 3,7"),
  ]

  @Test(arguments: asymmetricCaches)
  func asymmetricCachesLayouts(expected: ExpectedLayout) throws {
    try expected.check(on: RecordedMachine.topology("8em64t-2s4c-asymcaches.xml"))
  }

  // Two packages with an L3 each and two nodes behind it: S0 has nodes 0 and 2, S1 nodes 1 and 3.
  static let nodesBehindOneCache: [ExpectedLayout] = [
    .init("compact", "1x10", "0-36:4", nodes: "0"),
    .init("compact", "1x5", "0-16:4", [.partialCacheGroup]),
    .init("per-llc", "-x2", "0,4 | 1,5", [.partialCacheGroup]),
    .init("scatter", "4x1", "0 | 1 | 2 | 3", [.partialCacheGroup], nodes: "0|1|2|3"),
    .init("M1:0", "-x-", "2", [.partialCacheGroup], nodes: "2"),
    .init("M1:9-10", "-x-", "38,42", [.partialCacheGroup], nodes: "2"),
  ]

  @Test(arguments: nodesBehindOneCache)
  func nodesBehindOneCacheLayouts(expected: ExpectedLayout) throws {
    try expected.check(on: RecordedMachine.topology("memorysidecaches.xml"))
  }

  @Test("Kinds of which only one is known are all alike")
  func oneKind() throws {
    try ExpectedLayout("compact", "-x-", "0,1").check(on: RecordedMachine.topology("2arm-2c.xml"))
  }
}
