import Analysis
import ArgumentParser
import Foundation
import Reports

/// Files that a gate writes beside its table. For CI.
struct GateExportOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write the outcome as Markdown, for a pull request.", valueName: "file"))
  var markdown: String?

  @Option(help: ArgumentHelp("Write the cases as JUnit XML.", valueName: "file"))
  var junit: String?

  @Flag(help: "Print annotations for GitHub Actions, and append the Markdown to $GITHUB_STEP_SUMMARY.")
  var github = false

  private var files: [OutputFile.Named] { [("--markdown", markdown), ("--junit", junit)] }

  /// Refuses what cannot be written or would overwrite what is read, before minutes are spent.
  ///
  /// - Parameters:
  ///   - output: where the trial goes, where the user says so.
  ///   - inputs: the files that the gate reads.
  func requireWritable(output: String?, inputs: [OutputFile.Named], overwrite: Bool) throws {
    try OutputFile.requireDistinct([("--output", output)] + files, from: inputs)
    for (name, path) in files {
      if let path { try OutputFile(path, option: name).requireWritable(overwrite: overwrite) }
    }
  }

  /// Writes what was asked for.
  func write(_ outcome: GateResult, title: String) throws {
    let text = GateMarkdown(outcome, title: title).text
    if let markdown { try OutputFile(markdown, option: "--markdown").write(text.utf8) }
    if let junit { try OutputFile(junit, option: "--junit").write(GateJUnit(outcome, title: title).text.utf8) }
    guard github else { return }
    try Terminal.write(GateAnnotations(outcome).text)
    if let summary = ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"], !summary.isEmpty {
      try append(text, to: summary)
    }
  }

  private func append(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw CommandFailure("Cannot append to \(path), which $GITHUB_STEP_SUMMARY names.", exitCode: 73)
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do { try handle.write(contentsOf: Data(text.utf8)) } catch {
      throw CommandFailure(
        "Cannot append to \(path), which $GITHUB_STEP_SUMMARY names: it cannot be written.", exitCode: 73)
    }
  }
}
