import CLinux
import Foundation
import MachineTestSupport
import Testing
import Topology

@Suite("Topology")
struct TopologyTests {
  @Test(
    "Synthetic machines",
    arguments: [
      ("package:1 core:1 pu:1", [1], [0]),
      ("package:2 numa:1 core:4 pu:2", [1, 2, 4, 8], [0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15]),
      ("package:1 core:3 pu:1", [1, 2, 3], [0, 1, 2]),
      ("numa:1(memory=64GB) l3:2(size=33554432) core:2 pu:1", [1, 2, 4], [0, 1, 2, 3]),
      // Without cores each PU counts as one.
      ("pu:6", [1, 2, 4, 6], [0, 1, 2, 3, 4, 5]),
    ])
  func synthetic(text: String, configurations: [Int], fullPlacement: [Int]) throws {
    let topology = try Topology.discover(source: .synthetic(text))
    #expect(topology.threadConfigurations == configurations)
    #expect(try topology.placement(threads: fullPlacement.count) == fullPlacement)
    #expect(topology.allowedPUs == Array(0..<fullPlacement.count))
  }

  @Test(
    "Thread counts that cannot be placed are one sentence",
    arguments: [
      (0, "A placement needs at least 1 thread, not 0."),
      (-4, "A placement needs at least 1 thread, not -4."),
      (5, "5 threads do not fit: this process may use 4 processing units on 2 cores."),
      (Int.max, "\(Int.max) threads do not fit: this process may use 4 processing units on 2 cores."),
    ])
  func impossiblePlacements(threads: Int, message: String) throws {
    let topology = try Topology.discover(source: .synthetic("package:1 core:2 pu:2"))
    let error = #expect(throws: TopologyError.self) { try topology.placement(threads: threads) }
    #expect(error?.description == message)
    #expect(error?.code == .threads)
  }

  /// A machine with the given cores and no tree.
  private func topology(_ cores: [(node: Int, package: Int, kind: Int?, pus: [Int])]) -> Topology {
    Topology(
      root: TopologyObject(
        type: "Machine", logicalIndex: 0, osIndex: nil, bytes: nil, isAllowed: true, children: []),
      allowedPUs: cores.flatMap(\.pus).sorted(),
      cores: cores.enumerated().map { index, core in
        Topology.Core(
          logicalIndex: index, pus: core.pus, numaNodes: [core.node], package: core.package, kind: core.kind)
      }, quota: nil)
  }

  @Test(
    "Default thread counts stop where the CPU quota does",
    arguments: [
      (0.5, [1], true), (1.9, [1], true), (3.7, [1, 2, 3], true), (6, [1, 2, 4, 6], false),
      (1e300, [1, 2, 4, 6], false), (Double.nan, [1], true),
    ])
  func quotaCapsDefaults(cpus: Double, configurations: [Int], isNoted: Bool) {
    let machine = topology((0..<6).map { (0, 0, nil, [$0]) })
    let limited = Topology(
      root: machine.root, allowedPUs: machine.allowedPUs, cores: machine.cores,
      quota: CPUQuota(cpus: cpus, source: "cpu.max"))
    #expect(limited.threadConfigurations == configurations)
    #expect((limited.quotaNote != nil) == isNoted)
    // What is asked for explicitly is still placed.
    #expect((try? limited.placement(threads: 6).count) == 6)
  }

  @Test(
    "Threads that fit into one node, else into one package, are not spread",
    arguments: [
      // Node 0 has one core left, node 1 two; package 0 has three, package 1 two on a node each.
      (1, [0]), (2, [1, 2]), (3, [0, 1, 2]), (4, [0, 1, 2, 3]), (5, [0, 1, 2, 3, 4]),
    ])
  func homeNode(threads: Int, expected: [Int]) throws {
    let machine = topology([
      (0, 0, nil, [0]), (1, 0, nil, [1]), (1, 0, nil, [2]), (2, 1, nil, [3]), (3, 1, nil, [4]),
    ])
    #expect(try machine.placement(threads: threads) == expected)
  }

  @Test("A package that holds all threads is preferred to an earlier one that does not")
  func homePackage() throws {
    let machine = topology([(0, 0, nil, [0]), (1, 1, nil, [1]), (2, 1, nil, [2])])
    #expect(try machine.placement(threads: 1) == [0])
    #expect(try machine.placement(threads: 2) == [1, 2])
    #expect(try machine.placement(threads: 3) == [0, 1, 2])
  }

  @Test("The performant kind comes first whatever its number")
  func kinds() throws {
    let machine = topology([(0, 0, 0, [0]), (0, 0, 0, [1]), (0, 0, 2, [2, 3]), (0, 0, 1, [4])])
    #expect(try machine.placement(threads: 1) == [2])
    #expect(try machine.placement(threads: 2) == [2, 4])
    #expect(try machine.placement(threads: 5) == [2, 4, 0, 1, 3])
  }

  @Test("This machine, inside the mask of the calling thread")
  func thisMachine() throws {
    let whole = try Topology.discover()
    #expect(whole.root.type == "Machine")
    #expect(!whole.cores.isEmpty)
    var cpus = [Int32](repeating: 0, count: 4096)
    let count = clinux_get_affinity(&cpus, 4096)
    let mask = cpus.prefix(Int(count)).map { Int($0) }
    #expect(Set(whole.allowedPUs).isSubset(of: mask))
    #expect(try Set(whole.placement(threads: whole.cores.count)).count == whole.cores.count)

    // Cut to one CPU, the rest of the tree stays visible but is not allowed.
    let last = try #require(whole.allowedPUs.last)
    #expect(clinux_set_affinity([Int32(last)], 1) == 0)
    defer { clinux_set_affinity(cpus, count) }
    let cut = try Topology.discover()
    #expect(cut.allowedPUs == [last])
    #expect(cut.cores.count == 1)
    #expect(try cut.placement(threads: 1) == [last])
    #expect(throws: TopologyError.self) { try cut.placement(threads: 2) }
    #expect(cut.root.all.count { $0.type == "PU" } == whole.root.all.count { $0.type == "PU" })
  }

  @Test("A slow core on the same node is no substitute for a fast one on another")
  func kindBeforeNode() throws {
    let machine = topology([(0, 0, 1, [0]), (0, 0, 0, [1]), (1, 0, 1, [2])])
    #expect(try machine.placement(threads: 2) == [0, 2])
    #expect(try machine.placement(threads: 3) == [0, 2, 1])
  }

  @Test("A topology survives JSON")
  func codable() throws {
    let topology = try Topology.discover(source: .synthetic("package:2 core:2 pu:2"))
    let data = try JSONEncoder().encode(topology)
    #expect(try JSONDecoder().decode(Topology.self, from: data) == topology)
  }

  @Test(
    "Damaged recordings are one sentence that names the file",
    arguments: [
      "", "not xml at all", "<topology", "<?xml version=\"1.0\"?><topology version=\"2.0\"></topology>",
      "<?xml version=\"1.0\"?>\n<topology version=\"2.0\"><object type=\"Machine\" cpuset=\"0xzz\"></topology>",
      "<?xml version=\"1.0\"?><html><body>hello</body></html>", "<topology version=\"99.0\"/>",
    ])
  func damaged(content: String) throws {
    let system = try FakeSystem(["/machine.xml": content])
    let path = system.root + "/machine.xml"
    let error = #expect(throws: TopologyError.self) { try Topology.discover(source: .xml(path: path)) }
    #expect(
      error?.description
        == "\(path) is not a topology that hwloc can read: it should be the output of `lstopo --of xml`.")
    #expect(error?.code == .badSource)
  }

  @Test("What is not a plain file is refused", arguments: ["/missing.xml", "", "/dev/zero", "-"])
  func notAFile(path: String) throws {
    let system = try FakeSystem()
    let full = path.hasPrefix("/dev") || path == "-" ? path : system.root + path
    let error = #expect(throws: TopologyError.self) { try Topology.discover(source: .xml(path: full)) }
    #expect(error?.code == (path == "/missing.xml" || path == "-" ? .notFound : .badSource))
    #expect(error?.description.hasPrefix(full) == true)
  }

  @Test("Up to 4096 PUs are made up; digits of types do not count")
  func largestSynthetic() throws {
    let topology = try Topology.discover(source: .synthetic("pack:8 [numa] l3:8 l2:8 l1:1 core:4 pu:2"))
    #expect(topology.allowedPUs.count == 4096)
    #expect(throws: TopologyError.self) { try Topology.discover(source: .synthetic("pack:8 l3:8 l2:8 core:4 pu:3")) }
  }

  @Test(
    "Impossible descriptions are refused",
    arguments: [
      "", "nonsense", "core:0", "package:2 core:", "core:4097", "64 65", "package:200 core:200 pu:2",
      "core:99999999999999999999999", "package:2(memory=1GB core:16385", "(", ")core:16385",
      "package:2((memory=1GB) core:16385",
    ])
  func impossibleSynthetic(text: String) throws {
    let error = #expect(throws: TopologyError.self) { try Topology.discover(source: .synthetic(text)) }
    #expect(error?.code == .badSource)
    #expect(error?.description.contains("\"\(text)\"") == true)
  }
}
