import Testing
import Topology

@testable import Reports

@Suite struct TopologyReportTests {
  @Test func small() throws { try expectSnapshot(TopologyReport(TopologySample.small).text, "topology") }

  @Test func hybrid() throws {
    try expectSnapshot(TopologyReport(TopologySample.hybrid, isRecording: true).text, "topology-hybrid")
  }

  @Test func likeSiblingsArePutTogether() throws {
    try expectSnapshot(TopologyReport(try TopologySample.large()).text, "topology-512")
  }

  @Test func whatDiffersStaysVisible() throws {
    let topology = TopologySample.forbidding([200, 201], in: try TopologySample.large())
    let text = TopologyReport(topology).text
    let lines = text.split(separator: "\n")
    #expect(lines.count < 40)
    // The packages before and after the one with the odd core are together, and so are the cores around that.
    #expect(lines.contains { $0.hasPrefix("├─ 3 × Package [0-2]") })
    #expect(lines.contains { $0.hasPrefix("├─ Package 3") })
    #expect(lines.contains { $0.hasPrefix("└─ 4 × Package [4-7]") })
    #expect(lines.contains { $0.hasSuffix(" · Core 100 · 2 × PU [200-201] (not allowed)") })
    #expect(text.contains("  not allowed   2 PUs: 200-201\n"))
    #expect(text.contains("  allowed       510 PUs on 255 cores: 0-199,202-511\n"))
  }

  @Test(
    "Up to 40 lines nothing is put together",
    arguments: [("package:1 [numa] core:37 pu:2", false), ("package:1 [numa] core:38 pu:2", true)])
  func threshold(text: String, isCollapsed: Bool) throws {
    let report = TopologyReport(try Topology.discover(source: .synthetic(text))).text
    #expect(report.contains(" × Core [") == isCollapsed)
  }

  @Test func facts() {
    let text = TopologyReport(TopologySample.hybrid).text
    #expect(text.contains("  offline       2 PUs: 8,11\n"))
    #expect(text.contains("  not allowed   NUMA node 2\n"))
    #expect(text.contains("  SMT           1 to 2 hardware threads a core\n"))
    #expect(text.contains("  performance   IntelCore, up to 5.2 GHz, 2 cores: PUs 0-3\n"))
    #expect(text.contains("  memory only   NUMA node 1: no core is its own\n"))
    #expect(text.contains("  quota         none: CPU time is not limited\n"))
    #expect(
      TopologyReport(TopologySample.small).text.contains("  quota         1.6 of 2 CPUs (/sys/fs/cgroup/cpu.max)\n"))
  }

  @Test func nodesAreNamedWhereTheyDoNotCount() {
    let node = TopologySample.object("NUMANode", 0, os: 8, bytes: 1 << 30)
    let machine = Topology(
      root: TopologySample.object("Machine", [TopologySample.object("Package", [node])]), allowedPUs: [0, 1, 2],
      cores: [[8], [9], []].enumerated().map {
        Topology.Core(logicalIndex: $0, pus: [$0], numaNodes: $1, package: 0, kind: nil)
      }, quota: nil)
    #expect(TopologyReport(machine).text.contains("node 8: PUs 0 · node 9: PUs 1 · no node: PUs 2\n"))
  }

  @Test(arguments: [
    ([0, 2, 4, 6], "0-6:2"), ([1, 5, 9, 13], "1-13:4"), ([0, 2, 4], "0,2,4"), ([0, 1, 2, 3], "0-3"), ([], "none"),
    ([0, 2, 4, 7], "0,2,4,7"), ([6, 4, 2, 0], "0-6:2"),
  ])
  func strides(numbers: [Int], text: String) { #expect(Figure.strides(numbers) == text) }

  @Test func memoryOfEqualModulesIsAlike() {
    let nodes = [397_816_131_584, 399_527_772_160, 399_526_719_488, 200_000_000_000].enumerated().map { index, bytes in
      TopologySample.object(
        "Package",
        [
          TopologySample.object("NUMANode", index, os: index, bytes: UInt64(bytes)),
          TopologySample.object(
            "L3Cache", (0..<16).map { TopologySample.object("Core", [TopologySample.object("PU", $0)], $0) }, index),
        ], index)
    }
    let machine = Topology(root: TopologySample.object("Machine", nodes), allowedPUs: [0], cores: [], quota: nil)
    let text = TopologyReport(machine).text
    #expect(text.contains("├─ 3 × Package [0-2]\n│  ├─ NUMA node [0-2] 372 GiB\n"))
    #expect(text.contains("└─ Package 3\n   ├─ NUMA node 3 186 GiB\n"))
  }
}
