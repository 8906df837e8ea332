import Analysis
import ArgumentParser
import Store

/// `assay history remove`.
struct HistoryRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Removes records from a history; their files stay.",
    discussion: """
      Examples:
        assay history remove 12
        assay history remove 12 13 sha256:0a1b2c3d
        assay history remove 12 --store ci/history.sqlite --json
      """)

  @Argument(help: "Numbers as assay history list shows them, or sha256: and the beginning of a digest.")
  var records: [String]

  @OptionGroup var store: StoreOption

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let history = try store.open(for: .reading)
    let numbers = try RecordChoice.numbers(records, in: history)
    let removed = try history.remove(numbers)
    if json {
      try Terminal.write(json: Output(store: store.path, removed: numbers))
    } else {
      try Terminal.write(
        "Removed \(removed) \(removed == 1 ? "record" : "records") from \(Terminal.harmless(store.path)).\n")
    }
  }

  /// What `--json` prints.
  private struct Output: Encodable {
    let store: String
    let removed: [Int64]
  }
}
