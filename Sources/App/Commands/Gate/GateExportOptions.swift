import Analysis
import ArgumentParser
import Foundation
import Records
import Reports

/// Files that a gate writes beside its table. For CI.
struct GateExportOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write the outcome as Markdown, for a pull request.", valueName: "file"))
  var markdown: String?

  @Option(help: ArgumentHelp("Write the cases as JUnit XML.", valueName: "file"))
  var junit: String?

  @Option(
    help: ArgumentHelp(
      "Write what the candidate measured as a record, for assay history, report and export.", valueName: "file"))
  var candidateRecord: String?

  @Flag(help: "Print annotations for GitHub Actions, and append the Markdown to $GITHUB_STEP_SUMMARY.")
  var github = false

  private var files: [OutputFile.Named] {
    [("--markdown", markdown), ("--junit", junit), ("--candidate-record", candidateRecord)]
  }

  /// The page of the job, where GitHub Actions names one.
  private var summary: String? {
    guard github, let path = ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"], !path.isEmpty else {
      return nil
    }
    return path
  }

  /// Refuses what cannot be written or would overwrite what is read, before minutes are spent.
  ///
  /// - Parameters:
  ///   - output: where the trial goes, where the user says so.
  ///   - inputs: the files that the gate reads.
  func requireWritable(output: String?, inputs: [OutputFile.Named], overwrite: Bool) throws {
    try OutputFile.requireDistinct([("--output", output)] + files + [("$GITHUB_STEP_SUMMARY", summary)], from: inputs)
    for (name, path) in files {
      if let path { try OutputFile(path, option: name).requireWritable(overwrite: overwrite) }
    }
  }

  /// Writes what was asked for.
  ///
  /// - Parameters:
  ///   - candidate: what the candidate measured; nil where nothing was.
  ///   - failsInconclusive: whether the command fails where the gate is inconclusive.
  func write(_ outcome: GateResult, title: String, candidate: Record?, failsInconclusive: Bool) throws {
    let text = GateMarkdown(outcome, title: title).text
    if let markdown { try OutputFile(markdown, option: "--markdown").write(text.utf8) }
    if let junit {
      let report = GateJUnit(outcome, title: title, failsInconclusive: failsInconclusive)
      try OutputFile(junit, option: "--junit").write(report.text.utf8)
    }
    if let candidateRecord {
      guard let candidate else {
        throw CommandFailure("The candidate measured nothing, so there is no \(candidateRecord).", exitCode: 69)
      }
      try RecordFile(path: candidateRecord).write(candidate)
    }
    guard github else { return }
    try Terminal.write(GateAnnotations(outcome).text)
    if let summary { _ = try AppendedFile(summary).add { _ in text } }
  }
}
