import Testing
import Topology

/// What a recording says, counted from its XML by other means than hwloc.
struct Expectation: Sendable, CustomTestStringConvertible {
  let file: String
  let pus: Int
  let cores: Int
  let packages: Int
  let numaNodes: Int
  let configurations: [Int]

  var testDescription: String { file }

  static let all: [Expectation] = [
    .init(
      file: "128arm-2pa2n8cluster4co.xml", pus: 128, cores: 128, packages: 2, numaNodes: 4,
      configurations: [1, 2, 4, 8, 16, 32, 64, 128]),
    .init(
      file: "16amd64-8n2c-cpusets.xml", pus: 10, cores: 10, packages: 7, numaNodes: 4, configurations: [1, 2, 4, 8, 10]),
    .init(
      file: "16em64t-4s2c2t-offlines.xml", pus: 12, cores: 7, packages: 4, numaNodes: 1, configurations: [1, 2, 4, 7]),
    .init(file: "16em64t-4s2c2t.xml", pus: 16, cores: 8, packages: 4, numaNodes: 1, configurations: [1, 2, 4, 8]),
    .init(
      file: "20em64t-hybrid-1p6c2t+2ca4co1t.xml", pus: 20, cores: 14, packages: 1, numaNodes: 1,
      configurations: [1, 2, 4, 8, 14]),
    .init(
      file: "256ppc-8n8s4t.xml", pus: 256, cores: 64, packages: 64, numaNodes: 8,
      configurations: [1, 2, 4, 8, 16, 32, 64]),
    .init(file: "2arm-2c.xml", pus: 2, cores: 2, packages: 1, numaNodes: 1, configurations: [1, 2]),
    .init(
      file: "32amd64-4s2n4c-cgroup2.xml", pus: 6, cores: 6, packages: 3, numaNodes: 6, configurations: [1, 2, 4, 6]),
    .init(
      file: "48amd64-4pa2n6c-sparse.xml", pus: 48, cores: 48, packages: 4, numaNodes: 8,
      configurations: [1, 2, 4, 8, 16, 32, 48]),
    .init(
      file: "64amd64-4s2n4ca2co.xml", pus: 64, cores: 64, packages: 4, numaNodes: 8,
      configurations: [1, 2, 4, 8, 16, 32, 64]),
    .init(
      file: "8em64t-2s4c-asymcaches.xml", pus: 8, cores: 8, packages: 2, numaNodes: 1, configurations: [1, 2, 4, 8]),
    .init(
      file: "memorysidecaches.xml", pus: 80, cores: 40, packages: 2, numaNodes: 4,
      configurations: [1, 2, 4, 8, 16, 32, 40]),
  ]
}

extension TopologyObject {
  /// This object and everything below it.
  var all: [TopologyObject] { [self] + children.flatMap(\.all) }

  func count(_ type: String) -> Int { all.count { $0.type == type } }
}

@Suite(
  "RecordedMachine",
  .enabled(if: RecordedMachine.isPresent, "the recorded machines are not beside the repository (../shared/topologies)"))
struct RecordedMachineTests {
  @Test("Counts are those of the recording", arguments: Expectation.all)
  func counts(expected: Expectation) throws {
    let topology = try RecordedMachine.topology(expected.file)
    #expect(topology.root.type == "Machine")
    #expect(topology.root.count("PU") == expected.pus)
    #expect(topology.allowedPUs.count == expected.pus)
    #expect(topology.cores.count == expected.cores)
    #expect(topology.root.count("Package") == expected.packages)
    #expect(topology.root.count("NUMANode") == expected.numaNodes)
    #expect(topology.threadConfigurations == expected.configurations)
    #expect(topology.quota == nil)
    // The cores hold every allowed PU exactly once.
    #expect(topology.cores.flatMap(\.pus).sorted() == topology.allowedPUs)
    #expect(
      topology.root.all.filter { $0.type == "PU" && $0.isAllowed }.compactMap(\.osIndex).sorted()
        == topology.allowedPUs)
  }

  @Test("Every possible placement is sound", arguments: Expectation.all)
  func placements(expected: Expectation) throws {
    let topology = try RecordedMachine.topology(expected.file)
    let coreOfPU = Dictionary(
      uniqueKeysWithValues: topology.cores.flatMap { core in core.pus.map { ($0, core) } })
    for threads in 1...expected.pus {
      let pus = try topology.placement(threads: threads)
      #expect(pus.count == threads)
      #expect(Set(pus).count == threads)
      #expect(Set(pus).isSubset(of: topology.allowedPUs))
      // Second hardware threads only after every core has a thread.
      let used = Set(pus.compactMap { coreOfPU[$0]?.logicalIndex })
      #expect(used.count == min(threads, expected.cores))
      // As few NUMA nodes as one node's cores allow.
      let nodes = Dictionary(grouping: topology.cores, by: \.numaNodes)
      if topology.cores.allSatisfy({ $0.kind == nil }), nodes.values.contains(where: { $0.count >= threads }) {
        #expect(Set(pus.compactMap { coreOfPU[$0]?.numaNodes }).count == 1)
      }
    }
    #expect(throws: TopologyError.self) { try topology.placement(threads: expected.pus + 1) }
  }

  @Test("The recording's allowed set counts")
  func allowedSet() throws {
    #expect(try RecordedMachine.topology("16amd64-8n2c-cpusets.xml").allowedPUs == [0, 1, 2, 3, 5, 6, 12, 13, 14, 15])
    #expect(try RecordedMachine.topology("32amd64-4s2n4c-cgroup2.xml").allowedPUs == [0, 1, 2, 3, 4, 5])
    #expect(
      try RecordedMachine.topology("16em64t-4s2c2t-offlines.xml").allowedPUs
        == [0, 1, 3, 4, 6, 7, 8, 9, 10, 11, 12, 15])
  }

  @Test("On a hybrid part the performance cores come first, then the others, then hardware threads")
  func hybrid() throws {
    let topology = try RecordedMachine.topology("20em64t-hybrid-1p6c2t+2ca4co1t.xml")
    #expect(topology.cores.map(\.kind) == Array(repeating: 1, count: 6) + Array(repeating: 0, count: 8))
    #expect(try topology.placement(threads: 6) == [0, 2, 4, 6, 8, 10])
    #expect(try topology.placement(threads: 8) == [0, 2, 4, 6, 8, 10, 12, 13])
    #expect(
      try topology.placement(threads: 16) == [0, 2, 4, 6, 8, 10, 12, 13, 14, 15, 16, 17, 18, 19, 1, 3])
  }

  @Test("Four hardware threads a core: the second ones come after all 64 cores")
  func smt4() throws {
    let topology = try RecordedMachine.topology("256ppc-8n8s4t.xml")
    let pus = try topology.placement(threads: 66)
    let firsts = topology.cores.compactMap(\.pus.first)
    #expect(Array(pus.prefix(64)) == firsts)
    #expect(Array(pus.suffix(2)) == topology.cores.prefix(2).map { $0.pus[1] })
  }

  @Test("Caches and memory have their sizes")
  func sizes() throws {
    let topology = try RecordedMachine.topology("20em64t-hybrid-1p6c2t+2ca4co1t.xml")
    let l3 = try #require(topology.root.all.first { $0.type == "L3Cache" })
    #expect((l3.bytes ?? 0) >= 8 << 20)
    #expect(topology.root.count("L1iCache") == 14)
    #expect(topology.root.all.filter { $0.type == "NUMANode" }.allSatisfy { $0.bytes ?? 0 > 0 })
    #expect(topology.root.all.filter { $0.type == "PU" || $0.type == "Core" }.allSatisfy { $0.bytes == nil })
    let sided = try RecordedMachine.topology("memorysidecaches.xml")
    #expect(sided.root.count("MemCache") == 4)
  }
}
