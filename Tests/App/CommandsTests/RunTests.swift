import Foundation
import Testing

/// Whole runs of small workloads: what lands in the record, and what survives faults.
@Suite(.serialized) struct RunTests {
  private static let quickOptions = ["--threads", "1", "--min-duration", "0.05", "--max-warm-up", "0.2"]

  private static func cells(_ record: URL) throws -> [[String: Any]] {
    try #require(try AssayProcess.json(at: record)["cells"] as? [[String: Any]])
  }

  private static func rounds(_ cell: [String: Any]) -> [[String: Any]] { cell["rounds"] as? [[String: Any]] ?? [] }

  @Test func aRunMeasuresEveryCellAndItsRecordIsValid() throws {
    try AssayProcess.withFolder { folder in
      let record = folder.appendingPathComponent("record.json")
      let result = try AssayProcess.run(
        [
          "run", "--workload", "resnet-small,bert-small,minilm-small", "--precision", "fp32,bf16,int8", "--scenario",
          "SingleStream,Offline", "--batch", "1", "--rounds", "2", "--output", record.path,
        ] + Self.quickOptions, in: folder)
      #expect(result.status == 0, "\(result.error)")
      let cells = try Self.cells(record)
      // Per workload: two scenarios at FP32 and a fidelity cell for each emulated precision.
      #expect(cells.count == 3 * (2 + 2))
      for cell in cells {
        let id = try #require(cell["id"] as? String)
        let rounds = Self.rounds(cell)
        #expect(rounds.count == cell["plannedRounds"] as? Int, "\(id)")
        for round in rounds {
          guard let performance = round["performance"] as? [String: Any] else {
            let fidelity = try #require(round["fidelity"] as? [String: Any], "\(id)")
            let cosine = try #require(fidelity["cosine"] as? Double)
            #expect(cosine > 0.9 && cosine <= 1.0000001, "\(id)")
            #expect(fidelity["sqnrDecibels"] as? Double ?? 0 > 10, "\(id)")
            continue
          }
          #expect((performance["latencies"] as? [Int])?.allSatisfy { $0 > 0 } == true, "\(id)")
          #expect(performance["allocations"] as? Int ?? 0 == 0, "\(id)")
          let placement = try #require((cell["cell"] as? [String: Any])?["placement"] as? [String: Any])
          #expect(
            (performance["observedCPUs"] as? [[Int]])?.flatMap { $0 } == placement["pus"] as? [Int], "\(id)")
          let energy = try #require(performance["energy"] as? [String: Any])
          #expect(["measured", "unavailable"].contains(energy["kind"] as? String), "\(id)")
        }
      }
      let validation = Process()
      validation.executableURL = AssayProcess.repository.appendingPathComponent("scripts/validate-record")
      validation.arguments = [record.path]
      try validation.run()
      validation.waitUntilExit()
      #expect(validation.terminationStatus == 0)

      let shown = try AssayProcess.run(["show", record.path], in: folder)
      #expect(shown.status == 0)
      #expect(shown.output.contains("resnet-small") && shown.output.contains("emulated"))
      #expect(
        try AssayProcess.json(AssayProcess.run(["show", record.path, "--json"], in: folder).output).isEmpty == false)
    }
  }

  @Test func theReproLineMeasuresItsCellAlone() throws {
    try AssayProcess.withFolder { folder in
      let record = folder.appendingPathComponent("record.json")
      let options = [
        "run", "--workload", "bert-small", "--precision", "fp32", "--scenario", "Offline", "--rounds", "1",
      ]
      _ = try AssayProcess.run(options + ["--output", record.path] + Self.quickOptions, in: folder)
      let first = try #require(try Self.cells(record).first)
      let repro = try #require(first["repro"] as? String).split(separator: " ").map(String.init)
      #expect(repro.first == "assay")
      let again = folder.appendingPathComponent("again.json")
      let result = try AssayProcess.run(Array(repro.dropFirst()) + ["--output", again.path], in: folder)
      #expect(result.status == 0, "\(result.error)")
      #expect(try Self.cells(again).map { $0["id"] as? String } == [first["id"] as? String])
    }
  }

  @Test func aKilledRunLeavesARecordThatResumeCompletes() throws {
    try AssayProcess.withFolder { folder in
      let record = folder.appendingPathComponent("record.json")
      let running = try AssayProcess.start(
        [
          "run", "--workload", "resnet-small,bert-small", "--precision", "fp32", "--scenario", "Offline", "--rounds",
          "4", "--output", record.path,
        ] + Self.quickOptions, in: folder)
      // After a few rounds, in the middle of another one.
      let reached = running.wait {
        ((try? Self.cells(record)) ?? []).reduce(0) { $0 + Self.rounds($1).count } >= 3
      }
      #expect(reached)
      let worker = running.worker
      kill(running.process.processIdentifier, SIGKILL)
      #expect(running.wait().wasSignalled)
      let before = try Self.cells(record)
      let finished = before.reduce(0) { $0 + Self.rounds($1).count }
      #expect(finished >= 3 && finished < 8)
      #expect(try AssayProcess.json(at: record)["status"] as? String == "incomplete")
      #expect(try AssayProcess.run(["show", record.path], in: folder).status == 0)
      // The worker goes with its run.
      if let worker {
        for _ in 0..<200 where kill(worker, 0) == 0 { usleep(10_000) }
        #expect(kill(worker, 0) != 0)
      }

      let resumed = try AssayProcess.run(["run", "--resume", record.path], in: folder)
      #expect(resumed.status == 0, "\(resumed.error)")
      let after = try Self.cells(record)
      #expect(after.allSatisfy { Self.rounds($0).count == 4 })
      #expect(try AssayProcess.json(at: record)["status"] as? String == "complete")
      for (old, new) in zip(before, after) {
        for (a, b) in zip(Self.rounds(old), Self.rounds(new)) { #expect(a as NSDictionary == b as NSDictionary) }
      }
    }
  }

  @Test func aKilledWorkerCostsItsCellAndTheRunGoesOn() throws {
    try AssayProcess.withFolder { folder in
      let record = folder.appendingPathComponent("record.json")
      let running = try AssayProcess.start(
        [
          "run", "--workload", "resnet-small,bert-small", "--precision", "fp32", "--scenario", "Offline", "--threads",
          "1", "--rounds", "2", "--min-duration", "1", "--max-warm-up", "0.2", "--output", record.path,
        ], in: folder)
      let reached = running.wait {
        ((try? Self.cells(record)) ?? []).contains { !Self.rounds($0).isEmpty } && running.worker != nil
      }
      #expect(reached)
      if let worker = running.worker { kill(worker, SIGKILL) }
      let result = running.wait()
      #expect(result.status == 1, "\(result.error)")
      let cells = try Self.cells(record)
      let failed = cells.filter { $0["failure"] is [String: Any] }
      #expect(failed.count == 1)
      #expect((failed.first?["failure"] as? [String: Any])?["reason"] as? String ?? "" ~= "SIGKILL")
      #expect(cells.filter { Self.rounds($0).count == 2 }.count == cells.count - 1)
      #expect(result.output.contains("SIGKILL"))
    }
  }

  @Test func anInterruptKeepsWhatIsDoneAndSaysHowToResume() throws {
    try AssayProcess.withFolder { folder in
      let record = folder.appendingPathComponent("record.json")
      let running = try AssayProcess.start(
        [
          "run", "--workload", "resnet-small", "--precision", "fp32", "--scenario", "Offline", "--rounds", "20",
          "--output", record.path,
        ] + Self.quickOptions, in: folder)
      #expect(running.wait { ((try? Self.cells(record)) ?? []).contains { !Self.rounds($0).isEmpty } })
      kill(running.process.processIdentifier, SIGINT)
      let result = running.wait()
      #expect(!result.wasSignalled)
      #expect(result.status == 130, "\(result.error)")
      #expect((result.output + result.error).contains("assay run --resume \(record.path)"))
      #expect(try AssayProcess.json(at: record)["status"] as? String == "incomplete")
    }
  }

  private static let canMount = geteuid() == 0 && mountTemporary(nil)

  /// Mounts a file system of 64 KiB on `folder`; with nil, tries whether that is allowed here at all.
  private static func mountTemporary(_ folder: URL?) -> Bool {
    guard let folder else {
      return
        (try? AssayProcess.withFolder { probe in
          guard mountTemporary(probe) else { return false }
          return umount(probe.path) == 0
        }) ?? false
    }
    return mount("assay-test", folder.path, "tmpfs", 0, "size=64k") == 0
  }

  @Test(.enabled(if: canMount, "needs the right to mount a small file system"))
  func aFullDiskIsReportedAndTheLastWholeRecordStays() throws {
    try AssayProcess.withFolder { folder in
      #expect(Self.mountTemporary(folder))
      defer { umount2(folder.path, Int32(MNT_DETACH)) }
      let record = folder.appendingPathComponent("record.json")
      // Thousands of latencies a round outgrow the file system after a few rounds.
      let result = try AssayProcess.withFolder { work in
        try AssayProcess.run(
          [
            "run", "--workload", "minilm-small", "--precision", "fp32", "--scenario", "SingleStream", "--rounds", "6",
            "--threads", "1", "--min-duration", "0.5", "--max-warm-up", "0.1", "--output", record.path,
          ], in: work)
      }
      #expect(result.status == 73, "\(result.error)")
      #expect(result.error.contains("No space left on device") || result.error.contains("disk"), "\(result.error)")
      // What is there is a whole record of an earlier state.
      #expect(try !Self.cells(record).isEmpty)
    }
  }
}

/// Whether the text on the left contains the one on the right.
private func ~= (text: String, part: String) -> Bool { text.contains(part) }
