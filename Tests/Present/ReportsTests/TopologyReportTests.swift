import Testing
import Topology

@testable import Reports

@Suite struct TopologyReportTests {
  @Test func tree() throws { try expectSnapshot(TopologyReport(Sample.topology).text, "topology") }

  @Test func hybridCoresAndNoQuota() {
    let topology = Topology(
      root: Sample.topology.root, allowedPUs: [0, 1, 2, 7],
      cores: [
        Topology.Core(logicalIndex: 0, pus: [0, 1, 2], numaNodes: [0], package: 0, kind: 1),
        Topology.Core(logicalIndex: 1, pus: [7], numaNodes: [0], package: 0, kind: 0),
      ], quota: nil)
    let text = TopologyReport(topology).text
    #expect(text.contains("allowed  4 PUs on 2 cores: 0-2,7\n"))
    #expect(text.contains("quota    none: CPU time is not limited\n"))
    #expect(text.contains("kind 0   1 core: 7\n"))
    #expect(text.contains("kind 1   1 core: 0-2\n"))
  }
}
