import AppTestSupport
import Foundation
import Testing

private struct BadGate: Sendable {
  let arguments: [String]
  let status: Int32
  let part: String

  init(_ arguments: [String], _ part: String, _ status: Int32 = 64) {
    self.arguments = arguments
    self.status = status
    self.part = part
  }
}

private let badArguments: [BadGate] = [
  BadGate([], "There is no base; give --base with a record or a command"),
  BadGate(["--base", "a.json"], "There is no candidate"),
  BadGate(["--base", "a.json", "--candidate", "./assay"], "One side is a record"),
  BadGate(
    ["--base", "a.json", "--base-revision", "main", "--candidate", "b.json"], "--base and --base-revision name two"),
  BadGate(["--base", "'./assay", "--candidate", "./assay"], "a quote may be open"),
  BadGate(["--from", "t.json", "--base", "a.json"], "leave base and candidate out"),
  BadGate(["--from", "t.json", "--budget", "1m"], "leave --budget out"),
  BadGate(["--from", "t.json"], "t.json: cannot be opened", 66),
  BadGate(["--from", "record.json"], "record.json: not a trial", 65),
  BadGate(["--base", "record.json", "--candidate", "missing.json"], "missing.json: cannot be opened", 66),
  BadGate(["--base", "record.json", "--candidate", "record.json", "--", "--batch", "1"], "leave options after -- out"),
  BadGate(["--base", "x", "--candidate", "y", "--rounds", "5"], "--rounds is 6 to 1000"),
  BadGate(["--base", "x", "--candidate", "y", "--alpha", "0"], "--alpha is 0.01% to 50%"),
  BadGate(["--base", "x", "--candidate", "y", "--inconclusive", "maybe"], "--inconclusive is pass or fail"),
  BadGate(["--base", "x", "--candidate", "y", "--max-disturbed", "-1"], "--max-disturbed"),
  BadGate(["--base", "./none", "--candidate", "./none", "--output", "t.json"], "The ", 66),
  BadGate(["--base", "true", "--candidate", "true", "--output", "t.json"], "left no record that can be read", 69),
  BadGate(["--base", "false", "--candidate", "false", "--output", "t.json"], "left no record that can be read", 69),
  BadGate(["--base", "x", "--candidate", "y", "--limits", "none.yaml"], "none.yaml cannot be read", 66),
  BadGate(["--base", "x", "--candidate", "y", "--output", "record.json"], "record.json exists", 73),
  BadGate(["--base", "x", "--candidate", "y", "--output", "none/t.json"], "Cannot write none/t.json", 73),
  BadGate(["--base", "x", "--candidate", "y", "--junit", "/proc/none/x"], "/proc/none/x", 73),
  BadGate(
    ["--base", "record.json", "--candidate", "record.json", "--json", "--github"], "--json and --github both print"),
  BadGate(["--base", "record.json", "--candidate", "record.json", "--rounds", "9"], "leave --rounds out"),
  BadGate(
    ["--base", "record.json", "--candidate", "record.json", "--candidate-record", "c.json"],
    "leave --candidate-record out"),
  BadGate(
    ["--base", "record.json", "--candidate", "record.json", "--repository", "/"], "leave options of builds out"),
  BadGate(
    ["--base", "record.json", "--candidate", "x.json", "--junit", "record.json", "--overwrite"], "are one file"),
  BadGate(["--from", "record.json", "--markdown", "record.json", "--overwrite"], "are one file"),
  BadGate(
    ["--base", "x", "--candidate", "y", "--limits", "record.json", "--junit", "record.json", "--overwrite"],
    "are one file"),
  BadGate(
    ["--base", "x", "--candidate", "y", "--output", "record.json", "--junit", "record.json", "--overwrite"],
    "are one file"),
  BadGate(
    ["--base-revision", "main", "--candidate-revision", "main", "--repository", "/", "--output", "t.json"],
    "/ has no revision `main`", 66),
]

private let badLimits: [(text: String, part: String)] = [
  ("limits: {speed: 3%}", "there is no metric `speed`; known are latency, latency-p99, throughput"),
  ("limits: {latency: fast}", "the limit of latency is `3%`, `auto` or `off`, not `fast`"),
  ("limits: {latency: 3 3 %}", "the limit of latency is"), ("limits: {latency: 3}", "the limit of latency is"),
  ("limits: {latency: -1%}", "the limit of latency is"),
  ("limits: {latency: 0x10}", "the limit of latency is"), ("limits: {latency: nan}", "the limit of latency is"),
  ("limits: {accuracy: auto}", "accuracy does not scatter"), ("limits: {accuracy: lots}", "`1 point`"),
  ("limit: {latency: 3%}", "`limit` is none of the names"), ("cells: [{latency: 3%}]", "needs `match`"),
  ("cells: {latency: 3%}", "`cells` is a list"), ("limits: [3%]", "limits are names of metrics"),
  ("- a", "holds names and values"), ("", "holds names and values"), ("a: [", "is no YAML"),
  ("fail-on-improvement: maybe", "is true or false"),
]

/// Gates of this build against itself, and of what was made of its records.
@Suite(.serialized) struct GateCommandTests {
  private static let options = [
    "--workload", "minilm-small", "--precision", "fp32", "--threads", "1", "--batch", "1", "--scenario", "SingleStream",
    "--min-duration", "0.05", "--min-queries", "2", "--max-warm-up", "0.05", "--idle-time", "0",
  ]

  private static let record = Result {
    try AssayProcess.withFolder { folder -> Data in
      let run = try AssayProcess.run(["run", "--rounds", "6", "--output", "record.json"] + options, in: folder)
      try #require(run.status == 0, "\(run.error)")
      return try Data(contentsOf: folder.appending(path: "record.json"))
    }
  }

  private func gate(_ arguments: [String], _ body: (AssayProcess.Result, URL) throws -> Void) throws {
    try AssayProcess.withFolder { folder in
      try Self.record.get().write(to: folder.appending(path: "record.json"))
      try body(try AssayProcess.run(["gate"] + arguments, in: folder), folder)
    }
  }

  @Test(arguments: badArguments) fileprivate func badArgumentsGetOneSentence(_ bad: BadGate) throws {
    try gate(bad.arguments) { result, _ in
      #expect(result.status == bad.status, "\(result.error)")
      #expect(result.error.contains(bad.part), "\(result.error)")
      #expect(result.output == "")
    }
  }

  @Test(arguments: badLimits.map(\.text)) func badLimitsGetOneSentence(_ text: String) throws {
    let part = try #require(badLimits.first { $0.text == text }?.part)
    try AssayProcess.withFolder { folder in
      try text.write(to: folder.appending(path: "limits.yaml"), atomically: true, encoding: .utf8)
      let result = try AssayProcess.run(
        ["gate", "--base", "a.json", "--candidate", "b.json", "--limits", "limits.yaml"], in: folder)
      #expect(result.status == 65, "\(result.error)")
      #expect(result.error.contains(part), "\(result.error)")
    }
  }

  @Test func aProgramAgainstItselfHasAVerdictAndATrial() throws {
    let assay = "'\(AssayProcess.executable.path)'"
    let arguments = [
      "--base", assay, "--candidate", assay, "--rounds", "6", "--max-disturbed", "4", "--budget", "2m", "--output",
      "trial.json", "--markdown", "gate.md", "--junit", "gate.xml", "--seed", "3", "--json", "--",
    ]
    try gate(arguments + Self.options) { result, folder in
      // Whatever the noise is here, all but a verdict is a fault.
      #expect((0...3).contains(result.status), "\(result.error)")
      let outcome = try AssayProcess.json(result.output)
      let verdict = try #require(outcome["verdict"] as? String)
      #expect(verdict == ["pass", "regression", "inconclusive", "environment unfit"][Int(result.status)])
      let odds = try #require(outcome["odds"] as? [String: Any])
      #expect(odds["isPaired"] as? Bool == true)
      let cases = try #require(outcome["cases"] as? [[String: Any]])
      let effort = try #require(outcome["effort"] as? [String: Any])
      // Of a machine that is disturbed all the time nothing is judged.
      let isJudged = effort["rounds"] as? Int != 0
      let metrics = Set(cases.compactMap { $0["metric"] as? String })
      #expect(metrics == (isJudged ? ["latency", "memory"] : []))
      let page = try String(contentsOf: folder.appending(path: "gate.md"), encoding: .utf8)
      #expect(page.contains(verdict) && page.contains("p50 latency") == isJudged)
      #expect(try String(contentsOf: folder.appending(path: "gate.xml"), encoding: .utf8).contains("<testsuites"))

      // The trial alone gives the same figures.
      let again = try AssayProcess.run(["gate", "--from", "trial.json", "--json"], in: folder)
      #expect(again.output == result.output)
      if isJudged {
        // What the candidate measured is a record like others.
        let written = try AssayProcess.run(
          ["gate", "--from", "trial.json", "--candidate-record", "candidate.json"], in: folder)
        #expect(written.status == result.status, "\(written.error)")
        for command in [["verify", "candidate.json"], ["history", "add", "candidate.json", "--store", "h.sqlite"]] {
          let read = try AssayProcess.run(command, in: folder)
          #expect(read.status == 0, "\(read.output)\(read.error)")
        }
        let other = try AssayProcess.run(["compare", "candidate.json", "candidate.json"], in: folder)
        #expect(other.status == 0 && !other.output.contains("incomplete"), "\(other.output)")
      }
      #expect(again.status == result.status)
      let trial = try AssayProcess.json(at: folder.appending(path: "trial.json"))
      let rounds = try #require(trial["rounds"] as? [[String: Any]])
      let kept = rounds.count { $0["index"] != nil }
      #expect(!rounds.isEmpty && kept <= 6 && rounds.count - kept <= 5)
      #expect(kept == effort["rounds"] as? Int)
    }
  }

  @Test func whatCannotBeToldFailsUnlessItMayPass() throws {
    // Rounds under a limit of a millionth can neither pass nor regress.
    func run(_ policy: [String], _ body: (AssayProcess.Result) throws -> Void) throws {
      try gate([]) { _, folder in
        try "limits: {latency: 0.0001%, memory: off}".write(
          to: folder.appending(path: "limits.yaml"), atomically: true, encoding: .utf8)
        // The same figures of another day.
        var record = try AssayProcess.json(at: folder.appending(path: "record.json"))
        record["createdAt"] = "2025-03-01T12:00:00Z"
        try AssayProcess.unsealed(record).write(to: folder.appending(path: "again.json"))
        try body(
          try AssayProcess.run(
            ["gate", "--base", "record.json", "--candidate", "again.json", "--limits", "limits.yaml"] + policy,
            in: folder))
      }
    }
    try run([]) { result in
      #expect(result.status == 2, "\(result.output)")
      #expect(result.output.contains("Verdict: inconclusive"))
    }
    try run(["--inconclusive", "pass"]) { result in
      #expect(result.status == 0)
      #expect(result.output.contains("Verdict: inconclusive"))
    }
  }

  @Test func aRecordWhoseLatenciesDoubledIsARegression() throws {
    try gate([]) { _, folder in
      // Another record of the same cells: every query took three times as long, and windows too.
      var record = try AssayProcess.json(at: folder.appending(path: "record.json"))
      var cells = try #require(record["cells"] as? [[String: Any]])
      var rounds = try #require(cells[0]["rounds"] as? [[String: Any]])
      for index in rounds.indices {
        var performance = try #require(rounds[index]["performance"] as? [String: Any])
        performance["latencies"] = (performance["latencies"] as? [Int])?.map { $0 * 3 }
        performance["duration"] = (performance["duration"] as? Int).map { $0 * 3 }
        rounds[index]["performance"] = performance
      }
      cells[0]["rounds"] = rounds
      record["cells"] = cells
      try AssayProcess.unsealed(record).write(to: folder.appending(path: "slow.json"))
      let slow = try AssayProcess.run(
        ["gate", "--base", "record.json", "--candidate", "slow.json", "--github"], in: folder)
      #expect(slow.status == 1, "\(slow.output)\(slow.error)")
      #expect(slow.output.contains("Verdict: regression"))
      #expect(slow.output.contains("::error title=Assay"))
      let fast = try AssayProcess.run(["gate", "--base", "slow.json", "--candidate", "record.json"], in: folder)
      #expect(fast.status == 0, "\(fast.output)\(fast.error)")
      #expect(fast.output.contains("pass, better"))
    }
  }
}
