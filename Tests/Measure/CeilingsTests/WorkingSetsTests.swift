import Testing
import Topology

@testable import Ceilings

@Suite struct WorkingSetsTests {
  /// Sizes in KiB of every level, for one thread on each of the first PUs.
  @Test(arguments: [
    // 48 KiB, 1 MiB and 32 MiB shared by two cores: half of L1; 4 times L1; 4 times L2; 4 times L3.
    ("l3:1(size=33554432) l2:2(size=1048576) l1d:1(size=49152) core:1 pu:1", [0], [24, 192, 4096, 131072]),
    ("l3:1(size=33554432) l2:2(size=1048576) l1d:1(size=49152) core:1 pu:1", [0, 1], [24, 192, 4096, 65536]),
    // Two hardware threads of a core share its caches.
    ("l3:1(size=33554432) l2:1(size=1048576) l1d:1(size=49152) core:1 pu:2", [0, 1], [12, 96, 2048, 65536]),
    // Two threads on one PU do too.
    ("l3:1(size=33554432) l2:1(size=1048576) l1d:1(size=49152) core:1 pu:2", [0, 0], [12, 96, 2048, 65536]),
    // A small L3 is used to its half.
    ("l3:1(size=6291456) l2:1(size=1048576) l1d:1(size=32768) core:1 pu:1", [0], [16, 128, 3072, 65536]),
    // Two last-level caches: memory's set is 4 times both, but only those that are used.
    ("l3:2(size=33554432) l2:1(size=1048576) l1d:1(size=32768) core:1 pu:1", [0, 1], [16, 128, 4096, 131072]),
    ("l3:2(size=33554432) l2:1(size=1048576) l1d:1(size=32768) core:1 pu:1", [1], [16, 128, 4096, 131072]),
    // No cache is known: memory alone.
    ("pu:2", [0, 1], [32768]),
  ])
  func sizes(machine: String, pus: [Int], kibibytes: [Int]) throws {
    let topology = try Topology.discover(source: .synthetic(machine))
    let sets = WorkingSets(topology: topology, pus: pus, budget: 1 << 40)
    #expect(sets.levels.map { $0.bytesPerThread >> 10 } == kibibytes)
    #expect(sets.levels.map(\.name) == names(kibibytes.count))
    #expect(sets.notes.isEmpty)
    #expect(sets.levels.allSatisfy { $0.bytesPerThread.isMultiple(of: 4096) })
  }

  private func names(_ count: Int) -> [String] { Array(["L1", "L2", "L3"].prefix(count - 1)) + ["memory"] }

  @Test func aShareThatIsSmallerThanTheInnerCacheIsLeftOut() throws {
    // 56 cores with 2 MiB L2 and 105 MiB L3, as some servers have: 1.9 MiB of L3 each.
    let machine = "l3:1(size=110100480) l2:56(size=2097152) l1d:1(size=49152) core:1 pu:1"
    let topology = try Topology.discover(source: .synthetic(machine))
    let all = WorkingSets(topology: topology, pus: Array(0..<56), budget: 1 << 40)
    #expect(all.levels.map(\.name) == ["L1", "L2", "memory"])
    #expect(all.notes.count == 1)
    #expect(all.notes.first?.hasPrefix("L3 is left out for 56 threads") == true)
    let one = WorkingSets(topology: topology, pus: [0], budget: 1 << 40)
    #expect(one.levels.map(\.name) == ["L1", "L2", "L3", "memory"])
  }

  @Test func memoryKeepsToTheBudgetAndSaysSo() throws {
    let topology = try Topology.discover(
      source: .synthetic("l3:1(size=33554432) l2:2(size=1048576) l1d:1(size=49152) core:1 pu:1"))
    let enough = WorkingSets(topology: topology, pus: [0, 1], budget: 64 << 20)
    #expect(enough.levels.last?.bytesPerThread == 32 << 20)
    #expect(enough.notes.isEmpty)
    let short = WorkingSets(topology: topology, pus: [0, 1], budget: 16 << 20)
    #expect(short.levels.last?.bytesPerThread == 8 << 20)
    #expect(short.notes.count == 1)
    #expect(short.notes.first?.contains("16 MiB") == true)
    // Never nothing, and never negative.
    for budget in [0, -1, Int.min] {
      #expect(WorkingSets(topology: topology, pus: [0, 1], budget: budget).levels.last?.bytesPerThread == 4096)
    }
  }
}
