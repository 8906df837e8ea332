import AppTestSupport
import Foundation
import LoadGen
import Records
import Testing

private struct Refusal: Sendable {
  let words: String
  let status: Int32
  let part: String

  init(_ words: String, _ status: Int32, _ part: String) {
    self.words = words
    self.status = status
    self.part = part
  }
}

private let refusals = [
  Refusal("run", 64, "--system"),
  Refusal("run resnet-small --system null", 64, "not both"),
  Refusal("run --system sleep", 64, "sleep"),
  Refusal("run --system null --precision int8", 64, "leave --precision out"),
  Refusal("run --system null --engine openblas", 64, "leave --engine out"),
  Refusal("run --system null --placement scatter", 64, "leave --placement out"),
  Refusal("run --system null --scenario Server", 64, "--target-qps"),
  Refusal("run resnet-small --max-batch 4", 64, "--max-batch"),
  Refusal("run resnet-small --instances 2 --threads 1", 64, "one instance"),
  Refusal("run --system null --user-conf none.conf", 66, "none.conf"),
  Refusal("run --system null --output-dir /proc/none", 73, "/proc/none"),
  Refusal("check nowhere", 1, "nowhere"),
]

private let misbehaving = ["silent", "twice:every=3", "fail:every=5", "throw:every=5", "unknown:every=4"]

@Suite struct MLPerfRunTests {
  private struct Document: Decodable {
    let label: String
    let headlines: [Headline]
    let validity: Validity
    let result: TestResult
    let batching: Batching?
    let fidelity: Fidelity?

    struct Batching: Decodable {
      let samples: Int
      let instances: [Instance]
    }

    struct Instance: Decodable {
      let samples: Int
    }
  }

  private func run(_ arguments: [String], in folder: URL, status: Int32 = 0) throws -> Document {
    let result = try AssayProcess.run(["mlperf", "run", "--json"] + arguments, in: folder)
    #expect(result.status == status, "\(arguments): \(result.error)")
    return try JSONDecoder().decode(Document.self, from: Data(result.output.utf8))
  }

  private static let short = ["--min-duration", "200ms", "--performance-sample-count", "40", "--target-qps", "2000"]

  @Test("A stand-in is tested in every scenario and mode, and its logs are believed", arguments: TestScenario.allCases)
  func standIn(scenario: TestScenario) throws {
    try AssayProcess.withFolder { folder in
      // Whether answers are quick is the machine's business.
      let arguments =
        ["--system", "null", "--scenario", scenario.rawValue] + Self.short
        + (scenario == .server ? ["--target-latency", "10s"] : [])
      let document = try run(arguments + ["--output-dir", "performance"], in: folder)
      #expect(document.validity.isValid && document.validity.isClean)
      #expect(document.label == "not comparable with MLPerf")
      #expect(document.headlines.first?.value ?? 0 > 0)
      #expect(document.result.loadedSet.count == (scenario == .multiStream ? 47 : 40))
      let accuracy = try run(arguments + ["--mode", "accuracy", "--output-dir", "accuracy"], in: folder)
      #expect(accuracy.result.completedCount == 40)
      for logs in ["performance", "accuracy"] {
        let check = try AssayProcess.run(["mlperf", "check", logs], in: folder)
        #expect(check.status == 0, "\(check.output)\(check.error)")
      }
      let responses = try JSONDecoder().decode(
        [Response].self, from: Data(contentsOf: folder.appendingPathComponent("accuracy/mlperf_log_accuracy.json")))
      #expect(Set(responses.map(\.qsl_idx)) == Set(0..<40))
      #expect(responses.allSatisfy { $0.data.count == 16 })
    }
  }

  private struct Response: Decodable {
    let qsl_idx: Int
    let data: String
  }

  @Test("A system that misbehaves is reported as such, in bounded time and with exit code 1", arguments: misbehaving)
  func faults(words: String) throws {
    try AssayProcess.withFolder { folder in
      let document = try run(
        ["--system", words, "--scenario", "Server", "--answer-timeout", "300ms"] + Self.short, in: folder, status: 1)
      let faults = document.result.faults
      let counts = [
        "silent": faults.unanswered, "twice": faults.duplicates, "fail": faults.failed, "throw": faults.failed,
        "unknown": faults.unknown,
      ]
      let name = String(words.prefix { $0 != ":" })
      #expect(try #require(counts[name]) > 0)
      #expect(faults.errorCount >= counts[name] ?? 0)
      #expect(!document.validity.isClean)
    }
  }

  @Test("A model is served: answered on the thread that issues, or batched for its instances")
  func model() throws {
    try AssayProcess.withFolder { folder in
      let common = ["resnet-small", "--min-duration", "300ms", "--total-sample-count", "32", "--threads", "1"]
      let single = try run(common + ["--precision", "int8"], in: folder)
      #expect(single.batching == nil)
      #expect(single.result.sampleCount >= 64)
      let server = try run(
        common + [
          "--scenario", "Server", "--target-qps", "400", "--target-latency", "10s", "--max-batch", "4", "--max-wait",
          "1ms",
        ], in: folder)
      #expect(server.batching?.samples == server.result.sampleCount)
      #expect(server.batching?.instances.map(\.samples) == [server.result.sampleCount])
      let offline = try run(common + ["--scenario", "Offline", "--mode", "accuracy"], in: folder)
      #expect(offline.result.completedCount == 32)
      #expect(offline.batching?.samples == 32)
    }
  }

  @Test("An accuracy run is scored against FP32, and its logs are believed with the score")
  func score() throws {
    try AssayProcess.withFolder { folder in
      let common = ["resnet-small", "--mode", "accuracy", "--total-sample-count", "32", "--scenario", "MultiStream"]
      let scored = try run(common + ["--precision", "int8", "--output-dir", "logs"], in: folder)
      let fidelity = try #require(scored.fidelity)
      #expect(fidelity.samples == 32 && fidelity.decisions == 32)
      #expect((10.0...60).contains(fidelity.sqnrDecibels ?? 0))
      let line = try String(contentsOf: folder.appendingPathComponent("logs/accuracy.txt"), encoding: .utf8)
      #expect(line.hasPrefix("top-1 agreement with FP32=") && line.contains("total=32\nhash="))
      #expect(try AssayProcess.run(["mlperf", "check", "logs"], in: folder).status == 0)
      // FP32 is what others are held against, by whatever name, and who does not want a second run gets none.
      let fp32 = common + ["--precision", "FP32", "--output-dir", "logs", "--overwrite"]
      #expect(try run(fp32, in: folder).fidelity == nil)
      let reference = try String(contentsOf: folder.appendingPathComponent("logs/accuracy.txt"), encoding: .utf8)
      #expect(reference.hasPrefix("FP32, which other precisions are held against, total=32\nhash="))
      #expect(try AssayProcess.run(["mlperf", "check", "logs"], in: folder).status == 0)
      #expect(try run(common + ["--precision", "int8", "--no-score"], in: folder).fidelity == nil)
      let performance = ["resnet-small", "--precision", "int8", "--min-duration", "100ms"]
      #expect(try run(performance, in: folder).fidelity == nil)
    }
  }

  @Test("Who interrupts while FP32 runs for the score gets what was measured", arguments: [SIGINT, SIGTERM])
  func interruptedScore(signal: Int32) throws {
    try AssayProcess.withFolder { folder in
      let running = try AssayProcess.start(
        [
          "mlperf", "run", "resnet-small", "--mode", "accuracy", "--precision", "int8", "--total-sample-count", "1000",
          "--threads", "1", "--json", "--output-dir", "logs",
        ], in: folder)
      let log = folder.appendingPathComponent("logs/mlperf_log_detail.txt").path
      #expect(running.wait { FileManager.default.fileExists(atPath: log) })
      kill(running.process.processIdentifier, signal)
      let result = running.wait()
      #expect(!result.wasSignalled && result.status == 130, "\(result.error)")
      #expect(result.error.contains("not scored: interrupted."), "\(result.error)")
      let document = try JSONDecoder().decode(Document.self, from: Data(result.output.utf8))
      #expect(document.result.completedCount == 1000 && document.fidelity == nil)
      #expect(try AssayProcess.run(["mlperf", "check", "logs"], in: folder).status == 0)
    }
  }

  @Test("A score of other responses does not stay beside new ones")
  func staleScore() throws {
    try AssayProcess.withFolder { folder in
      let common = ["resnet-small", "--mode", "accuracy", "--total-sample-count", "8", "--output-dir", "logs"]
      _ = try run(common, in: folder)
      let score = folder.appendingPathComponent("logs/accuracy.txt")
      #expect(FileManager.default.fileExists(atPath: score.path))
      _ = try run(common + ["--no-score", "--overwrite"], in: folder)
      #expect(!FileManager.default.fileExists(atPath: score.path))
      try "accuracy=1%\n".write(to: folder.appendingPathComponent("lone.txt"), atomically: true, encoding: .utf8)
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("other"), withIntermediateDirectories: true)
      try FileManager.default.moveItem(
        at: folder.appendingPathComponent("lone.txt"), to: folder.appendingPathComponent("other/accuracy.txt"))
      let refused = try AssayProcess.run(
        ["mlperf", "run"] + common.dropLast() + ["other"], in: folder)
      #expect(refused.status == 73 && refused.error.contains("accuracy.txt"), "\(refused.error)")
    }
  }

  @Test("What decides nothing in a scenario is said")
  func withoutEffect() throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(
        ["mlperf", "run", "--system", "null", "--arrivals", "constant", "--target-latency", "1ms"] + Self.short,
        in: folder)
      #expect(result.status == 0)
      #expect(
        result.error.contains("assay: without effect in SingleStream: --target-qps, --arrivals, --target-latency."),
        "\(result.error)")
      let server = try AssayProcess.run(
        ["mlperf", "run", "--system", "null", "--scenario", "Server", "--target-latency", "1ms"] + Self.short,
        in: folder)
      #expect(!server.error.contains("without effect"))
      let accuracy = try AssayProcess.run(
        [
          "mlperf", "run", "--system", "null", "--mode", "accuracy", "--expected-latency", "1ms", "--log-seed", "3",
          "--max-duration", "5s", "--accuracy-sample-count", "8",
        ] + Self.short, in: folder)
      #expect(
        accuracy.error.contains(
          "SingleStream's accuracy mode: --target-qps, --expected-latency, --min-duration, --log-seed."),
        "\(accuracy.error)")
      #expect(accuracy.status == 0, "\(accuracy.error)")
    }
  }

  @Test("The same sample gives the same bytes in every scenario, and audits notice systems that cheat")
  func audits() throws {
    try AssayProcess.withFolder { folder in
      let short = ["--min-duration", "200ms", "--performance-sample-count", "32"]
      for (audit, words, status): (String, [String], Int32) in [
        ("TEST01", ["--system", "noise"], 1), ("TEST04", ["--system", "cache:time=2ms,entries=8"], 1),
      ] {
        let result = try AssayProcess.run(["mlperf", "audit", audit] + words + short, in: folder)
        #expect(result.status == status, "\(audit) \(words): \(result.output)\(result.error)")
      }
      // Whether the speed stays within 10 % is the machine's business; the bytes are ours.
      let model = try AssayProcess.run(
        ["mlperf", "audit", "TEST01", "resnet-small", "--scenario", "Offline", "--json", "--max-batch", "4"] + short,
        in: folder)
      let checks = try #require(AssayProcess.json(model.output)["checks"] as? [[String: Any]])
      let bytes = try #require(checks.first { $0["name"] as? String == "accuracy" })
      #expect(bytes["passes"] as? Bool == true, "\(model.output)\(model.error)")
    }
  }

  @Test("The largest rate of a stand-in lies below what it can do")
  func peak() throws {
    try AssayProcess.withFolder { folder in
      let result = try AssayProcess.run(
        [
          "mlperf", "peak", "--system", "sleep:2ms", "--target-latency", "200ms", "--min-duration", "1s", "--budget",
          "12s", "--width", "50%", "--json",
        ], in: folder)
      let document = try AssayProcess.json(result.output)
      let answer = try #require(document["answer"] as? [String: Any], "\(result.error)")
      let runs = try #require(document["runs"] as? [[String: Any]])
      #expect(answer["runs"] as? Int == runs.count)
      #expect(!runs.isEmpty)
      // One thread that takes at least 2 ms a sample answers at most 500 a second. Of what is due within 1 s it may answer the
      // last 200 ms later, so that 600 can be valid; a rate of 700 has so few only with a probability below 1e-4.
      if let valid = answer["valid"] as? Double { #expect(valid > 0 && valid < 700) }
    }
  }

  @Test("A submission tree is made of logs that are believed, and nothing is replaced")
  func package() throws {
    try AssayProcess.withFolder { folder in
      for mode in ["performance", "accuracy"] {
        _ = try run(["--system", "null", "--mode", mode, "--output-dir", mode] + Self.short, in: folder)
      }
      let arguments = [
        "mlperf", "package", "--submitter", "Someone", "--benchmark", "resnet50", "--system-name", "server",
        "--performance", "performance", "--accuracy", "accuracy", "--score", "accuracy=100.0%", "--output-dir", "tree",
      ]
      let made = try AssayProcess.run(arguments, in: folder)
      #expect(made.status == 0, "\(made.error)")
      let root = folder.appendingPathComponent("tree/open/Someone")
      let system = try AssayProcess.json(at: root.appendingPathComponent("systems/server.json"))
      #expect(system.count == 35)
      let scenario = root.appendingPathComponent("results/server/resnet50/SingleStream")
      for name in [
        "performance/run_1/mlperf_log_detail.txt", "accuracy/accuracy.txt", "accuracy/mlperf_log_accuracy.json",
      ] {
        #expect(FileManager.default.fileExists(atPath: scenario.appendingPathComponent(name).path), "\(name)")
      }
      let score = try String(contentsOf: scenario.appendingPathComponent("accuracy/accuracy.txt"), encoding: .utf8)
      #expect(score.contains("accuracy=100.0%") && score.contains("hash="))
      #expect(try AssayProcess.run(arguments, in: folder).status == 73)
      // Damage is found, and refused.
      let log = folder.appendingPathComponent("performance/mlperf_log_detail.txt")
      let text = try String(contentsOf: log, encoding: .utf8)
      try text.replacing("\"VALID\"", with: "\"INVALID\"").write(to: log, atomically: true, encoding: .utf8)
      #expect(try AssayProcess.run(["mlperf", "check", "performance"], in: folder).status == 1)
      let refused = try AssayProcess.run(arguments.dropLast() + ["other"], in: folder)
      #expect(refused.status != 0)
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("other").path))
    }
  }

  @Test("Bad arguments get one sentence and a code", arguments: refusals)
  fileprivate func refused(_ refusal: Refusal) throws {
    try AssayProcess.withFolder { folder in
      let words = refusal.words.split(separator: " ").map(String.init)
      let result = try AssayProcess.run(["mlperf"] + words, in: folder)
      #expect(result.status == refusal.status, "\(result.output)\(result.error)")
      #expect((result.error + result.output).contains(refusal.part), "\(result.output)\(result.error)")
    }
  }
}
