import ArgumentParser
import Foundation
import Harness
import LoadGen
import MLPerf
import Reports
import Serving

/// `assay mlperf run`.
struct MLPerfRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Tests a model, or a stand-in, in one of MLPerf's scenarios and writes MLPerf's logs.",
    discussion: """
      The system runs in this process. In SingleStream and MultiStream queries
      are answered on the thread that issues them; in Server and Offline they
      are batched for one or more instances. Ends with exit code 1 where the
      result is not valid. See docs/mlperf.md.

      Examples:
        assay mlperf run resnet50 --scenario SingleStream
        assay mlperf run resnet50 --precision int8 --scenario Server \\
          --target-qps 60 --target-latency 50ms --max-batch 4 --max-wait 2ms
        assay mlperf run bert-base-128 --scenario Offline --instances 2
        assay mlperf run resnet50 --mode accuracy --output-dir logs/accuracy
        assay mlperf run --system sleep:2ms --scenario Server \\
          --target-qps 300 --performance-sample-count 100 --output-dir logs
      """)

  @OptionGroup var system: MLPerfSystemOptions

  @Option(help: "SingleStream, MultiStream, Server or Offline.")
  var scenario = TestScenario.singleStream

  @Option(help: "What to learn: performance or accuracy.")
  var mode = Mode.performance

  @OptionGroup var options: MLPerfTestOptions

  @Option(help: ArgumentHelp("Write MLPerf's logs into this folder; made if missing.", valueName: "folder"))
  var outputDir: String?

  @Option(help: ArgumentHelp("How the logs are written: mlperf, or json for one document.", valueName: "format"))
  var logFormat = LogFormat.mlperf

  @Flag(help: "Replace logs that are there.")
  var overwrite = false

  @Flag(help: "Print JSON.")
  var json = false

  /// What a test wants to learn.
  enum Mode: String, ExpressibleByArgument, CaseIterable {
    case performance, accuracy

    var testMode: TestMode { self == .performance ? .performance : .accuracy }
  }

  /// A way to write logs.
  enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case mlperf, json

    var writer: any RunLogWriter { self == .mlperf ? MLPerfLogWriter() : JSONLogWriter() }
  }

  func run() throws {
    let settings = try options.completeSettings(scenario, mode: mode.testMode, model: system.name)
    let folder = try outputDir.map { try MLPerfLogs($0, format: logFormat, overwrite: overwrite) }
    let session = try MLPerfSession(system, settings: settings)
    try session.warmUp(settings)
    let outcome = try session.run(settings)
    let document = MLPerfDocument(outcome, profile: options.profile)
    let refusals = try folder?.write(outcome, label: document.label) ?? []
    if json { try Terminal.write(json: document) } else { try Terminal.write(text(document, refusals)) }
    guard document.validity.isClean, refusals.isEmpty else {
      throw ExitCode(outcome.result.end == .interrupted ? 130 : 1)
    }
  }

  private func text(_ document: MLPerfDocument, _ refusals: [SelfCheck.Finding]) -> String {
    let style = Terminal.style
    let title = "\(document.result.system), \(scenario.rawValue), \(mode.rawValue): \(document.label)"
    let logs = outputDir.map { folder in
      "Logs: \(Terminal.harmless(folder))"
        + (logFormat != .mlperf
          ? "\n" : refusals.isEmpty ? ", accepted by assay mlperf check\n" : ", refused by assay mlperf check:\n")
        + refusals.map { "  \(Terminal.harmless($0.sentence))\n" }.joined()
    }
    return [
      title + "\n",
      ValidityReport(document.validity, headlines: document.headlines, style: style).text,
      TestReport(document.result, style: style).text,
      document.batching.map { BatchingReportText($0, style: style).text }, logs,
    ].compactMap { $0 }.joined(separator: "\n")
  }
}
