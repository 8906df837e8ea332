import ArgumentParser
import Foundation
import Harness
import LoadGen
import MLPerf
import Reports

/// `assay mlperf audit`.
struct MLPerfAuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Runs MLPerf's audits: that performance mode computes what accuracy mode does, and keeps no results.",
    discussion: """
      TEST01 keeps 1024 responses of a performance run: they must be those of an \
      accuracy run byte for byte, and the score must stay within 10 % (20 % of \
      latencies below 0.2 ms). TEST04 issues one sample again and again, which \
      must not be more than 10 % faster. Each runs the test that it is held \
      against first. Ends with exit code 1 where an audit fails.

      Examples:
        assay mlperf audit TEST01 resnet50 --scenario Offline
        assay mlperf audit TEST04 resnet50 --output-dir logs/audits
        assay mlperf audit TEST01 --system sleep:2ms --min-duration 2s
      """)

  @Argument(help: "TEST01 or TEST04.")
  var audit: Audit

  @OptionGroup var system: MLPerfSystemOptions

  @Option(help: "SingleStream, MultiStream, Server or Offline.")
  var scenario = TestScenario.singleStream

  @OptionGroup var options: MLPerfTestOptions

  @Option(help: ArgumentHelp("Write the audited run and what was found here; made if missing.", valueName: "folder"))
  var outputDir: String?

  @Flag(help: "Replace files that are there.")
  var overwrite = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    if audit == .test04, scenario == .server {
      throw CommandFailure(
        "In Server the rate is given and not found, so TEST04 would see nothing; audit SingleStream or Offline.",
        exitCode: 64)
    }
    try requireNewFolder()
    let settings = try options.completeSettings(scenario, mode: .performance, model: system.name, isAudit: true)
    let session = try MLPerfSession(system, settings: settings)
    try session.warmUp(settings)
    let reference = try test(settings, session, "Reference")
    let audited: RunLog
    let verdict: AuditVerdict
    switch audit {
    case .test01:
      var all = settings
      all.mode = .accuracy
      let accuracy = try test(all, session, "Accuracy")
      let sampled = audit.settings(from: settings, sampleCount: reference.result.sampleCount)
      audited = try test(sampled, session, audit.rawValue)
      verdict = .test01(
        responses: audited.responses, accuracy: accuracy.responses, reference: AuditScore(reference),
        audited: AuditScore(audited))
    case .test04:
      audited = try test(audit.settings(from: settings), session, audit.rawValue)
      verdict = .test04(reference: AuditScore(reference), audited: AuditScore(audited))
    }
    if let outputDir {
      for (folder, files) in verdict.files(of: audited) {
        try LogFolder(path: "\(outputDir)/\(audit.rawValue)/\(folder)").write(files, replacing: overwrite)
      }
    }
    let applies = audit.applies(to: .of(workload: system.name))
    if json {
      try Terminal.write(json: verdict)
    } else {
      try Terminal.write(AuditReport(verdict, applies: applies, style: Terminal.style).text)
    }
    guard verdict.passes else { throw ExitCode(1) }
  }

  /// Minutes of testing would be lost if the folder were refused after it.
  private func requireNewFolder() throws {
    guard let outputDir else { return }
    guard !outputDir.isEmpty else { throw CommandFailure("--output-dir needs the path of a folder.", exitCode: 64) }
    try OutputFile.requireNew("\(outputDir)/\(audit.rawValue)", option: "--output-dir", overwrite: overwrite)
    do { try FileManager.default.createDirectory(atPath: outputDir, withIntermediateDirectories: true) } catch {
      throw CommandFailure("Cannot make the folder \(outputDir) for the audit.", exitCode: 73)
    }
  }

  private func test(_ settings: TestSettings, _ session: MLPerfSession, _ title: String) throws -> RunLog {
    let outcome = try session.run(settings, title: title)
    guard !session.isStopped else { throw ExitCode(130) }
    return RunLog(
      result: outcome.result, responses: outcome.responses, software: "Assay \(AssayVersion.current)",
      label: options.profile.label)
  }
}

extension Audit: ExpressibleByArgument {}
