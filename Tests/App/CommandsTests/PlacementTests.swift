import AppTestSupport
import Foundation
import Testing

@Suite struct PlacementTests {
  private static let machine = ["--synthetic", "package:2 numa:1 l3:2 core:4 pu:2"]

  private struct Listing: Decodable {
    let words: String
    let cpuList: String
    let departures: [String]
    let instances: [Instance]

    struct Instance: Decodable {
      let threads: Int
      let pus: [Int]
      let nodes: [Int]
      let cacheGroups: [Int]
      let cpuList: String
      let commands: [String: String]
    }
  }

  private func listing(_ arguments: [String]) throws -> Listing {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(["placement"] + arguments + ["--json"], in: folder)
      #expect(result.status == 0, "\(result.error)")
      return try JSONDecoder().decode(Listing.self, from: Data(result.output.utf8))
    }
  }

  @Test func everythingIsInTheJSON() throws {
    let listing = try listing(["scatter", "--instances", "2", "--threads", "4"] + Self.machine)
    #expect(listing.words == "scatter")
    #expect(listing.cpuList == "0,2,8,10,16,18,24,26")
    #expect(listing.departures == ["partialCacheGroup"])
    #expect(listing.instances.map(\.pus) == [[0, 8, 2, 10], [16, 24, 18, 26]])
    #expect(listing.instances.map(\.threads) == [4, 4])
    #expect(listing.instances.map(\.nodes) == [[0], [1]])
    #expect(listing.instances.map(\.cacheGroups) == [[0, 1], [2, 3]])
    #expect(listing.instances.map(\.cpuList) == ["0,2,8,10", "16,18,24,26"])
    #expect(
      listing.instances[1].commands == [
        "taskset": "taskset -c 16,18,24,26", "numactl": "numactl --physcpubind=16,18,24,26 --membind=1",
        "likwidPin": "likwid-pin -c 16,24,18,26",
      ])
  }

  @Test("Without words it is compact, over the cores of this machine")
  func thisMachine() throws {
    let listing = try listing([])
    #expect(listing.words == "compact")
    let allowed = try AssayProcess.withFolder { folder in
      let topology = try AssayProcess.json(try AssayProcess.run(["topology", "--json"], in: folder).output)
      return try #require(topology["allowedPUs"] as? [Int])
    }
    let pus = listing.instances.flatMap(\.pus)
    #expect(!pus.isEmpty && Set(pus).count == pus.count && Set(pus).isSubset(of: allowed))
  }

  @Test("Threads share PUs only where that was said")
  func oversubscription() throws {
    let listing = try listing(["0,1", "--threads", "5", "--oversubscribe"] + Self.machine)
    #expect(listing.instances.map(\.pus) == [[0, 1, 0, 1, 0]])
    #expect(listing.departures.contains("oversubscribed"))
  }

  @Test("The table's words and lines can be given back to it")
  func textRoundTrip() throws {
    try AssayProcess.withFolder { folder in
      let first = try AssayProcess.run(["placement", "no-smt,per-llc"] + Self.machine, in: folder)
      #expect(first.output.contains("  words      per-llc,no-smt\n"))
      let again = try AssayProcess.run(["placement", "per-llc,no-smt"] + Self.machine, in: folder)
      #expect(first.status == 0 && again.output == first.output)
      #expect(first.output.contains("\n  taskset -c 24,26,28,30\n"))
    }
  }

  @Test("A damaged recording is one sentence")
  func damagedRecording() throws {
    try AssayProcess.withFolder { folder in
      try Data("<topology".utf8).write(to: folder.appendingPathComponent("machine.xml"))
      let result = try AssayProcess.run(["placement", "--from", "machine.xml"], in: folder)
      #expect(result.status == 65)
      #expect(result.error.contains("machine.xml") && result.error.split(separator: "\n").count == 1)
    }
  }
}
