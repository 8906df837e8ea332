import Placements
import Testing
import Topology

/// Examples of likwid's own documentation (likwid-pin(1), section CPU EXPRESSION, and the page on likwid-pin, both of
/// likwid 5): what we take over means the same.
@Suite struct LikwidExampleTests {
  /// Their example: PUs 0, 4, 1, 5, 2, 6, 3, 7 with siblings side by side, two sockets of two cores.
  static let machine = TopologyBuilder.machine(packages: [[[0, 4], [1, 5]], [[2, 6], [3, 7]]])

  @Test(arguments: [
    ("0,2", [0, 2]), ("1-3", [1, 2, 3]), ("0,1-3", [0, 1, 2, 3]), ("E:N:1", [0]), ("E:N:2", [0, 4]),
    ("E:N:2:1:2", [0, 1]), ("E:N:4:2:4", [0, 4, 2, 6]), ("E:N:4:1:2", [0, 1, 2, 3]),
    // Logical numbers count physical cores first; likwid writes L:N:0-2 where the domain alone is enough here.
    ("N:0-2", [0, 1, 2]), ("N:1,4-6", [1, 4, 5, 6]), ("S0:0-1@S1:0-1", [0, 1, 2, 3]),
    ("S0:0-3@S1:2-3", [0, 1, 4, 5, 6, 7]),
  ])
  func examples(words: String, pus: [Int]) throws {
    let layout = try Placer(Self.machine).layout(PlacementRequest(words: words))
    #expect(layout.instances.map(\.pus) == [pus])
  }

  @Test("likwid-mpirun joins the lists of its processes with underscores")
  func processes() throws {
    let layout = try Placer(Self.machine).layout(PlacementRequest(words: "S0:0-1_S1:0-1"))
    #expect(layout.instances.map(\.pus) == [[0, 1], [2, 3]])
  }

  @Test("One thread a core of a processor with 60 cores of four threads")
  func manyCores() throws {
    let topology = try SyntheticMachines.topology("package:1 core:60 pu:4")
    try ExpectedLayout("E:N:60:1:4", "-x-", "0-236:4").check(on: topology)
  }
}
