import AppTestSupport
import Foundation
import Testing

/// Real workers: where their threads and memory are seen is where they were placed, and what is not is marked.
@Suite(.serialized) struct PlacementRunTests {
  private static let hasTwoPUs = Placed.pus.count >= 2
  private static let onePU: Comment = "this process may use one PU alone"

  /// Every round of a cell was seen where it was placed: threads on their PUs, library threads inside, memory on the nodes.
  private static func expectPlaced(_ cell: [String: Any]) throws {
    let id = cell["id"] as? String ?? ""
    let instances = try Placed.instances(cell)
    let rounds = Placed.rounds(cell)
    #expect(!rounds.isEmpty, "\(id)")
    for round in rounds {
      let performances = try Placed.performances(round)
      #expect(performances.map { $0["observedCPUs"] as? [[Int]] } == instances.map { $0.map { [$0] } }, "\(id)")
      for (performance, pus) in zip(performances, instances) {
        let observed = try #require(performance["placement"] as? [String: Any], "\(id)")
        let threads = try #require(observed["threads"] as? [[String: Any]])
        #expect(threads.count == pus.count)
        let queries = (performance["latencies"] as? [Int])?.count
        for (thread, pu) in zip(threads, pus) {
          let cpus = try #require(thread["cpus"] as? [[String: Int]])
          #expect(cpus == [["cpu": pu, "queries": queries ?? 0]], "\(id)")
          #expect(thread["migrations"] as? Int == 0)
          #expect(thread["firstStray"] == nil)
        }
        let others = try #require(observed["others"] as? [String: Any])
        #expect(others["unboundCPUs"] as? [Int] == [], "\(id)")
        #expect((observed["memory"] == nil) != (observed["memoryUnavailable"] == nil))
      }
    }
  }

  @Test func oneInstanceRunsWhereItWasPlaced() throws {
    try AssayProcess.withFolder { folder in
      let last = try #require(Placed.pus.last)
      // The last PU is nobody's default.
      let (result, cells) = try Placed.run(["--placement", "\(last)"], in: folder)
      try #require(cells.count == 1)
      #expect(try Placed.instances(cells[0]) == [[last]])
      try Self.expectPlaced(cells[0])
      #expect(try AssayProcess.isValidRecord(folder.appendingPathComponent("record.json")))
      #expect(!result.output.contains("moved:"))
    }
  }

  @Test(.enabled(if: hasTwoPUs, onePU))
  func instancesRunTogetherWhereTheyWerePlaced() throws {
    try AssayProcess.withFolder { folder in
      let (_, cells) = try Placed.run(["--instances", "1,2", "--threads", "1"], in: folder)
      try #require(cells.count == 2)
      for cell in cells { try Self.expectPlaced(cell) }
      let windows = try Placed.performances(Placed.rounds(cells[1])[0]).map { performance in
        let begin = try #require(performance["begin"] as? Int)
        return begin..<(begin + (try #require(performance["duration"] as? Int)))
      }
      try #require(windows.count == 2)
      #expect(windows[0].overlaps(windows[1]), "\(windows)")
      #expect(Set(try Placed.instances(cells[1]).flatMap(\.self)).count == 2)
      #expect(try AssayProcess.isValidRecord(folder.appendingPathComponent("record.json")))
      let summary = try Placed.summary(folder.appendingPathComponent("record.json"), in: folder)
      let shown = try #require(summary["cells"] as? [[String: Any]])
      #expect(shown.map { $0["isMisplaced"] as? Bool } == [false, false])
      #expect(shown.allSatisfy { (($0["throughput"] as? [String: Any])?["mean"] as? Double ?? 0) > 0 })
    }
  }

  @Test func oversubscribedInstancesShareTheirPUs() throws {
    try AssayProcess.withFolder { folder in
      let pu = Placed.pus[0]
      let (_, cells) = try Placed.run(["--placement", "\(pu)_\(pu)", "--oversubscribe"], in: folder)
      try #require(cells.count == 1)
      #expect(try Placed.instances(cells[0]) == [[pu], [pu]])
      #expect(try Placed.placement(cells[0])["oversubscribed"] as? Bool == true)
      try Self.expectPlaced(cells[0])
    }
  }

  /// The worker has a second life, in which it is bound already.
  @Test func aWorkerIsBoundWhenItStarts() throws {
    try AssayProcess.withFolder { folder in
      let last = try #require(Placed.pus.last)
      let running = try AssayProcess.start(
        Placed.quick + ["--min-duration", "1", "--placement", "\(last)", "--output", "record.json"], in: folder)
      var lives: Set<[String]> = []
      var allowed: String?
      let reached = running.wait {
        guard let worker = running.worker else { return false }
        let arguments = Placed.arguments(worker)
        lives.insert(arguments)
        guard arguments == ["assay", "worker"] else { return false }
        allowed = Placed.field("Cpus_allowed_list", of: "/proc/\(worker)/status")
        return true
      }
      #expect(reached, "\(lives)")
      #expect(allowed == "\(last)")
      #expect(running.wait().status == 0)
    }
  }

  // MARK: Moved threads

  @Test(.enabled(if: hasTwoPUs, onePU))
  func aThreadThatIsMovedFromOutsideMarksItsRow() throws {
    try AssayProcess.withFolder { folder in
      let record = folder.appendingPathComponent("record.json")
      let (own, other) = (Placed.pus[0], Placed.pus[1])
      let running = try AssayProcess.start(
        [
          "run", "--workload", "bert-small", "--precision", "fp32", "--scenario", "Offline", "--rounds", "1",
          "--min-duration", "2", "--max-warm-up", "0.1", "--placement", "\(own)", "--output", record.path,
        ], in: folder)
      var moves = 0
      // Again and again: the worker pins its threads when it makes them.
      _ = running.wait {
        for worker in Placed.children(running.process.processIdentifier)
        where Placed.arguments(worker) == ["assay", "worker"] {
          if Placed.move(worker, to: other) { moves += 1 }
        }
        return false
      }
      let result = running.wait()
      #expect(result.status == 0, "\(result.error)")
      #expect(moves > 0)
      let performance = try Placed.performances(Placed.rounds(Placed.cells(record)[0])[0])[0]
      let seen = try #require(performance["observedCPUs"] as? [[Int]])
      #expect(seen.count == 1 && seen[0].contains(other), "\(seen)")
      let observed = try #require(performance["placement"] as? [String: Any])
      let thread = try #require((observed["threads"] as? [[String: Any]])?.first)
      #expect(thread["firstStray"] is Int)
      #expect(result.output.contains("moved: a thread was seen on another CPU than its own"), "\(result.output)")
      let shown = try #require(try Placed.summary(record, in: folder)["cells"] as? [[String: Any]])
      #expect(shown.map { $0["isMisplaced"] as? Bool } == [true])
      #expect(try AssayProcess.isValidRecord(record))
    }
  }

  // MARK: Memory

  @Test(arguments: ["local", "interleave", "bind"])
  func aMemoryPolicyIsKeptAndSeen(policy: String) throws {
    try AssayProcess.withFolder { folder in
      let record = folder.appendingPathComponent("record.json")
      let result = try AssayProcess.run(
        Placed.quick + ["--threads", "1", "--memory-policy", policy, "--output", record.path], in: folder)
      if result.status == 64, result.error.contains("needs NUMA nodes, and none is known here") { return }
      let cell = try #require(try Placed.cells(record).first)
      if let failure = cell["failure"] as? [String: Any] {
        // Containers may forbid it, and then that is said.
        #expect(result.status == 1)
        #expect((failure["reason"] as? String)?.hasPrefix("The system refuses the memory policy \(policy)") == true)
        return
      }
      #expect(result.status == 0, "\(result.error)")
      #expect((cell["id"] as? String)?.hasSuffix("/memory-\(policy)") == true)
      let asked = try #require(try Placed.placement(cell)["memory"] as? [String: Any])
      #expect(asked["policy"] as? String == policy)
      let nodes = try #require((asked["nodes"] as? [[Int]])?.first)
      #expect(!nodes.isEmpty)
      try Self.expectPlaced(cell)
      let performance = try Placed.performances(Placed.rounds(cell)[0])[0]
      if let memory = (performance["placement"] as? [String: Any])?["memory"] as? [String: Any] {
        let seen = try #require(memory["nodes"] as? [[String: Int]])
        let all = seen.reduce(0) { $0 + ($1["bytes"] ?? 0) }
        let own = seen.filter { nodes.contains($0["node"] ?? -1) }.reduce(0) { $0 + ($1["bytes"] ?? 0) }
        #expect(all > 0)
        #expect(own * 20 >= all * 19, "\(seen)")
      }
      let shown = try #require(try Placed.summary(record, in: folder)["cells"] as? [[String: Any]])
      #expect(shown.map { $0["isMisplaced"] as? Bool } == [false])
    }
  }

  @Test func smallPagesAreSmall() throws {
    try AssayProcess.withFolder { folder in
      let (_, cells) = try Placed.run(["--threads", "1", "--huge-pages", "off"], in: folder)
      let cell = try #require(cells.first)
      #expect((cell["id"] as? String)?.hasSuffix("/small-pages") == true)
      try Self.expectPlaced(cell)
      let performance = try Placed.performances(Placed.rounds(cell)[0])[0]
      let memory = (performance["placement"] as? [String: Any])?["memory"] as? [String: Any]
      if let bytes = memory?["hugeBytes"] as? Int { #expect(bytes == 0) }
    }
  }

  // MARK: Threads of BLAS

  @Test(.enabled(if: hasTwoPUs, onePU))
  func theLibrarysThreadsAreBoundToo() throws {
    try AssayProcess.withFolder { folder in
      let (_, cells) = try Placed.run(
        ["--engine", "openblas", "--threads", "2", "--blas-threads", "2"], in: folder)
      let cell = try #require(cells.first)
      #expect(cell["id"] as? String == "bert-small/fp32/openblas/t2/b1/Offline/blas2")
      let round = try #require(Placed.rounds(cell).first, "\(cell)")
      let blas = try #require((round["observation"] as? [String: Any])?["blas"] as? [String: Any])
      #expect(blas["threadsPerCall"] as? Int == 2)
      let performance = try Placed.performances(round)[0]
      // The team is the thread that calls.
      #expect(performance["observedCPUs"] as? [[Int]] == [[try Placed.instances(cell)[0][0]]])
      let others = try #require(
        (performance["placement"] as? [String: Any])?["others"] as? [String: Any])
      #expect((others["count"] as? Int ?? 0) >= 1)
      #expect(others["unboundCPUs"] as? [Int] == [])
      let record = folder.appendingPathComponent("record.json")
      let shown = try #require(try Placed.summary(record, in: folder)["cells"] as? [[String: Any]])
      #expect(shown.map { $0["isMisplaced"] as? Bool } == [false])
      #expect(try AssayProcess.isValidRecord(record))
    }
  }

  /// Each on a PU of its own: what the system itself says of the worker's threads.
  @Test(.enabled(if: hasTwoPUs, onePU))
  func everyThreadOfTheLibraryHasAPUOfItsOwn() throws {
    try AssayProcess.withFolder { folder in
      let running = try AssayProcess.start(
        Placed.quick + [
          "--engine", "openblas", "--threads", "2", "--blas-threads", "2", "--min-duration", "1", "--output",
          "record.json",
        ], in: folder)
      var seen: [String] = []
      let reached = running.wait {
        guard let worker = running.worker, Placed.arguments(worker) == ["assay", "worker"] else { return false }
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(worker)/task")) ?? []
        seen = tasks.compactMap { Placed.field("Cpus_allowed_list", of: "/proc/\(worker)/task/\($0)/status") }
        return seen.count == 2 && Set(seen).count == 2 && seen.allSatisfy { Int($0) != nil }
      }
      #expect(reached, "\(seen)")
      #expect(running.wait().status == 0)
    }
  }

  // MARK: Refusals

  @Test(arguments: [
    (["--threads", "1", "--blas-threads", "4", "--engine", "openblas"], "--blas-threads"),
    (["--threads", "1", "--blas-threads", "2", "--engine", "reference"], "--engine openblas"),
    (["--threads", "\(Placed.pus.count + 1)"], "--oversubscribe"),
    (["--threads", "1", "--instances", "\(Placed.pus.count + 1)"], "--oversubscribe"),
    (["--placement", "99999"], "99999"),
    (["--placement", "compct"], "compct"),
    (["--placement", "\(Placed.pus[0])_\(Placed.pus[0])"], "--oversubscribe"),
    (["--memory-policy", "strict"], "strict"),
    (["--huge-pages", "maybe"], "maybe"),
    (["--instances", "0"], "--instances"),
  ])
  func aPlacementThatCannotBeIsOneSentence(arguments: [String], named: String) throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(
        ["run", "--workload", "bert-small", "--output", "record.json"] + arguments, in: folder)
      #expect(result.status == 64, "\(result.error)")
      #expect(result.error.contains(named), "\(result.error)")
      #expect(result.output == "")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("record.json").path))
    }
  }

  @Test(.enabled(if: hasTwoPUs, onePU))
  func aKilledInstanceCostsItsCellAlone() throws {
    try AssayProcess.withFolder { folder in
      let record = folder.appendingPathComponent("record.json")
      let running = try AssayProcess.start(
        [
          "run", "--workload", "bert-small,resnet-small", "--precision", "fp32", "--scenario", "Offline",
          "--instances", "2", "--threads", "1", "--rounds", "1", "--min-duration", "1", "--max-warm-up", "0.1",
          "--output", record.path,
        ], in: folder)
      var killed: Int32?
      let reached = running.wait {
        let workers = Placed.children(running.process.processIdentifier)
          .filter { Placed.arguments($0) == ["assay", "worker"] }
        guard workers.count == 2, let last = workers.last else { return false }
        killed = last
        return kill(last, SIGKILL) == 0
      }
      #expect(reached)
      let result = running.wait()
      #expect(result.status == 1, "\(result.error)")
      let cells = try Placed.cells(record)
      try #require(cells.count == 2)
      let reason = (cells[0]["failure"] as? [String: Any])?["reason"] as? String ?? ""
      #expect(reason.hasPrefix("instance ") && reason.contains(" of 2: killed by signal 9 (SIGKILL"), "\(reason)")
      #expect(cells[1]["failure"] == nil && Placed.rounds(cells[1]).count == 1)
      if let killed { #expect(kill(killed, 0) != 0) }
    }
  }

  // MARK: Repro

  private static let last = Placed.pus.count

  @Test(arguments: [
    ["--threads", "1"], ["--placement", "scatter"], ["--placement", "\(Placed.pus[0])"],
    ["--placement", "cores", "--placement", "E:N:1", "--memory-policy", "local,interleave,bind"],
    ["--huge-pages", "on", "--threads", "all"], ["--huge-pages", "off", "--threads", "1-\(last)"],
    ["--instances", "1-\(last)", "--threads", "1"], ["--instances", "2", "--threads", "\(last)", "--oversubscribe"],
    ["--placement", "compact,no-smt", "--instances", "\(last)", "--threads", "1", "--memory-policy", "bind"],
    ["--engine", "openblas", "--threads", "\(last)", "--blas-threads", "\(last)"],
  ])
  func theReproLinePlansTheSameCell(arguments: [String]) throws {
    try AssayProcess.withFolder { folder in
      func plan(_ words: [String]) throws -> [[String: Any]] {
        let result = try AssayProcess.run(["plan", "--json"] + words, in: folder)
        #expect(result.status == 0, "\(words): \(result.error)")
        return try #require(try AssayProcess.json(result.output)["cells"] as? [[String: Any]])
      }
      let cells = try plan(["--workload", "bert-small", "--precision", "fp32"] + arguments)
      #expect(!cells.isEmpty)
      for planned in cells {
        let repro = try #require(planned["repro"] as? String)
        #expect(repro.hasPrefix("assay run "))
        let again = try plan(Self.words(repro.dropFirst("assay run ".count)))
        #expect(again.count == 1)
        #expect(again.first?["cell"] as? NSDictionary == planned["cell"] as? NSDictionary, "\(repro)")
        #expect(again.first?["repro"] as? String == repro)
      }
    }
  }

  /// The words of a command line as a shell splits them.
  private static func words(_ line: Substring) throws -> [String] {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", "printf '%s\\n' \(line)"]
    let pipe = Pipe()
    shell.standardOutput = pipe
    try shell.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    shell.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
