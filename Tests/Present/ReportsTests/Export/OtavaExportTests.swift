import Records
import Testing

@testable import Reports

/// A file that runs are appended to.
@Suite struct OtavaExportTests {
  private func export(_ record: Record, commit: String? = "c0ffee") throws -> Export {
    try Export([ExportSample.run(record, commit: commit)], as: .named("otava"))
  }

  private func later(_ record: Record) -> Record {
    var record = record
    record.createdAt = "2025-03-02T12:00:00Z"
    return record
  }

  @Test func aRunIsARow() throws {
    let text = try export(Sample.quiet).texts[0]
    let lines = text.split(separator: "\n")
    #expect(lines.count == 2 && text.hasSuffix("\n"))
    let (head, row) = (try #require(CSVLine.fields(String(lines[0]))), try #require(CSVLine.fields(String(lines[1]))))
    #expect(Array(head.prefix(3)) == ["time", "commit", "\(Sample.quiet.cells[0].id)/latency_s"])
    #expect(Array(row.prefix(2)) == ["2025-03-01T12:00:00Z", "c0ffee"] && row.count == head.count)
    // Latency, its tail, throughput, energy that nobody metered, memory; of either cell.
    #expect(
      row.dropFirst(2).map { Double($0)?.isFinite } == [true, true, true, false, true, true, true, true, false, true])
    #expect(Set(head).count == head.count)
  }

  @Test func runsAreAppended() throws {
    let first = try export(Sample.quiet).texts[0]
    let added = try #require(try export(later(Sample.quiet)).addition(to: first))
    #expect(added.hasPrefix("2025-03-02T12:00:00Z,c0ffee,") && added.split(separator: "\n").count == 1)
    let both = first + added
    #expect(try export(later(Sample.quiet)).addition(to: both) == nil)
    #expect(try export(Sample.quiet).addition(to: both) == nil)
    // Whose last line has no end.
    #expect(try export(later(Sample.quiet)).addition(to: String(first.dropLast())) == "\n" + added)
    #expect(try export(Sample.quiet).addition(to: "") == first)
  }

  /// The order of the columns is the file's, and what the run does not know is not a number.
  @Test func columnsThatARunLacksAreNoNumbers() throws {
    let id = Sample.quiet.cells[0].id
    let file = "time,commit,gone/throughput_samples_per_s,\(id)/peak_memory_bytes\n"
    var record = Sample.quiet
    record.cells = [record.cells[0]]
    record.cells[0].rounds.removeAll()
    record.cells[0].failure = Record.Failure(reason: "killed", lastErrorLines: [])
    // Speed and memory of a cell that failed still have their columns, so that tomorrow's run fits.
    let error = #expect(throws: ExportError.self) { try export(record).addition(to: file) }
    #expect(error?.exitCode == 65 && error?.description.contains("has no column \(id)/latency_s and 3 others") == true)
    let figures = [
      "peak_memory_bytes", "throughput_samples_per_s", "latency_s", "latency_p99_s", "energy_J_per_sample",
    ]
    let wide = "time,commit,gone/x," + figures.map { "\(id)/\($0)" }.joined(separator: ",") + "\n"
    #expect(try export(record).addition(to: wide) == "2025-03-01T12:00:00Z,c0ffee,nan,nan,nan,nan,nan,nan\n")
  }

  @Test(arguments: ["hello\n", "\"time,commit", "time,commit,a,a\n", "commit,time\n", "{}"])
  func filesOfOtherShapesAreLeftAlone(file: String) throws {
    let error = #expect(throws: ExportError.self) { try export(Sample.quiet).addition(to: file) }
    #expect(error?.exitCode == 65 && error?.description.hasSuffix("give a new file.") == true)
  }

  @Test func hostileNamesAreFoundAgain() throws {
    let first = try export(ExportSample.hostile).texts[0]
    #expect(try export(ExportSample.hostile).addition(to: first) == nil)
    #expect(try export(later(ExportSample.hostile)).addition(to: first)?.hasPrefix("2025-03-02T") == true)
  }

  @Test func whoDoesNotSayTheCommitIsNotGuessedAt() throws {
    #expect(try export(Sample.quiet, commit: nil).texts[0].contains("2025-03-01T12:00:00Z,unknown,"))
  }
}
