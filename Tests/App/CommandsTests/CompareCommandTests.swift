import AppTestSupport
import Foundation
import Testing

/// `assay compare` as users run it.
@Suite(.serialized) struct CompareCommandTests {
  /// One small record for all tests, measured once.
  private static let record = Result {
    try AssayProcess.withFolder { folder -> Data in
      let run = try AssayProcess.run(
        [
          "run", "--workload", "minilm-small", "--precision", "fp32,int8", "--threads", "1", "--rounds", "4",
          "--min-duration", "0.05", "--max-warm-up", "0.05", "--scenario", "Offline", "--output", "record.json",
        ], in: folder)
      try #require(run.status == 0, "\(run.error)")
      return try Data(contentsOf: folder.appending(path: "record.json"))
    }
  }

  /// A folder with `base.json`, and `candidate.json`, which differs from it as `change` says.
  private func withRecords(
    _ change: (inout [String: Any]) -> Void = { _ in }, _ body: (URL) throws -> Void
  ) throws {
    try AssayProcess.withFolder { folder in
      let data = try Self.record.get()
      try data.write(to: folder.appending(path: "base.json"))
      var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      change(&object)
      try AssayProcess.unsealed(object).write(to: folder.appending(path: "candidate.json"))
      try body(folder)
    }
  }

  private func compare(_ arguments: [String], in folder: URL) throws -> AssayProcess.Result {
    try AssayProcess.run(["compare"] + arguments, in: folder)
  }

  @Test func twoRecords() throws {
    try withRecords { folder in
      let result = try compare(["base.json", "candidate.json"], in: folder)
      #expect(result.status == 0 && result.error == "", "\(result.error)")
      #expect(result.output.contains("throughput, samples/s (higher is better)"))
      #expect(result.output.contains("one and the same measurement"))
      let json = try compare(["base.json", "candidate.json", "--json", "--metric", "throughput"], in: folder)
      let object = try AssayProcess.json(json.output)
      let cells = try #require(object["cells"] as? [[String: Any]])
      #expect(!cells.isEmpty && object["isPaired"] as? Bool == false)
      #expect(cells.allSatisfy { ($0["metrics"] as? [[String: Any]])?.count == 1 })
    }
  }

  @Test func outputsGoWhereTheyAreSent() throws {
    try withRecords { folder in
      let arguments = ["base.json", "candidate.json", "--markdown", "-o", "comment.md", "--svg", "forest.svg"]
      let result = try compare(arguments, in: folder)
      #expect(result.status == 0 && result.output == "", "\(result.error)")
      let comment = try String(contentsOf: folder.appending(path: "comment.md"), encoding: .utf8)
      #expect(comment.hasPrefix("### assay compare: ") && comment.contains("<details>"))
      #expect(try String(contentsOf: folder.appending(path: "forest.svg"), encoding: .utf8).hasPrefix("<svg"))
      let again = try compare(arguments, in: folder)
      #expect(again.status == 73 && again.error.contains("add --overwrite"), "\(again.error)")
      #expect(try compare(arguments + ["--overwrite"], in: folder).status == 0)
    }
  }

  @Test func unlikeRunsAreRefusedUnlessForced() throws {
    let otherCPU: (inout [String: Any]) -> Void = { object in
      var machine = object["machine"] as? [String: Any] ?? [:]
      machine["cpuModel"] = "Other CPU"
      object["machine"] = machine
    }
    try withRecords(otherCPU) { folder in
      let result = try compare(["base.json", "candidate.json", "--svg", "x.svg"], in: folder)
      #expect(result.status == 65 && result.output == "", "\(result.output)")
      #expect(result.error.contains("CPU model") && result.error.contains("add --force"))
      #expect(result.error.split(separator: "\n").count == 1)
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "x.svg").path))
      let forced = try compare(["base.json", "candidate.json", "--force"], in: folder)
      #expect(forced.status == 0 && forced.output.contains("UNLIKE"), "\(forced.error)")
    }
  }

  @Test func recordsWithoutACommonCellAreRefusedEvenIfForced() throws {
    let renamed: (inout [String: Any]) -> Void = { object in
      let cells = object["cells"] as? [[String: Any]] ?? []
      object["cells"] = cells.map { cell in
        var (cell, point) = (cell, cell["cell"] as? [String: Any] ?? [:])
        cell["id"] = (cell["id"] as? String ?? "").replacingOccurrences(of: "minilm-small", with: "other")
        point["workload"] = "other"
        cell["cell"] = point
        return cell
      }
    }
    try withRecords(renamed) { folder in
      let result = try compare(["base.json", "candidate.json", "--force"], in: folder)
      #expect(result.status == 65 && result.error.contains("have no cell in common"), "\(result.error)")
    }
  }

  @Test func modesOfOneRecord() throws {
    try withRecords { folder in
      let result = try compare(["base.json", "--by", "precision"], in: folder)
      #expect(result.status == 0 && result.output.contains("relative error"), "\(result.error)")
      #expect(result.output.contains("fp32") && result.output.contains("int8"))
      let none = try compare(["base.json", "--by", "batch"], in: folder)
      #expect(
        none.status == 65 && none.error.contains("no two cells that differ in nothing but batch"), "\(none.error)")
      let json = try AssayProcess.json(try compare(["base.json", "--by", "precision", "--json"], in: folder).output)
      #expect(json["dimension"] as? String == "precision")
    }
  }

  @Test func columnsOfNumbers() throws {
    try AssayProcess.withFolder { folder in
      try Data("# ms\n12.1\n11.8\n12.6\n13.0\n12.4\n11.9\n12.2\n".utf8).write(to: folder.appending(path: "a.txt"))
      try Data("12.9\r\n13.4\r\n12.8\r\n13.6\r\n13.1\r\n12.7\r\n".utf8).write(to: folder.appending(path: "b.txt"))
      let result = try compare(["--samples", "a.txt", "b.txt", "--lower-is-better"], in: folder)
      #expect(result.status == 0 && result.output.contains("the candidate is worse"), "\(result.error)")
      let json = try AssayProcess.json(try compare(["--samples", "a.txt", "b.txt", "--json"], in: folder).output)
      #expect(abs((json["estimate"] as? Double ?? 0) - 1.066671151922417) < 1e-12)
      #expect(abs((json["p"] as? Double ?? 0) - 0.008158508158508158) < 1e-12)
      let pairs = try compare(["--samples", "a.txt", "b.txt", "--paired"], in: folder)
      #expect(pairs.status == 65 && pairs.error.contains("there are 7 and 6"), "\(pairs.error)")
      try Data("1\nfast\n".utf8).write(to: folder.appending(path: "c.txt"))
      let bad = try compare(["--samples", "a.txt", "c.txt"], in: folder)
      #expect(bad.status == 65 && bad.error.contains("c.txt: line 2: `fast` is not a number"), "\(bad.error)")
      #expect(bad.error.split(separator: "\n").count == 1)
    }
  }

  /// A pipe is read to its end, and one that nobody writes to holds nothing up.
  @Test func pipesAreColumnsToo() throws {
    try AssayProcess.withFolder { folder in
      try Data("1\n2\n3\n4\n".utf8).write(to: folder.appending(path: "a.txt"))
      #expect(mkfifo(folder.appending(path: "pipe").path, 0o600) == 0)
      let result = try compare(["--samples", "a.txt", "pipe"], in: folder)
      #expect(result.status == 65 && result.error.contains("pipe: holds no number"), "\(result.error)")
      for path in [".", "/dev/zero", "missing.txt"] {
        let bad = try compare(["--samples", "a.txt", path], in: folder)
        #expect(bad.status == 66 && bad.error.split(separator: "\n").count == 1, "\(bad.error)")
      }
    }
  }

  private static let refused: [(arguments: [String], status: Int32, part: String)] = [
    ([], 64, "Give two records"), (["base.json"], 64, "or one with --by precision"),
    (["a", "b", "c"], 64, "there are 3"), (["base.json", "missing.json"], 66, "missing.json"),
    (["base.json", "candidate.json", "--metric", "speed"], 64, "there is no metric `speed`"),
    (["base.json", "candidate.json", "--metric", ""], 64, "there is no metric ``"),
    (["base.json", "candidate.json", "--confidence", "1"], 64, "--confidence must be"),
    (["base.json", "candidate.json", "--confidence", "nan"], 64, "--confidence must be"),
    (["base.json", "candidate.json", "--json", "--markdown"], 64, "both print"),
    (["base.json", "candidate.json", "--overwrite"], 64, "--overwrite needs"),
    (["base.json", "candidate.json", "--svg", "base.json"], 64, "are one file"),
    (["base.json", "candidate.json", "-o", "x", "--svg", "x"], 64, "are one file"),
    (["base.json", "candidate.json", "--paired"], 64, "--paired is for --samples"),
    (["base.json", "--by", "colour"], 64, "--by colour is none of precision, engine, threads, batch"),
    (["base.json", "candidate.json", "--by", "engine"], 64, "--by compares the cells of one record"),
    (["base.json", "--by", "engine", "--force"], 64, "leave --force"),
    (["--samples", "base.json"], 64, "--samples takes two files"),
    (["--samples", "base.json", "candidate.json", "--svg", "x.svg"], 64, "leave --svg"),
    (["--samples", "base.json", "candidate.json", "--force"], 64, "leave --by, --force"),
    (
      ["--samples", "base.json", "candidate.json", "--lower-is-better", "--higher-is-better"], 64, "exclude each other"
    ),
    (["--samples", "base.json", "candidate.json"], 65, "base.json: line 1:"),
    (["base.json", "candidate.json", "-o", "/proc/none/x"], 73, "/proc/none/x"),
  ]

  @Test(arguments: refused) func badUseIsOneSentence(arguments: [String], status: Int32, part: String) throws {
    try withRecords { folder in
      let result = try compare(arguments, in: folder)
      #expect(result.status == status && result.output == "", "\(result.error)")
      #expect(result.error.contains(part) && result.error.split(separator: "\n").count == 1, "\(result.error)")
    }
  }

  @Test func damagedRecordsAreNamed() throws {
    try withRecords { folder in
      try Data("{\"schemaVersion\": 999}".utf8).write(to: folder.appending(path: "newer.json"))
      try Data("{".utf8).write(to: folder.appending(path: "half.json"))
      for name in ["newer.json", "half.json"] {
        let result = try compare(["base.json", name], in: folder)
        #expect(result.status == 65 && result.error.contains(name), "\(result.error)")
        #expect(result.error.split(separator: "\n").count == 1 && result.output == "")
      }
    }
  }
}
