import Placements
import Testing
import Topology

/// More threads than PUs: threads wrap round the same PUs, and every PU carries as many as the others, or one more.
@Suite struct OversubscriptionTests {
  @Test(arguments: [
    ("package:1 core:4 pu:1", ExpectedLayout("compact", "1x8", "0-3,0-3", [.oversubscribed])),
    ("package:1 core:4 pu:1", .init("compact", "3x3", "0-2 | 3,0,1 | 2,3,0", [.oversubscribed])),
    ("package:1 core:4 pu:1", .init("compact", "2x2", "0,1 | 2,3")),
    ("package:1 core:4 pu:1", .init("compact", "6x-", "0 | 1 | 2 | 3 | 0 | 1", [.oversubscribed])),
    ("package:1 core:2 pu:2", .init("compact", "1x5", "0,2,1,3,0", [.oversubscribed])),
    ("package:1 core:2 pu:2", .init("no-smt", "1x3", "0,2,0", [.oversubscribed])),
    ("package:2 numa:1 core:2 pu:1", .init("compact", "1x3", "0,1,0", [.oversubscribed])),
    ("package:2 numa:1 core:2 pu:1", .init("compact", "3x2", "0,1 | 2,3 | 0,1", [.oversubscribed])),
    ("package:2 numa:1 core:2 pu:1", .init("across-numa", "1x6", "0-3,0,1", [.acrossNodes, .oversubscribed])),
    ("package:2 numa:1 core:2 pu:1", .init("per-numa", "2x3", "0,1,0 | 2,3,2", [.oversubscribed])),
    ("package:1 core:4 pu:1", .init("0,0,1", "-x-", "0,0,1", [.oversubscribed])),
    ("package:1 core:4 pu:1", .init("2,3", "1x5", "2,3,2,3,2", [.oversubscribed])),
    ("package:1 core:4 pu:1", .init("E:N:6", "-x-", "0-3,0,1", [.oversubscribed])),
    ("package:1 core:4 pu:1", .init("0-1_1-2", "-x-", "0,1 | 1,2", [.oversubscribed])),
  ])
  func layouts(machine: String, expected: ExpectedLayout) throws {
    try expected.check(on: SyntheticMachines.topology(machine), oversubscribe: true)
  }

  @Test(
    "Without a leave to share, none of them is placed",
    arguments: [
      ("compact", 1, 8), ("compact", 3, 3), ("0,0,1", nil, nil), ("2,3", 1, 5), ("E:N:6", nil, nil),
      ("0-1_1-2", nil, nil),
    ] as [(String, Int?, Int?)])
  func refused(words: String, instances: Int?, threads: Int?) throws {
    let placer = try Placer(SyntheticMachines.topology("package:1 core:4 pu:1"))
    let error = #expect(throws: PlacementError.self) {
      try placer.layout(PlacementRequest(words: words, instances: instances, threads: threads))
    }
    #expect(error?.description.contains("--oversubscribe") == true, "\(error?.description ?? "")")
  }

  @Test("The number of threads stays bounded")
  func bounds() throws {
    let placer = try Placer(SyntheticMachines.topology("package:1 core:4 pu:1"))
    for (words, instances, threads) in [
      ("compact", 65_536, 2), ("compact", Int.max, nil), ("compact", 2, Int.max), ("E:N:65535@E:N:65535", nil, nil),
      (Array(repeating: "E:N:60000", count: 300).joined(separator: "_"), nil, nil), ("0_1", 2, 40_000),
    ] as [(String, Int?, Int?)] {
      let error = #expect(throws: PlacementError.self) {
        try placer.layout(
          PlacementRequest(words: words, instances: instances, threads: threads, oversubscribe: true))
      }
      #expect(error?.description.hasPrefix("A placement has at most 65536 ") == true, "\(error?.description ?? "")")
    }
    let most = try placer.layout(PlacementRequest(instances: 65_536, threads: 1, oversubscribe: true))
    #expect(most.instances.count == 65_536)
  }
}
