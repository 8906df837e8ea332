import AppTestSupport
import Foundation
import Testing

private let badLines: [(arguments: [String], status: Int32, part: String)] = [
  (["record.json"], 64, "--output"), ([], 64, "record"), (["missing.json", "-o", "x.html"], 66, "missing.json"),
  (["bad.json", "-o", "x.html"], 65, "bad.json"), (["record.json", "bad.json", "-o", "x.html"], 65, "bad.json"),
  (["line.json", "-o", "x.html"], 65, "line.json: not a load line"),
  (["record.json", "-o", ""], 64, "--output needs the path"),
  (["record.json", "-o", "record.json"], 64, "are one file"),
  (["record.json", "-o", "record.json", "--overwrite"], 64, "are one file"),
  (["record.json", "-o", "old.html"], 73, "old.html exists; choose another --output, or add --overwrite"),
  (["record.json", "-o", "none/x.html"], 73, "none/x.html"), (["record.json", "-o", "."], 73, "."),
  (["record.json", "-o", "x.html", "--title", ""], 64, "--title may have 1 to 200 characters."),
  (["record.json", "-o", "x.html", "--pue", "0.5"], 64, "pue is 0.5; it must be at least 1."),
]

/// What `assay report` writes of a record that `assay run` measured.
@Suite(.serialized) struct ReportCommandTests {
  /// One record for all tests, measured once.
  private static let record = Result {
    try AssayProcess.withFolder { folder -> Data in
      let run = try AssayProcess.run(
        [
          "run", "--workload", "minilm-small", "--threads", "1", "--rounds", "2", "--min-duration", "0.1",
          "--max-warm-up", "0.1", "--idle-time", "0", "--output", "record.json",
        ], in: folder)
      try #require(run.status == 0, "\(run.error)")
      return try Data(contentsOf: folder.appending(path: "record.json"))
    }
  }

  private func report(_ arguments: [String], _ body: (AssayProcess.Result, URL) throws -> Void) throws {
    try AssayProcess.withFolder { folder in
      try Self.record.get().write(to: folder.appending(path: "record.json"))
      try Data("{}".utf8).write(to: folder.appending(path: "bad.json"))
      try Data("{\"line\": 1}".utf8).write(to: folder.appending(path: "line.json"))
      try Data("Mine.".utf8).write(to: folder.appending(path: "old.html"))
      try body(try AssayProcess.run(["report"] + arguments, in: folder), folder)
    }
  }

  @Test func thePageHasTheRecord() throws {
    try report(["record.json", "-o", "page.html", "--title", "Nightly <3"]) { result, folder in
      #expect(result.status == 0, "\(result.error)")
      #expect(result.output.isEmpty && result.error.hasPrefix("page.html: 1 record, "))
      let html = try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8)
      #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
      #expect(html.contains("<h1>Nightly &lt;3</h1>") && html.contains("minilm-small"))
      #expect(html.contains("data-chart=\"latency\"") && html.contains("assay run --workload minilm-small"))
      #expect(!html.contains("http://") || !html.contains("src="))
    }
  }

  /// Nobody publishes figures of an edited record unawares.
  @Test func anEditedRecordIsNotShown() throws {
    try AssayProcess.withFolder { folder in
      let text = String(decoding: try Self.record.get(), as: UTF8.self)
      let edited = text.replacing("\"minDuration\":0.1", with: "\"minDuration\":0.2")
      try #require(edited != text)
      try Data(edited.utf8).write(to: folder.appending(path: "record.json"))
      let result = try AssayProcess.run(["report", "record.json", "-o", "page.html"], in: folder)
      #expect(result.status == 65 && result.error.contains("was edited after it was written"), "\(result.error)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "page.html").path))
    }
  }

  @Test func severalRecordsHaveAnOverview() throws {
    try report(["record.json", "record.json", "-o", "-"]) { result, folder in
      #expect(result.status == 0, "\(result.error)")
      #expect(result.error.isEmpty && result.output.hasPrefix("<!DOCTYPE html>"))
      #expect(result.output.contains("Records, each for itself"))
      #expect(result.output.contains("id=\"r1\"") && result.output.contains("id=\"r2\""))
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "-").path))
    }
  }

  @Test func whatIsThereIsReplacedWhereAsked() throws {
    try report(["record.json", "-o", "old.html", "--overwrite"]) { result, folder in
      #expect(result.status == 0, "\(result.error)")
      let page = try String(contentsOf: folder.appending(path: "old.html"), encoding: .utf8)
      #expect(page.hasPrefix("<!DOCTYPE html>"))
    }
  }

  @Test(arguments: badLines)
  func whatIsWrongIsSaid(arguments: [String], status: Int32, part: String) throws {
    try report(arguments) { result, folder in
      #expect(result.status == status, "\(result.error)")
      #expect(result.error.contains(part), "\(result.error)")
      #expect(result.output.isEmpty)
      let old = try String(contentsOf: folder.appending(path: "old.html"), encoding: .utf8)
      #expect(old == "Mine.")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "x.html").path))
      let (record, given) = (try Data(contentsOf: folder.appending(path: "record.json")), try Self.record.get())
      #expect(record == given)
    }
  }
}
