import Analysis
import ArgumentParser
import Foundation
import Records
import Store

/// Which records of a history are meant.
struct HistoryFilterOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Records of suites of this name; * and ? stand for anything.", valueName: "pattern"))
  var suite: String?

  @Option(help: ArgumentHelp("Records with such a label; * and ? stand for anything.", valueName: "pattern"))
  var label: String?

  @Option(help: ArgumentHelp("Records of the machine whose key begins so.", valueName: "key"))
  var machine: String?

  @Option(help: ArgumentHelp("Runs from then on: 2025-03-01, 2025-03-01T12:00:00Z, or 7d ago.", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Runs until then, as --since; a day counts whole.", valueName: "time"))
  var until: String?

  /// The filter; `workload` and `cell` come from options of their own.
  func filter(workload: String? = nil, cell: String? = nil) throws -> RecordFilter {
    for (option, pattern) in [
      ("--suite", suite), ("--label", label), ("--machine", machine), ("--workload", workload), ("--cell", cell),
    ] {
      // Longer ones would keep SQLite's GLOB busy for ages.
      guard let pattern, pattern.isEmpty || pattern.utf8.count > 400 else { continue }
      throw CommandFailure("\(option) needs a text of 1 to 400 bytes.", exitCode: 64)
    }
    return RecordFilter(
      suite: suite, workload: workload, cell: cell, machine: machine?.lowercased(),
      since: try bound("--since", since, isEnd: false), until: try bound("--until", until, isEnd: true), label: label)
  }

  private func bound(_ option: String, _ text: String?, isEnd: Bool) throws(CommandFailure) -> Int64? {
    guard let text else { return nil }
    let now = Int64(Date.now.timeIntervalSince1970)
    guard let seconds = RecordTime.bound(text, now: now, isEnd: isEnd) else {
      throw CommandFailure(
        "\(option) `\(text)` is no time; give one like 2025-03-01, 2025-03-01T12:00:00Z, 36h or 7d.", exitCode: 64)
    }
    return seconds
  }

  /// Refuses limits that cannot be.
  static func requireLimit(_ limit: Int) throws(CommandFailure) {
    guard (1...100_000).contains(limit) else { throw CommandFailure("--limit must be from 1 to 100000.", exitCode: 64) }
  }
}
