import ArgumentParser
import Foundation
import Harness
import LoadGen
import MLPerf
import Records
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
      are batched for one or more instances. Accuracy mode answers every sample
      once; other precisions than FP32 are then scored against it, which takes
      a second run. Ends with exit code 1 where the result is not valid. See
      docs/mlperf.md.

      Examples:
        assay mlperf run resnet50 --scenario SingleStream
        assay mlperf run resnet50 --precision int8 --scenario Server \\
          --target-qps 60 --target-latency 50ms --max-batch 4 --max-wait 2ms
        assay mlperf run bert-base-128 --scenario Offline --instances 2
        assay mlperf run resnet50 --precision int8 --mode accuracy \\
          --output-dir logs/accuracy
        assay mlperf run --system sleep:2ms --scenario Server \\
          --target-qps 300 --performance-sample-count 100 --output-dir logs
      """)

  @OptionGroup var system: MLPerfSystemOptions

  @Option(help: "SingleStream, MultiStream, Server or Offline.")
  var scenario = TestScenario.singleStream

  @Option(help: "What to learn: performance or accuracy.")
  var mode = Mode.performance

  @Flag(inversion: .prefixedNo, help: "Accuracy mode: run FP32 too and tell how close the responses are to its own.")
  var score = true

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
    let folder = try outputDir.map {
      try MLPerfLogs($0, format: logFormat, isScored: isScored, overwrite: overwrite)
    }
    let outcome = try test(settings)
    try folder?.write(outcome, label: options.profile.label)
    let fidelity = try fidelity(of: outcome, settings)
    if let fidelity { try folder?.write(score: ServedFidelityReport(fidelity).score) }
    let document = MLPerfDocument(outcome, profile: options.profile, fidelity: fidelity)
    let refusals = folder?.refusals ?? []
    if json { try Terminal.write(json: document) } else { try Terminal.write(text(document, refusals)) }
    guard document.validity.isClean, refusals.isEmpty else {
      throw ExitCode(outcome.result.end == .interrupted ? 130 : 1)
    }
  }

  private func test(_ settings: TestSettings) throws -> TestBench.Outcome {
    let session = try MLPerfSession(system, settings: settings)
    try session.warmUp(settings)
    return try session.run(settings)
  }

  /// Whether there is anything that the responses can be held against.
  private var isScored: Bool { score && mode == .accuracy && system.fp32 != nil }

  /// How close the responses are to FP32's, of the same engine on the same threads; nil where that cannot be told.
  private func fidelity(of outcome: TestBench.Outcome, _ settings: TestSettings) throws -> Fidelity? {
    guard isScored, let reference = system.fp32, Validity(outcome.result).isClean else { return nil }
    guard outcome.model?.isFP32Response == true else {
      Terminal.note("assay: not scored: outputs that are no FP32 numbers have no closeness.\n")
      return nil
    }
    // The model that was tested is gone by now: two would need twice the memory.
    let session = try MLPerfSession(reference, settings: settings)
    let expected = try session.run(settings, title: "FP32 for the score")
    guard !session.isStopped else { return nil }
    let scoring = try reference.scoring()
    do throws(FidelityError) {
      return try ServedFidelity.compare(outcome.responses, with: expected.responses, scoring: scoring)
    } catch {
      Terminal.note("assay: not scored: \(Terminal.harmless(error.description))\n")
      return nil
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
      document.fidelity.map { ServedFidelityReport($0, style: style).text },
      TestReport(document.result, style: style).text,
      document.batching.map { BatchingReportText($0, style: style).text }, logs,
    ].compactMap { $0 }.joined(separator: "\n")
  }
}
