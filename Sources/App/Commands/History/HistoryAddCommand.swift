import Analysis
import ArgumentParser
import Foundation
import Records
import Reports
import Store

/// `assay history add`.
struct HistoryAddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Adds records to a history, which is made where there is none.",
    discussion: """
      A record that is there already is no duplicate; with --label it gets a new \
      label. What cannot be read is named and left out, and the others are added.

      Examples:
        assay history add Results/local/NAME.json
        assay history add *.json --label "$(git describe --always)"
        assay history add NAME.json --store ci/history.sqlite --json
      """)

  @Argument(help: "Records that assay run, sweep or precision wrote.")
  var records: [String]

  @OptionGroup var store: StoreOption

  @Option(help: ArgumentHelp("What to call them, for example a commit.", valueName: "text"))
  var label: String?

  @Flag(help: "Add records of runs that were interrupted too; once resumed they would be records of their own.")
  var incomplete = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    if let label, !(1...200).contains(label.utf8.count) || label != Terminal.harmless(label) {
      throw CommandFailure("--label needs a text of 1 to 200 bytes on one line.", exitCode: 64)
    }
    var entries: [AdditionReport.Entry] = []
    var failure: CommandFailure?
    // Made with the first record that can be read: a wrong name leaves no empty history behind.
    var history: HistoryStore?
    for path in records {
      do {
        let stored = try stored(path)
        let opened = try history ?? store.open(for: .writing)
        history = opened
        entries.append(AdditionReport.Entry(path: path, try opened.add(stored)))
      } catch {
        guard let known = CommandFailure(error) else { throw error }
        // Without the history, or without room in it, none of the others can be added either.
        let isLast = error is StoreError || history == nil && known.exitCode == 73
        if isLast || records.count == 1 {
          try show(entries)
          throw known
        }
        known.report()
        failure = failure ?? known
      }
    }
    try show(entries)
    if let failure { throw ExitCode(failure.exitCode) }
  }

  private func show(_ entries: [AdditionReport.Entry]) throws {
    let report = AdditionReport(store: store.path, records: entries)
    if json {
      try Terminal.write(json: report)
    } else {
      try Terminal.write(report.text(Terminal.style))
    }
  }

  private func stored(_ path: String) throws -> StoredRecord {
    let (record, digest) = try RecordFile(path: path).readDigested()
    guard incomplete || record.status == .complete else {
      throw CommandFailure(
        "\(path): the run is not complete; finish it with assay run --resume, or add it as it is with --incomplete.",
        exitCode: 65)
    }
    return try StoredRecord(
      of: record, digest: digest, path: path, addedAt: Date.now.formatted(.iso8601), label: label)
  }
}
