import AppTestSupport
import Foundation
import Testing

/// `assay history` over records that were measured once and moved to other days.
@Suite(.serialized) struct HistoryCommandTests {
  /// One record for all tests, without its seal: what tests change would be found out.
  private static let record = Result {
    try AssayProcess.withFolder { folder in
      let run = try AssayProcess.run(
        [
          "run", "--workload", "minilm-small", "--threads", "1", "--rounds", "2", "--min-duration", "0.1",
          "--max-warm-up", "0.1", "--scenario", "Offline", "--idle-time", "0", "--output", "record.json",
        ], in: folder)
      try #require(run.status == 0, "\(run.error)")
      return try AssayProcess.unsealed(AssayProcess.json(at: folder.appending(path: "record.json")))
    }
  }

  /// Writes the record of a day of March 2025.
  private static func write(_ day: Int, to folder: URL, _ change: (inout [String: Any]) -> Void = { _ in }) throws {
    var record = try copy()
    record["createdAt"] = "2025-03-\(day < 10 ? "0" : "")\(day)T06:00:00Z"
    change(&record)
    try JSONSerialization.data(withJSONObject: record).write(to: folder.appending(path: "\(day).json"))
  }

  private static func copy() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: record.get()) as? [String: Any])
  }

  private static func history(
    _ arguments: [String], in folder: URL, environment: [String: String] = ["ASSAY_STORE": ""]
  ) throws -> AssayProcess.Result {
    try AssayProcess.run(["history"] + arguments, in: folder, environment: environment)
  }

  private static func numbers(_ json: String) throws -> [Int] {
    let records = try #require(try AssayProcess.json(json)["records"] as? [[String: Any]])
    return records.compactMap { $0["number"] as? Int }
  }

  private static func cell() throws -> String {
    let cells = try #require(try copy()["cells"] as? [[String: Any]])
    return try #require(cells.first?["id"] as? String)
  }

  @Test func recordsAreAddedListedAndRemoved() throws {
    try AssayProcess.withFolder { folder in
      for day in [1, 2, 3] { try Self.write(day, to: folder) }
      let added = try Self.history(["add", "1.json", "2.json", "3.json", "--label", "v1"], in: folder)
      #expect(added.status == 0, "\(added.error)")
      #expect(added.output == "#1  1.json added.\n#2  2.json added.\n#3  3.json added.\n")
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "Results/local/history.sqlite").path))
      let again = try Self.history(["add", "2.json", "--label", "v2", "--json"], in: folder)
      let entries = try #require(try AssayProcess.json(again.output)["records"] as? [[String: Any]])
      #expect(entries.map { $0["outcome"] as? String } == ["relabelled"])
      let list = try Self.history([], in: folder)
      #expect(list.status == 0 && list.output.contains("2025-03-03T06:00:00Z") && list.output.contains("v2"))
      #expect(try Self.numbers(Self.history(["--json"], in: folder).output) == [3, 2, 1])
      #expect(try Self.numbers(Self.history(["list", "--label", "v1", "--json"], in: folder).output) == [3, 1])
      #expect(
        try Self.numbers(Self.history(["list", "--since", "2025-03-02", "--json"], in: folder).output) == [3, 2])
      #expect(
        try Self.numbers(Self.history(["list", "--until", "2025-03-02", "--json"], in: folder).output) == [2, 1])
      #expect(try Self.numbers(Self.history(["list", "--workload", "x*", "--json"], in: folder).output) == [])
      let removed = try Self.history(["remove", "2"], in: folder)
      #expect(removed.status == 0 && removed.output == "Removed 1 record from Results/local/history.sqlite.\n")
      #expect(try Self.numbers(Self.history(["list", "--json"], in: folder).output) == [3, 1])
      #expect(try Self.history(["remove", "2"], in: folder).status == 66)
    }
  }

  /// A run whose throughput is divided by a factor from a day on, over twelve days.
  @Test func aPlantedChangeIsFound() throws {
    try AssayProcess.withFolder { folder in
      for day in 1...12 {
        try Self.write(day, to: folder) { record in
          guard day > 6, var cells = record["cells"] as? [[String: Any]],
            var rounds = cells[0]["rounds"] as? [[String: Any]]
          else { return }
          for index in rounds.indices {
            guard var performance = rounds[index]["performance"] as? [String: Any],
              let duration = performance["duration"] as? Int
            else { return }
            performance["duration"] = duration * 2
            rounds[index]["performance"] = performance
          }
          cells[0]["rounds"] = rounds
          record["cells"] = cells
        }
      }
      let added = try Self.history(["add"] + (1...12).map { "\($0).json" }, in: folder)
      #expect(added.status == 0, "\(added.error)")
      let trend = try Self.history(["trend", "--cell", Self.cell(), "--svg", "t.svg", "--csv", "t.csv"], in: folder)
      #expect(trend.status == 0, "\(trend.error)")
      #expect(trend.output.contains("% worse from #7 on"))
      #expect(try String(contentsOf: folder.appending(path: "t.svg"), encoding: .utf8).contains("% worse, ×0.5"))
      let csv = try String(contentsOf: folder.appending(path: "t.csv"), encoding: .utf8)
      #expect(csv.split(separator: "\r\n").count == 13 && csv.contains(",worse,"))
      let json = try AssayProcess.json(Self.history(["trend", "--cell", "minilm*", "--json"], in: folder).output)
      let changes = try #require(json["changes"] as? [[String: Any]])
      #expect(changes.compactMap { $0["index"] as? Int } == [6])
    }
  }

  @Test func machinesAreNeverJoinedUnsaid() throws {
    try AssayProcess.withFolder { folder in
      try Self.write(1, to: folder)
      try Self.write(2, to: folder) { record in
        var machine = record["machine"] as? [String: Any] ?? [:]
        machine["cpuModel"] = "Another CPU"
        record["machine"] = machine
      }
      #expect(try Self.history(["add", "1.json", "2.json"], in: folder).status == 0)
      let trend = try Self.history(["trend", "--cell", Self.cell()], in: folder)
      #expect(trend.status == 0, "\(trend.error)")
      let words = trend.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("1 record of 1 other machine left out") && words.contains("Choose with --machine:"))
      #expect(words.contains("Another CPU"))
    }
  }

  @Test func twoProcessesThatAddAtOnceLoseNothing() throws {
    try AssayProcess.withFolder { folder in
      for day in 1...24 { try Self.write(day, to: folder) }
      let halves = [Array(1...12), Array(13...24)].map { $0.map { "\($0).json" } }
      let running = try halves.map {
        try AssayProcess.start(["history", "add", "--store", "h.sqlite"] + $0, in: folder)
      }
      for process in running {
        let result = process.wait()
        #expect(result.status == 0, "\(result.error)")
      }
      let list = try Self.history(["list", "--store", "h.sqlite", "--limit", "100", "--json"], in: folder)
      #expect(try Self.numbers(list.output).count == 24)
    }
  }

  @Test func theEnvironmentNamesTheHistory() throws {
    try AssayProcess.withFolder { folder in
      try Self.write(1, to: folder)
      let environment = ["ASSAY_STORE": "named.sqlite"]
      #expect(try Self.history(["add", "1.json"], in: folder, environment: environment).status == 0)
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "named.sqlite").path))
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "Results").path))
      // The option goes over it.
      #expect(try Self.history(["list", "--store", "other.sqlite"], in: folder, environment: environment).status == 66)
    }
  }

  /// What cannot be read is named; the others are added all the same.
  @Test func oneBadRecordKeepsNoOtherOut() throws {
    try AssayProcess.withFolder { folder in
      try Self.write(1, to: folder)
      try Self.write(2, to: folder) { $0["status"] = "incomplete" }
      try Data("{}".utf8).write(to: folder.appending(path: "bad.json"))
      let result = try Self.history(["add", "bad.json", "2.json", "missing.json", "1.json"], in: folder)
      #expect(result.status == 65)
      #expect(result.output == "#1  1.json added.\n")
      for part in ["bad.json: ", "2.json: the run is not complete", "missing.json: "] {
        #expect(result.error.contains(part))
      }
      #expect(try Self.history(["add", "2.json", "--incomplete"], in: folder).status == 0)
    }
  }

  @Test(arguments: [
    (["list"], 66, "there is no history; begin one with assay history add RECORD"),
    (["trend", "--cell", "x"], 66, "there is no history"), (["remove", "1"], 66, "there is no history"),
    (["add", "missing.json"], 66, "missing.json: "),
    (["list", "--store", ""], 64, "--store needs the path of a file."),
    (["list", "--since", "soon"], 64, "--since `soon` is no time"),
    (["list", "--limit", "0"], 64, "--limit must be from 1"),
    (["list", "--suite", ""], 64, "--suite needs a text"), (["list", "--json", "--csv", "-"], 64, "both print"),
    (["trend", "--cell", "x", "--metric", "speed"], 64, "There is no metric speed; there is latency,"),
    (["list", "--store", "text"], 65, "is no history of assay's"),
    (["add", "1.json", "--store", "text"], 65, "is no history"),
    (["add", "1.json", "--store", "none/h.sqlite"], 73, "there is no folder none"),
    (["list", "--store", "text", "--csv", "text"], 64, "are one file"),
    (["list", "--csv", "text"], 73, "text exists; choose another --csv"),
    (["trend", "--cell", "x", "--svg", "text"], 73, "text exists; choose another --svg"),
    (["add", "1.json", "--label", ""], 64, "--label needs"),
  ])
  func whatIsWrongIsSaid(arguments: [String], status: Int32, part: String) throws {
    try AssayProcess.withFolder { folder in
      try Self.write(1, to: folder)
      let text = Data("This is a text of no less than five hundred and twelve bytes. ".utf8)
      let bytes = (0..<10).reduce(Data()) { all, _ in all + text }
      try bytes.write(to: folder.appending(path: "text"))
      let result = try Self.history(arguments, in: folder)
      #expect(result.status == status, "\(result.error)")
      #expect(result.error.contains(part), "\(result.error)")
      #expect(result.output.isEmpty)
      // Nothing was begun or changed.
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "Results").path))
      #expect(try Data(contentsOf: folder.appending(path: "text")) == bytes)
    }
  }

  @Test(arguments: ["", "list", "add", "trend", "remove"])
  func helpHasExamples(command: String) throws {
    try AssayProcess.withFolder { folder in
      let help = try Self.history((command.isEmpty ? [] : [command]) + ["--help"], in: folder)
      #expect(help.status == 0 && help.output.contains("Examples:") && help.output.contains("assay history"))
      #expect(command.isEmpty || help.output.contains("--json") && help.output.contains("--store <file>"))
    }
  }
}
