import Analysis
import Energy
import HostState
import NumericFormats
import Records

@testable import Reports

/// Made-up runs that formats of other programs have trouble with.
enum ExportSample {
  /// Names with what each of the formats gives a meaning to.
  static let names = [
    "a\"b'c\\d", "line\nfeed\r\nand\ttab", "pipe|pipe", "<b>&amp;</b>]]>", "50%0A::error title=x::boom", "x::y,z: w",
    "=1+1", "@team #1 `code` *bold* _it_", "漢字 é 😀", "a=b/c-8", "$(id) ${HOME}", "{label=\"x\"} 1\n# HELP y",
  ]

  /// A run of cells with such names, its warnings and failures made of them too.
  static var hostile: Record {
    let cells = names.enumerated().map { index, name in
      var result = Sample.performance(
        cell(name), milliseconds: 10 + Double(index), count: 40,
        energy: index == 2 ? .unavailable(reason: name) : Sample.noMeter)
      if index == 4 {
        result.failure = Record.Failure(
          reason: "exit 1: \(names[4])", lastErrorLines: ["\u{1B}[31m\(names[5])", "```"])
      }
      return result
    }
    return Sample.record(cells, status: .complete, warnings: [names[0], names[4]])
  }

  /// A run with energy of every kind, a tail that is known, and a cell that ran elsewhere.
  static var rich: Record {
    var record = EnergySample.record
    var stray = Sample.performance(cell("stray"), milliseconds: 7, count: 400, energy: Sample.measured(33))
    for index in stray.rounds.indices { stray.rounds[index].performance?.observedCPUs = [[1]] }
    record.cells.append(stray)
    // One of its cells lacks a round.
    record.status = .incomplete
    return record
  }

  /// A cell of the default engine, on one thread.
  static func cell(_ workload: String, execution: Execution = .native, _ scenario: Scenario = .singleStream) -> Cell {
    Cell(
      workload: workload, precision: .fp32, execution: execution, contract: "fp32-fma", engine: "native",
      placement: Placement(pus: [0]), batch: 1, measurement: .performance(scenario))
  }

  static func run(_ record: Record, commit: String? = nil) -> ExportRun {
    ExportRun(record, RunSummary(of: record), commit: commit)
  }

  static func export(_ record: Record, _ format: String) throws -> Export {
    try Export([run(record)], as: ExportFormat.named(format))
  }

  /// The one text of a format.
  static func text(_ record: Record, _ format: String) throws -> String { try export(record, format).texts.joined() }
}
