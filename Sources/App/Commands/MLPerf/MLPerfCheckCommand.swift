import ArgumentParser
import LoadGen
import MLPerf
import Reports

/// `assay mlperf check`.
struct MLPerfCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Looks for reasons not to believe MLPerf logs, Assay's or LoadGen's.",
    discussion: """
      Refuses logs of tests with errors or an INVALID result, logs whose clocks \
      disagree by more than 0.1 % of the test and 10 ms, missing and doubled \
      keys, responses that do not cover every sample once, a summary and a \
      detail log that contradict each other, and a hash in accuracy.txt that is \
      not that of the responses. Ends with exit code 1 where one is refused.

      Examples:
        assay mlperf check logs/performance logs/accuracy
        assay mlperf check submission/results/run_1 --json
      """)

  @Argument(help: ArgumentHelp("Folders with mlperf_log_detail.txt and its like.", valueName: "folder"))
  var folders: [String]

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let checks = folders.map { SelfCheck(directory: $0) }
    if json {
      try Terminal.write(json: checks.map(Listing.init))
    } else {
      try Terminal.write(checks.map { SelfCheckReport($0, style: Terminal.style).text }.joined(separator: "\n"))
    }
    guard checks.allSatisfy(\.isAccepted) else { throw ExitCode(1) }
  }

  /// A check as JSON.
  private struct Listing: Encodable {
    let folder: String
    let accepted: Bool
    let scenario: String?
    let mode: String?
    let findings: [SelfCheck.Finding]

    init(_ check: SelfCheck) {
      folder = check.directory
      accepted = check.isAccepted
      scenario = check.scenario?.rawValue
      mode = check.mode?.rawValue
      findings = check.findings
    }
  }
}
