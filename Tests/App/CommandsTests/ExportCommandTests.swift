import AppTestSupport
import Foundation
import Testing

private let refusals: [(arguments: [String], status: Int32, part: String)] = [
  ([], 64, "Give a --format; assay export --list names them."),
  (["busy.json"], 64, "Give a --format"), (["--format", "csv"], 64, "Give at least one record"),
  (["--format", "cvs", "busy.json"], 64, "There is no format `cvs`; there are csv, markdown,"),
  (["--format", "csv", "--json", "busy.json"], 64, "--json goes with --list"),
  (["--list", "busy.json"], 64, "--list takes nothing but --json."),
  (["--format", "csv", "missing.json"], 66, "missing.json"), (["--format", "csv", "damaged.json"], 65, "damaged.json"),
  (["--format", "csv", "busy.json", "--overwrite"], 64, "--overwrite needs --output"),
  (["--format", "csv", "busy.json", "-o", ""], 64, "--output needs the path of a file."),
  (["--format", "csv", "busy.json", "-o", "busy.json", "--overwrite"], 64, "are one file"),
  (
    ["--format", "csv", "busy.json", "-o", "there.txt"], 73,
    "there.txt exists; choose another --output, or add --overwrite"
  ),
  (["--format", "csv", "busy.json", "-o", "none/x.csv"], 73, "Cannot write none/x.csv"),
  (["--format", "github-action-benchmark", "busy.json"], 64, "makes 2 files; name them with --output FILE.json."),
  (["--format", "bmf", "busy.json", "busy.json"], 64, "export each record by itself"),
  (["--format", "google-benchmark", "busy.json", "hostile.json"], 64, "describes one machine and one run"),
  (["--format", "otava", "busy.json", "-o", "there.txt"], 65, "does not begin with the columns time and commit"),
  (["--format", "otava", "busy.json", "-o", "none/x.csv"], 73, "Cannot write none/x.csv"),
]

/// What `assay export` makes of the records whose exports are pinned.
@Suite struct ExportCommandTests {
  private static let formats = [
    "csv", "markdown", "go-bench", "bmf", "junit", "google-benchmark", "prometheus", "otava", "github-annotations",
    "github-summary", "hyperfine",
  ]

  private static let snapshots = AssayProcess.repository.appending(path: "Tests/Present/ReportsTests/Snapshots/Export")

  private func withRecords(_ body: (URL) throws -> Void) throws {
    try AssayProcess.withFolder { folder in
      for name in ["busy", "hostile"] {
        try FileManager.default.copyItem(
          at: Self.snapshots.appending(path: "\(name).record.json"), to: folder.appending(path: "\(name).json"))
      }
      try Data("Mine.\n".utf8).write(to: folder.appending(path: "there.txt"))
      try Data("{}".utf8).write(to: folder.appending(path: "damaged.json"))
      try body(folder)
    }
  }

  private func export(_ arguments: String..., in folder: URL) throws -> AssayProcess.Result {
    try AssayProcess.run(["export"] + arguments, in: folder)
  }

  private func text(_ path: String, in folder: URL) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  @Test(arguments: formats) func filesAreThoseOfTheExporter(format: String) throws {
    try withRecords { folder in
      let expected = try text("busy.\(format).txt", in: Self.snapshots)
      let printed = try export("--format", format, "busy.json", "--commit", "0a1b2c3", in: folder)
      #expect(printed.status == 0, "\(printed.error)")
      #expect(printed.output == expected)
      let written = try export("--format", format, "busy.json", "--commit", "0a1b2c3", "-o", "out", in: folder)
      #expect(written.status == 0 && written.output == "", "\(written.error)")
      #expect(try text("out", in: folder) == expected)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains("partial") } == [])
    }
  }

  @Test func aPairIsTwoFiles() throws {
    try withRecords { folder in
      let result = try export(
        "--format", "github-action-benchmark", "busy.json", "--commit", "0a1b2c3", "-o", "bench.json", in: folder)
      #expect(result.status == 0, "\(result.error)")
      for part in ["smaller", "bigger"] {
        #expect(
          try text("bench.\(part).json", in: folder)
            == text("busy.github-action-benchmark.\(part).txt", in: Self.snapshots))
      }
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "bench.json").path))
      // One of the two is enough to refuse both.
      try FileManager.default.removeItem(at: folder.appending(path: "bench.smaller.json"))
      let again = try export("--format", "github-action-benchmark", "busy.json", "-o", "bench.json", in: folder)
      #expect(again.status == 73 && again.error.contains("bench.bigger.json exists"), "\(again.error)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "bench.smaller.json").path))
    }
  }

  @Test func runsAreAppended() throws {
    try withRecords { folder in
      let first = try export("--format", "otava", "busy.json", "-o", "runs.csv", in: folder)
      #expect(first.status == 0, "\(first.error)")
      let one = try text("runs.csv", in: folder)
      let again = try export("--format", "otava", "busy.json", "-o", "runs.csv", in: folder)
      #expect(again.status == 0 && again.error.contains("runs.csv has these runs already; nothing was added."))
      #expect(try text("runs.csv", in: folder) == one)
      let other = try export("--format", "otava", "busy.json", "-o", "runs.csv", "--commit", "b", in: folder)
      #expect(other.status == 0, "\(other.error)")
      let two = try text("runs.csv", in: folder)
      #expect(two.hasPrefix(one) && two.split(separator: "\n").count == 3)
      let unlike = try export("--format", "otava", "hostile.json", "-o", "runs.csv", in: folder)
      #expect(unlike.status == 65 && unlike.error.contains("has no column"), "\(unlike.error)")
      #expect(try text("runs.csv", in: folder) == two)
      let fresh = try export("--format", "otava", "hostile.json", "-o", "runs.csv", "--overwrite", in: folder)
      #expect(fresh.status == 0, "\(fresh.error)")
      #expect(try text("runs.csv", in: folder).split(separator: "\n").count == 2)
      // A page of a job is added to whatever it holds.
      let page = try export("--format", "github-summary", "busy.json", "-o", "there.txt", in: folder)
      #expect(page.status == 0, "\(page.error)")
      #expect(try text("there.txt", in: folder).hasPrefix("Mine.\n### Assay "))
    }
  }

  /// Rows of processes that add at the same time are whole, and all there.
  @Test func processesThatAddAtOnceLoseNothing() throws {
    try withRecords { folder in
      let running = try (0..<12).map { index in
        try AssayProcess.start(
          ["export", "--format", "otava", "busy.json", "-o", "runs.csv", "--commit", "c\(index)"], in: folder)
      }
      for process in running { #expect(process.wait().status == 0) }
      let lines = try text("runs.csv", in: folder).split(separator: "\n")
      #expect(lines.count == 13 && lines[0].hasPrefix("time,commit,"))
      #expect(Set(lines.dropFirst().map { $0.split(separator: ",")[1] }) == Set((0..<12).map { Substring("c\($0)") }))
    }
  }

  @Test func whatAFileCannotSayIsSaidBesideIt() throws {
    try withRecords { folder in
      let result = try export("--format", "bmf", "busy.json", in: folder)
      #expect(result.status == 0)
      #expect(result.error.contains("Note: bert-base-384/fp32/openblas/t2/b1/SingleStream failed: killed by signal 11"))
      #expect(result.error.contains("the time of imitation is not speed"))
      #expect(try AssayProcess.json(result.output)["resnet50/fp32/openblas/t1/b1/SingleStream"] != nil)
      #expect(try export("--format", "csv", "busy.json", in: folder).error == "")
    }
  }

  @Test func formatsAreListed() throws {
    try AssayProcess.withFolder { folder in
      let table = try export("--list", in: folder)
      #expect(table.status == 0 && (Self.formats + ["github-action-benchmark"]).allSatisfy(table.output.contains))
      let list = try AssayProcess.json(try export("--list", "--json", in: folder).output)
      #expect((list["formats"] as? [[String: Any]])?.count == Self.formats.count + 1)
    }
  }

  @Test(arguments: refusals) func whatIsWrongIsSaid(arguments: [String], status: Int32, part: String) throws {
    try withRecords { folder in
      let result = try AssayProcess.run(["export"] + arguments, in: folder)
      #expect(result.status == status, "\(result.error)")
      #expect(result.error.contains(part), "\(result.error)")
      #expect(result.output == "" && result.error.split(separator: "\n").count == 1)
      #expect(try text("there.txt", in: folder) == "Mine.\n")
    }
  }
}
