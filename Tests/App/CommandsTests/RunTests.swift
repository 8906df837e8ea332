import AppTestSupport
import Foundation
import Testing

/// Whole runs of small workloads: what lands in the record, and what survives faults.
@Suite(.serialized) struct RunTests {
  private static let quickOptions = ["--threads", "1", "--min-duration", "0.05", "--max-warm-up", "0.2"]

  /// One thread, and two where this process may use two PUs.
  private static let threadCounts: String = {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let mask = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }?.dropFirst(13) ?? ""
    let allowed = mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    return allowed >= 2 ? "1,2" : "1"
  }()

  /// Sanitizers bring their own allocator, and nothing counts its calls. Assay is built as these tests are.
  private static let isSanitized: Bool = {
    let names: [String] = ["__asan_init", "__tsan_init", "__msan_init"]
    return names.contains { dlsym(nil, $0) != nil }
  }()

  private static func cells(_ record: URL) throws -> [[String: Any]] {
    try #require(try AssayProcess.json(at: record)["cells"] as? [[String: Any]])
  }

  private static func rounds(_ cell: [String: Any]) -> [[String: Any]] { cell["rounds"] as? [[String: Any]] ?? [] }

  /// What an engine says that it runs natively on this CPU.
  private static func nativePrecisions(of engine: String) throws -> Set<String> {
    try AssayProcess.withFolder { folder in
      let listing = try AssayProcess.json(AssayProcess.run(["list", "--json"], in: folder).output)
      let engines = try #require(listing["engines"] as? [[String: Any]])
      let found = try #require(engines.first { $0["name"] as? String == engine })
      let executions = try #require(found["executions"] as? [String: String])
      return Set(executions.filter { $0.value == "native" }.keys)
    }
  }

  @Test func aRunMeasuresEveryCellAndItsRecordIsValid() throws {
    try AssayProcess.withFolder { folder in
      let record = folder.appendingPathComponent("record.json")
      let result = try AssayProcess.run(
        [
          "run", "--workload", "resnet-small,bert-small,minilm-small", "--precision", "fp32,bf16,int8", "--scenario",
          "SingleStream,Offline", "--batch", "1", "--rounds", "2", "--engine", "native,openblas", "--output",
          record.path,
        ] + Self.quickOptions.dropFirst(2) + ["--threads", Self.threadCounts], in: folder)
      #expect(result.status == 0, "\(result.error)")
      let cells = try Self.cells(record)
      // Per workload and engine: two scenarios per thread count for what runs natively here, and a fidelity cell for BF16
      // and for INT8.
      let counts = Self.threadCounts.split(separator: ",").count
      let (native, openblas) = (try Self.nativePrecisions(of: "native"), try Self.nativePrecisions(of: "openblas"))
      #expect(openblas == ["fp32"])
      #expect(native.contains("fp32"))
      #expect(cells.count == 3 * (2 * counts * (native.count + openblas.count) + 2 * 2))
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
          #expect(performance["allocations"] as? Int == (Self.isSanitized ? nil : 0), "\(id)")
          let placement = try #require((cell["cell"] as? [String: Any])?["placement"] as? [String: Any])
          #expect(
            (performance["observedCPUs"] as? [[Int]])?.flatMap { $0 } == placement["pus"] as? [Int], "\(id)")
          let energy = try #require(performance["energy"] as? [String: Any])
          #expect(["measured", "unavailable"].contains(energy["kind"] as? String), "\(id)")
        }
      }
      #expect(try AssayProcess.isValidRecord(record))

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

  /// A finished record of one cell with one round, changed by `edit` before it is resumed with `arguments`.
  private static func resume(
    _ arguments: [String], in folder: URL, edit: (inout [String: Any]) throws -> Void
  ) throws -> (result: AssayProcess.Result, record: [String: Any]) {
    let file = folder.appendingPathComponent("record.json")
    let made = try AssayProcess.run(
      [
        "run", "--workload", "resnet-small", "--precision", "fp32", "--scenario", "Offline", "--rounds", "2",
        "--output", file.path,
      ] + quickOptions, in: folder)
    #expect(made.status == 0, "\(made.error)")
    var record = try AssayProcess.json(at: file)
    try edit(&record)
    try AssayProcess.unsealed(record).write(to: file)
    let result = try AssayProcess.run(["run", "--resume", file.path] + arguments, in: folder)
    return (result, try AssayProcess.json(at: file))
  }

  @Test(arguments: [false, true])
  func aFailedCellIsMeasuredAgainOnlyWhenAskedFor(retry: Bool) throws {
    try AssayProcess.withFolder { folder in
      let (result, record) = try Self.resume(retry ? ["--retry-failed"] : [], in: folder) { record in
        var cells = try #require(record["cells"] as? [[String: Any]])
        cells[0]["rounds"] = [[String: Any]]()
        cells[0]["failure"] = ["reason": "killed by signal 9 (SIGKILL)", "lastErrorLines": [String]()]
        record["cells"] = cells
      }
      #expect(result.status == (retry ? 0 : 1), "\(result.error)")
      let cell = try #require((record["cells"] as? [[String: Any]])?.first)
      #expect((cell["failure"] is [String: Any]) == !retry)
      #expect(Self.rounds(cell).count == (retry ? 2 : 0))
    }
  }

  @Test func aRecordOfAnotherBuildIsRefusedUnlessAccepted() throws {
    func edit(_ record: inout [String: Any]) throws {
      var tool = try #require(record["tool"] as? [String: Any])
      tool["version"] = "0.0.0-other"
      record["tool"] = tool
    }
    try AssayProcess.withFolder { folder in
      let (refused, _) = try Self.resume([], in: folder, edit: edit)
      #expect(refused.status == 7, "\(refused.error)")
      #expect(refused.error.contains("version: 0.0.0-other, now"), "\(refused.error)")
    }
    try AssayProcess.withFolder { folder in
      let (accepted, record) = try Self.resume(["--accept-other-machine"], in: folder, edit: edit)
      #expect(accepted.status == 0, "\(accepted.error)")
      let warnings = try #require(record["warnings"] as? [String])
      #expect(warnings.contains { $0.contains("version: 0.0.0-other, now") })
    }
  }

  @Test(arguments: [("timeout", 1e300), ("rounds", 1e18), ("minDuration", -1.0)])
  func aHostileSpecificationIsASentence(key: String, value: Double) throws {
    try AssayProcess.withFolder { folder in
      let (result, _) = try Self.resume([], in: folder) { record in
        var spec = try #require(record["spec"] as? [String: Any])
        spec[key] = key == "rounds" ? Int(value) as Any : value as Any
        record["spec"] = spec
        record["status"] = "incomplete"
        var cells = try #require(record["cells"] as? [[String: Any]])
        cells[0]["rounds"] = [[String: Any]]()
        record["cells"] = cells
      }
      #expect(!result.wasSignalled)
      #expect(result.status == 65, "\(result.error)")
      #expect(result.error.contains("its specification cannot be run"), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
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
