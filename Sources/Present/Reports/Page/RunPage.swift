import Analysis
import Energy
import HostState
import NumericFormats
import Records
import Statistics

/// What a page says of a run, a sweep or a study of precisions.
struct RunPage {
  let record: Record
  let summary: RunSummary
  let sweep: SweepSummary?
  let path: String
  /// The same as text: what marks and columns mean is said in the same words.
  let report: RunReport

  /// Cells whose latencies are drawn.
  static let mostLatencies = 1200
  /// Cells whose nodes have a table, and those that have a picture too.
  static let mostNodeTables = 16
  static let mostNodePictures = 4
  /// Words of a warning, a failure or a command that are shown: they come from outside.
  static let longest = 4000

  init(record: Record, summary: RunSummary, sweep: SweepSummary?, path: String) {
    self.record = record
    self.summary = summary
    self.sweep = sweep
    self.path = path
    report = RunReport(record: record, summary: summary, path: nil)
  }

  /// Writes all parts, and last what the record does not have.
  func write(to section: inout PageSection) {
    section.title = title
    section.subtitle = subtitle
    writeAnswer(to: &section)
    writeWarnings(to: &section)
    writePerformance(to: &section)
    writeLatency(to: &section)
    writeScaling(to: &section)
    writeEnergy(to: &section)
    writeCosts(to: &section)
    writePrecision(to: &section)
    writeTradeOff(to: &section)
    writeRoofline(to: &section)
    writeNodes(to: &section)
    writeMemory(to: &section)
    writeFailures(to: &section)
    writeMachine(to: &section)
    writeCommands(to: &section)
    guard !section.missing.isEmpty else { return }
    section.begin("missing", "Not in this record")
    section.add(HTML.terms(section.missing, class: "notes wide"))
    section.end()
  }

  /// What was run, in a few words.
  var title: String {
    let workloads = PageOverview.workloads(summary.cells).joined(separator: ", ")
    if record.sweep != nil { return "Sweep of \(workloads)".shortened(to: 80) }
    if record.isOfContracts { return "Numerics contracts of \(workloads)".shortened(to: 80) }
    return "Run of the suite \(record.spec.suite)".shortened(to: 80)
  }

  private var subtitle: String {
    let finished = record.cells.count { $0.failure == nil && $0.isFinished }
    return [
      record.createdAt.shortened(to: 40), record.machine.cpuModel, "Assay \(record.tool.version.shortened(to: 40))",
      "\(finished) of \(Figure.counted(record.cells.count, "cell")) measured",
      record.status == .incomplete ? "incomplete" : nil,
    ].compactMap { $0 }.joined(separator: " · ")
  }

  /// What the record has no result for where nothing was timed.
  var hasSpeed: Bool { summary.cells.contains { $0.throughput != nil } }
}
