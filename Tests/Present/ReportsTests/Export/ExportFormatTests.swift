import Records
import Testing

@testable import Reports

private let paths: [(path: String, expected: [String])] = [
  ("bench.json", ["bench.smaller.json", "bench.bigger.json"]), ("bench", ["bench.smaller", "bench.bigger"]),
  ("a.b/bench", ["a.b/bench.smaller", "a.b/bench.bigger"]),
  ("a/b.c.json", ["a/b.c.smaller.json", "a/b.c.bigger.json"]),
  ("a/.hidden", ["a/.hidden.smaller", "a/.hidden.bigger"]), ("x/", ["x/.smaller", "x/.bigger"]),
]

/// What is common to all formats.
@Suite struct ExportFormatTests {
  @Test func formatsAreToldApart() throws {
    let names = ExportFormat.all.map(\.name)
    #expect(names.count == 12 && Set(names).count == names.count)
    for format in ExportFormat.all {
      #expect(try ExportFormat.named(format.name).summary == format.summary)
      #expect(!format.summary.isEmpty && format.summary.count <= 52 && !format.parts.isEmpty, "\(format.name)")
      #expect(format.isAppended == ["otava", "github-summary"].contains(format.name))
    }
  }

  @Test func anUnknownFormatIsNamedWithThoseThereAre() {
    let error = #expect(throws: ExportError.self) { try ExportFormat.named("go\u{1B}bench") }
    #expect(error?.exitCode == 64)
    #expect(
      error?.description.hasPrefix("There is no format `go\u{FFFD}bench`; there are csv, markdown, go-bench,") == true)
  }

  @Test(arguments: paths) func pathsOfTwoFiles(path: String, expected: [String]) throws {
    #expect(try ExportFormat.named("github-action-benchmark").paths(path) == expected)
    #expect(try ExportFormat.named("bmf").paths(path) == [path])
  }

  @Test(arguments: ["bmf", "github-action-benchmark", "prometheus", "google-benchmark"])
  func oneFileDoesNotHoldACellTwice(format: String) throws {
    let runs = [ExportSample.run(Sample.quiet), ExportSample.run(Sample.quiet)]
    let error = #expect(throws: ExportError.self) { try Export(runs, as: ExportFormat.named(format)) }
    #expect(error?.exitCode == 64 && error?.description.contains("export each record by itself") == true)
    #expect(throws: ExportError.self) { try Export([], as: ExportFormat.named(format)) }
    // Other cells are welcome where there is no machine to describe.
    let others = [ExportSample.run(Sample.quiet), ExportSample.run(ExportSample.hostile)]
    let isRefused = (try? Export(others, as: ExportFormat.named(format))) == nil
    #expect(isRefused == (format == "google-benchmark"))
  }

  @Test(arguments: [
    "csv", "markdown", "go-bench", "junit", "otava", "github-annotations", "github-summary", "hyperfine",
  ])
  func severalRunsAreInOneFile(format: String) throws {
    let format = try ExportFormat.named(format)
    var other = Sample.busy
    other.createdAt = "2025-03-02T12:00:00Z"
    let both = try Export([ExportSample.run(Sample.busy), ExportSample.run(other)], as: format).texts[0]
    let one = try Export([ExportSample.run(Sample.busy)], as: format).texts[0]
    #expect(both.utf8.count > one.utf8.count)
    if ["csv", "markdown", "go-bench", "junit", "otava", "github-summary"].contains(format.name) {
      #expect(both.contains("2025-03-01T12:00:00") && both.contains("2025-03-02T12:00:00"))
    }
  }

  /// Commands rely on it: what a file cannot say is said beside it, once a reason.
  @Test func whatAFileCannotSayIsNoted() throws {
    let notes = try ExportSample.export(Sample.busy, "bmf").notes
    #expect(notes.contains { $0.contains("without p99 latency: 120 queries are too few for it; it takes 299.") })
    #expect(
      notes.contains { $0.contains("emulated, and the time of imitation is not speed") && $0.contains("2 other cells") }
    )
    #expect(Set(notes).count == notes.count && notes.allSatisfy { !$0.contains("\n") })
    #expect(try ExportSample.export(Sample.busy, "prometheus").notes == [])
    #expect(
      try ExportSample.text(Sample.busy, "prometheus").contains(
        "# Note: resnet50/bf16/openblas/t2/b1/fidelity without throughput:"))
  }

  @Test func failuresAreNotedWhereAFileCannotSayThem() throws {
    let failed = Sample.busy.cells[3].id
    for format in ExportFormat.all {
      let export = try ExportSample.export(Sample.busy, format.name)
      let said = export.texts.joined() + export.notes.joined(separator: "\n")
      #expect(said.contains("SIGSEGV") || said.contains("assay_cell_failed{cell=\"\(failed)\""), "\(format.name)")
    }
  }

  /// Formats of times alone have no place for closeness.
  @Test(arguments: ["hyperfine", "google-benchmark"]) func cellsWithoutAPlaceAreNoted(format: String) throws {
    let notes = try ExportSample.export(Sample.busy, format).notes
    #expect(notes.count { $0.contains("has no place in the file") } == 1, "\(notes)")
  }

  /// A run of which nothing is known yet is still a file of every format.
  @Test(arguments: ExportFormat.all.map(\.name)) func nothingIsExported(format: String) throws {
    let empty = Sample.record([], status: .complete, warnings: [])
    let pending = Sample.record([Sample.busy.cells[7]], status: .incomplete, warnings: [])
    for record in [empty, pending] {
      for text in try ExportSample.export(record, format).texts {
        #expect(format == "github-annotations" || !text.isEmpty)
        #expect(text.isEmpty || text.utf8.last == UInt8(ascii: "\n"))
      }
    }
  }
}

@Suite struct ExportListReportTests {
  @Test("What users see") func snapshot() throws {
    try expectSnapshot(ExportListReport(style: ReportStyle(width: 80)).text, "export-list-80")
  }

  @Test func entriesAreTheFormats() {
    let entries = ExportListReport.entries
    #expect(entries.map(\.name) == ExportFormat.all.map(\.name))
    #expect(entries.first { $0.name == "github-action-benchmark" }?.files == 2)
    #expect(entries.filter(\.isAppended).map(\.name) == ["otava", "github-summary"])
  }
}
