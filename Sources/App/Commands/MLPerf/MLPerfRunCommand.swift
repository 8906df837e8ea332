import ArgumentParser
import Energy
import Foundation
import Harness
import LoadGen
import MLPerf
import Reports
import Serving
import Topology

/// `assay mlperf run`.
struct MLPerfRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Tests a model, or a stand-in, in one of MLPerf's scenarios and writes MLPerf's logs.",
    discussion: """
      The system runs in this process. In SingleStream and MultiStream queries \
      are answered on the thread that issues them; in Server and Offline they \
      are batched for one or more instances. Accuracy mode answers every sample \
      once; other precisions than FP32 are then scored against it, which takes \
      a second run. Ends with exit code 1 where the result is not valid. See \
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

  @Flag(
    inversion: .prefixedNo,
    help: "Accuracy mode: run FP32 too, tell how close the responses are, and write that to accuracy.txt.")
  var score = true

  @OptionGroup var options: MLPerfTestOptions

  @OptionGroup var power: MeterOptions

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
    let topology = try Topology.discover()
    let metering = try power.metering(topology, outside: try system.placedPUs(topology), idle: 0)
    let (outcome, interrupts) = try test(settings)
    let energy = TestEnergy(of: outcome.result, metering)
    let log = RunLog(
      result: outcome.result, responses: outcome.responses, software: "Assay \(AssayVersion.current)",
      label: options.profile.label)
    try folder?.write(log, latencies: outcome.latencies, power: energy.file)
    // What was measured is shown, whatever becomes of its score.
    var score = MLPerfScore.none
    var failure: (any Error)?
    do {
      if self.score { score = try .score(of: outcome, settings, system, interrupts) }
      if let line = score.line { try folder?.write(score: line, of: log) }
    } catch { failure = error }
    let document = MLPerfDocument(outcome, profile: options.profile, fidelity: score.fidelity, power: energy.readings)
    let refusals = folder?.refusals ?? []
    if json { try Terminal.write(json: document) } else { try Terminal.write(text(document, refusals)) }
    if let failure { throw failure }
    if interrupts.isSet { throw ExitCode(130) }
    guard document.validity.isClean, refusals.isEmpty else { throw ExitCode(1) }
  }

  /// Tests the system. The model is given up before this returns: that of a score would need as much memory again.
  private func test(_ settings: TestSettings) throws -> (TestBench.Outcome, InterruptFlag) {
    let session = try MLPerfSession(system, settings: settings)
    try session.warmUp(settings)
    return (try session.run(settings), session.interrupts)
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
      MLPerfPowerReport(document.power, of: document.result, style: style).text,
      document.batching.map { BatchingReportText($0, style: style).text }, logs,
    ].compactMap { $0 }.joined(separator: "\n")
  }
}
