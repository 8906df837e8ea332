import AppTestSupport
import Foundation
import Testing

/// Whole sweeps of small workloads: what lands in the record, and what survives an interruption.
@Suite(.serialized) struct SweepRunTests {
  /// Two configurations: one thread on each of two engines.
  private static let options = [
    "sweep", "resnet-small", "--batch", "1", "--threads", "1", "--instances", "1", "--engine", "native,openblas",
    "--precision", "fp32", "--round", "0.1",
  ]
  private static let ids: Set = [
    "resnet-small/fp32/native/t1/b1/SingleStream", "resnet-small/fp32/openblas/t1/b1/SingleStream",
  ]

  private static func events(_ record: URL) throws -> [[String: Any]] {
    let sweep = try #require(try AssayProcess.json(at: record)["sweep"] as? [String: Any])
    return try #require(sweep["events"] as? [[String: Any]])
  }

  private static func visits(_ record: URL) throws -> [[String: Any]] {
    try events(record).compactMap { $0["visit"] as? [String: Any] }
  }

  /// Every visit's rounds follow those before in its cell, and together they are the cell's rounds.
  private static func expectVisitsMakeTheRounds(_ record: URL) throws {
    var counts: [String: Int] = [:]
    for visit in try visits(record) {
      let cell = try #require(visit["cell"] as? String)
      #expect(visit["firstRound"] as? Int == counts[cell, default: 0], "\(visit)")
      counts[cell, default: 0] += try #require(visit["rounds"] as? Int)
    }
    for cell in try Placed.cells(record) {
      let id = try #require(cell["id"] as? String)
      let rounds = Placed.rounds(cell)
      #expect(counts[id] == rounds.count, "\(id)")
      #expect(rounds.compactMap { $0["index"] as? Int } == Array(rounds.indices), "\(id)")
      #expect(cell["plannedRounds"] as? Int == rounds.count, "\(id)")
      let processes = rounds.compactMap { $0["process"] as? Int }
      #expect(processes.count == rounds.count && processes == processes.sorted(), "\(id)")
    }
  }

  @Test func aSweepMeasuresItsConfigurationsAndKeepsItsState() throws {
    try AssayProcess.withFolder { folder in
      let record = folder.appendingPathComponent("sweep.json")
      let result = try AssayProcess.run(
        Self.options + ["--budget", "60s", "--full", "--output", record.path], in: folder)
      #expect(result.status == 0, "\(result.error)")
      let json = try AssayProcess.json(at: record)
      #expect(json["status"] as? String == "complete")
      let cells = try Placed.cells(record)
      #expect(Set(cells.compactMap { $0["id"] as? String }) == Self.ids)
      #expect(cells.allSatisfy { $0["failure"] == nil && !Placed.rounds($0).isEmpty })
      let sweep = try #require(json["sweep"] as? [String: Any])
      #expect(sweep["goal"] as? String == "throughput")
      #expect(sweep["isFullGrid"] as? Bool == true)
      #expect(sweep["leftOut"] as? Int == 0)
      #expect(Set(sweep["ladder"] as? [String] ?? []) == Self.ids)
      #expect(try Self.events(record).contains { $0["canary"] != nil })
      #expect(Set(try Self.visits(record).compactMap { $0["cell"] as? String }) == Self.ids)
      try Self.expectVisitsMakeTheRounds(record)
      // Figures of time are of the same seconds.
      for visit in try Self.visits(record) {
        let parts = ["loading", "warming", "measured"].compactMap { visit[$0] as? Double }
        #expect(parts.count == 3 && parts.reduce(0, +) <= (visit["seconds"] as? Double ?? 0) + 1e-6, "\(visit)")
      }
      #expect(try AssayProcess.isValidRecord(record))
      #expect(try AssayProcess.run(["show", record.path], in: folder).status == 0)

      // Nothing is left to do.
      let again = try AssayProcess.run(["sweep", "--resume", record.path], in: folder)
      #expect(again.status == 0, "\(again.error)")
      #expect(try Placed.cells(record) as NSArray == cells as NSArray)
    }
  }

  @Test func halvingEndsWithAnAnswerToo() throws {
    try AssayProcess.withFolder { folder in
      let record = folder.appendingPathComponent("sweep.json")
      let result = try AssayProcess.run(Self.options + ["--budget", "20s", "--output", record.path], in: folder)
      #expect(result.status == 0, "\(result.error)")
      #expect(try AssayProcess.json(at: record)["status"] as? String == "complete")
      try Self.expectVisitsMakeTheRounds(record)
      #expect(try AssayProcess.isValidRecord(record))
    }
  }

  /// Stops a sweep in the middle: after `visits` of them.
  private static func interrupted(_ folder: URL, after visits: Int) throws -> URL {
    let record = folder.appendingPathComponent("sweep.json")
    let running = try AssayProcess.start(
      options + ["--budget", "120s", "--full", "--round", "0.5", "--output", record.path], in: folder)
    let reached = running.wait {
      let isThere = ((try? Self.visits(record)) ?? []).count >= visits
      // In the middle of one, where it has a worker.
      return isThere && running.worker != nil
    }
    #expect(reached)
    kill(running.process.processIdentifier, SIGINT)
    let result = running.wait()
    #expect(!result.wasSignalled)
    #expect(result.status == 130, "\(result.error)")
    #expect(result.error.contains("assay sweep --resume \(record.path)"), "\(result.error)")
    #expect(try AssayProcess.json(at: record)["status"] as? String == "incomplete")
    #expect(try AssayProcess.isValidRecord(record))
    return record
  }

  @Test(arguments: [0, 1])
  func anInterruptedSweepGoesOnWhereItWas(visits: Int) throws {
    try AssayProcess.withFolder { folder in
      let record = try Self.interrupted(folder, after: visits)
      let before = try (events: Self.events(record), cells: Placed.cells(record))
      try Self.expectVisitsMakeTheRounds(record)
      let result = try AssayProcess.run(["sweep", "--resume", record.path], in: folder)
      #expect(result.status == 0, "\(result.error)")
      #expect(try AssayProcess.json(at: record)["status"] as? String == "complete")
      let events = try Self.events(record)
      #expect(Array(events.prefix(before.events.count)) as NSArray == before.events as NSArray)
      #expect(events.count > before.events.count)
      try Self.expectVisitsMakeTheRounds(record)
      let cells = try Placed.cells(record)
      #expect(Set(cells.compactMap { $0["id"] as? String }) == Self.ids)
      for old in before.cells {
        let new = try #require(cells.first { $0["id"] as? String == old["id"] as? String })
        let rounds = Placed.rounds(old)
        #expect(Array(Placed.rounds(new).prefix(rounds.count)) as NSArray == rounds as NSArray)
      }
      #expect(try AssayProcess.isValidRecord(record))
    }
  }

  @Test func aRecordOfAnotherSweepIsRefused() throws {
    try AssayProcess.withFolder { folder in
      let record = try Self.interrupted(folder, after: 1)
      let text = try String(contentsOf: record, encoding: .utf8)
      // Another batch than any that was asked for; without the seal, since an edited record is refused as such.
      let unsealed = text.replacing(/"seal":\{.*?\},(?="spec":)/, with: "")
      #expect(unsealed != text)
      let edited = unsealed.replacingOccurrences(of: "/t1/b1/", with: "/t1/b7/")
        .replacingOccurrences(of: "\"batch\":1", with: "\"batch\":7")
        .replacingOccurrences(of: "\"samplesPerQuery\":1", with: "\"samplesPerQuery\":7")
      #expect(edited != text)
      try Data(edited.utf8).write(to: record)
      let result = try AssayProcess.run(["sweep", "--resume", record.path], in: folder)
      #expect(result.status == 64 || result.status == 65, "\(result.status): \(result.error)")
      let sentences = result.error.split(separator: "\n").filter { $0.contains("assay: ") || $0.contains("Error") }
      #expect(sentences.count == 1 && result.error.contains("is none of this sweep"), "\(result.error)")
      // The record is as it was.
      #expect(try Placed.cells(record).allSatisfy { ($0["id"] as? String)?.contains("/b7/") == true })
    }
  }

  @Test func recordsOfRunsAndSweepsAreToldApart() throws {
    try AssayProcess.withFolder { folder in
      _ = try Placed.run(["--threads", "1"], in: folder)
      let result = try AssayProcess.run(["sweep", "--resume", "record.json"], in: folder)
      #expect(result.status == 64, "\(result.error)")
      #expect(result.error.contains("is no record of assay sweep"), "\(result.error)")
    }
  }

  // MARK: Dry runs

  @Test(arguments: [
    [], ["--synthetic", "pack:2 [numa] l3:4 core:8 pu:2"], ["--synthetic", "pu:4", "--goal", "latency<=15ms"],
  ])
  func aDryRunMeasuresNothing(arguments: [String]) throws {
    try AssayProcess.withFolder { folder in
      for json in [[], ["--json"]] {
        let result = try AssayProcess.run(
          ["sweep", "resnet-small", "--dry-run", "--budget", "10m"] + arguments + json, in: folder)
        #expect(result.status == 0, "\(result.error)")
        if json.isEmpty {
          #expect(result.output.contains("Nothing was run."), "\(result.output)")
        } else {
          #expect(try !AssayProcess.json(result.output).isEmpty)
        }
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.allSatisfy { $0.hasSuffix(".out") || $0.hasSuffix(".err") }, "\(left)")
    }
  }

  @Test func aRecordedMachineCanBePlannedFor() throws {
    try AssayProcess.withFolder { folder in
      let xml = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE topology SYSTEM "hwloc2.dtd">
        <topology version="2.0">
          <object type="Machine" os_index="0" cpuset="0x00000003" complete_cpuset="0x00000003" \
        allowed_cpuset="0x00000003" nodeset="0x00000001" complete_nodeset="0x00000001" allowed_nodeset="0x00000001" \
        gp_index="1">
            <object type="NUMANode" os_index="0" cpuset="0x00000003" complete_cpuset="0x00000003" \
        nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="2" local_memory="8589934592"/>
            <object type="Core" os_index="0" cpuset="0x00000001" complete_cpuset="0x00000001" nodeset="0x00000001" \
        complete_nodeset="0x00000001" gp_index="3">
              <object type="PU" os_index="0" cpuset="0x00000001" complete_cpuset="0x00000001" nodeset="0x00000001" \
        complete_nodeset="0x00000001" gp_index="4"/>
            </object>
            <object type="Core" os_index="1" cpuset="0x00000002" complete_cpuset="0x00000002" nodeset="0x00000001" \
        complete_nodeset="0x00000001" gp_index="5">
              <object type="PU" os_index="1" cpuset="0x00000002" complete_cpuset="0x00000002" nodeset="0x00000001" \
        complete_nodeset="0x00000001" gp_index="6"/>
            </object>
          </object>
        </topology>
        """
      try Data(xml.utf8).write(to: folder.appendingPathComponent("machine.xml"))
      let result = try AssayProcess.run(
        ["sweep", "resnet-small", "--dry-run", "--from", "machine.xml", "--threads", "2", "--instances", "1"],
        in: folder)
      #expect(result.status == 0, "\(result.error)")
      #expect(result.output.contains("0-1"), "\(result.output)")
      try Data(xml.dropLast(40).utf8).write(to: folder.appendingPathComponent("damaged.xml"))
      let damaged = try AssayProcess.run(
        ["sweep", "resnet-small", "--dry-run", "--from", "damaged.xml"], in: folder)
      #expect(damaged.status == 65, "\(damaged.error)")
      #expect(damaged.error.contains("damaged.xml"), "\(damaged.error)")
      let nonsense = try AssayProcess.run(
        ["sweep", "resnet-small", "--dry-run", "--synthetic", "nonsense:"], in: folder)
      #expect(nonsense.status == 65 && nonsense.error.contains("nonsense:"), "\(nonsense.error)")
    }
  }

  @Test(
    arguments: [
      ([], "workload"),
      (["resnet-small", "--goal", "speed"], "speed"),
      (["resnet-small", "--goal", "latency<=15"], "with ns, us, ms or s"),
      (["resnet-small", "--budget", "soon"], "soon"),
      (["resnet-small", "--budget", "0s"], "0s"),
      (["resnet-small", "--budget", "1e300h"], "1e300h"),
      (["resnet-small", "--smt", "all"], "all"),
      (["resnet-small", "--oversubscribe"], "--oversubscribe"),
      (["resnet-small", "--threads", "0"], "--threads"),
      (["resnet-small", "--round", "0"], "--round"),
      (["resnet-small", "--timeout", "0"], "timeout"),
      (["resnet-smal"], "resnet-small"),
      (["resnet-small", "--from", "x.xml"], "--dry-run"),
      (["resnet-small", "--synthetic", "pu:2"], "--dry-run"),
      (["resnet-small", "--dry-run", "--from", "x.xml", "--synthetic", "pu:2"], "--synthetic"),
      (["resnet-small", "--dry-run", "--svg", "x.svg"], "--svg"),
      (["resnet-small", "--shape", "x=1"], "--shape"),
      (["resnet-small", "--placement", "compct"], "compct"),
      (["resnet-small", "--precision", "fp23"], "fp32"),
      (["resnet-small", "--engine", "openblass"], "openblas"),
      (["--resume", "x.json", "--budget", "5s"], "--budget"),
      (["resnet-small", "--resume", "x.json"], "resnet-small"),
      (["resnet-small", "--memory-policy", "strict"], "strict"),
    ] as [([String], String)])
  func aWrongOptionIsNamed(arguments: [String], named: String) throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(["sweep"] + arguments, in: folder)
      #expect(!result.wasSignalled)
      #expect(result.status == 64, "\(result.status): \(result.error)")
      #expect(result.error.contains(named), "\(result.error)")
      #expect(result.output == "")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    }
  }
}
