import Analysis
import ArgumentParser
import Energy
import Foundation
import Harness
import HostState
import LoadGen
import Records
import Reports
import Topology

/// `assay loadline`.
struct LoadLineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loadline",
    abstract: "Tells what a machine does and draws at loads from all that it can down to active idle.",
    discussion: """
      Three calibration intervals find the maximum; then 100, 90 ... 10 % of it \
      arrive at random (Poisson), and at last nothing (active idle). With an \
      energy meter every step has its watts and samples a joule, and two figures \
      tell of all: samples a joule in SPECpower's manner, and how far power \
      follows load. Without one the power column is unavailable.

      Examples:
        assay loadline resnet50 --precision int8
        assay loadline bert-base-128 --step-time 60s --svg loadline.svg
        assay loadline resnet50 --power-model idle=50,max=200 --json
        assay loadline --system sleep:2ms --step-time 2s --steps 4
      """)

  @OptionGroup var system: MLPerfSystemOptions

  @OptionGroup var power: MeterOptions

  @Option(help: ArgumentHelp("How long each step takes.", valueName: "time"))
  var stepTime = TimeArgument(nanoseconds: 10_000_000_000)

  @Option(help: ArgumentHelp("Steps between full load and active idle, evenly apart.", valueName: "n"))
  var steps = 10

  @Option(help: ArgumentHelp("Write the load line as JSON to this file too.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Write a picture to this file.", valueName: "file"))
  var svg: String?

  @Flag(help: "Replace files that are there.")
  var overwrite = false

  @Flag(help: "Print JSON.")
  var json = false

  /// As many as SPECpower has.
  private static let calibrations = 3

  func run() async throws {
    guard (1...100).contains(steps) else { throw CommandFailure("--steps must be from 1 to 100.", exitCode: 64) }
    guard (100_000_000...3_600_000_000_000).contains(stepTime.nanoseconds) else {
      throw CommandFailure("--step-time must be from 100ms to 3600s.", exitCode: 64)
    }
    try OutputFile.requireDistinct([("--output", output), ("--svg", svg)], from: [])
    for (option, path) in [("--output", output), ("--svg", svg)] {
      if let path { try OutputFile(path, option: option).requireWritable(overwrite: overwrite) }
    }
    let topology = try Topology.discover()
    let begun = Date.now
    let metering = try power.metering(topology, outside: try system.placedPUs(topology), idle: 0)
    let session = try MLPerfSession(system, settings: settings(rate: 1))
    let (calibration, maximum) = try calibrated(session)
    var line = LoadLine(
      tool: .current, createdAt: begun.formatted(.iso8601), machine: .read(topology: topology),
      system: system.description, calibration: calibration, maximum: maximum,
      stepSeconds: Double(stepTime.nanoseconds) / 1e9, steps: [], monitor: nil)
    for step in (1...steps).reversed() {
      let share = Double(step) / Double(steps)
      let outcome = try session.run(
        settings(rate: share * maximum), title: "Load \(Int((share * 100).rounded())) %")
      if session.isStopped { throw ExitCode(130) }
      line.system = outcome.model?.name ?? outcome.result.system
      line.steps.append(try Self.step(share, offered: share * maximum, outcome.result, metering))
    }
    line.steps.append(try await idle(session, metering))
    line.monitor = metering.monitor?.account
    try show(line)
  }

  /// A Server test of a rate, without a bound of latency.
  private func settings(rate: Double) -> TestSettings {
    var settings = TestSettings(scenario: .server)
    settings.targetQPS = rate
    settings.minDuration = stepTime.nanoseconds
    settings.minQueryCount = 1
    settings.targetLatency = 3_600_000_000_000
    return settings
  }

  private func calibrated(_ session: MLPerfSession) throws -> (intervals: [Double], maximum: Double) {
    try session.warmUp(settings(rate: 1))
    var intervals: [Double] = []
    for number in 1...Self.calibrations {
      let result = try session.run(
        settings(rate: 1).saturating(for: stepTime.nanoseconds), title: "Calibration \(number) of \(Self.calibrations)"
      ).result
      if session.isStopped { throw ExitCode(130) }
      guard let rate = result.headlines.first?.value, rate > 0 else {
        throw CommandFailure("The system answered no sample, so it has no maximum.", exitCode: 1)
      }
      intervals.append(rate)
    }
    return (intervals, intervals.suffix(2).reduce(0, +) / 2)
  }

  private static func step(
    _ share: Double, offered: Double, _ result: TestResult, _ metering: Metering
  ) throws -> LoadLine.Step {
    guard let clock = result.clock, result.lastCompleted > 0 else {
      throw CommandFailure("The system answered nothing at \(Int((share * 100).rounded())) % load.", exitCode: 1)
    }
    let length = max(result.lastCompleted, result.lastIssued)
    var step = step(share, offered: offered, from: clock.start, to: clock.start + length, metering)
    step.completed = Double(result.completedCount) / step.seconds
    step.p50 = result.sampleLatency.map { Double($0.values[0]) / 1e9 }
    step.p99 = result.sampleLatency.map { Double($0.values[4]) / 1e9 }
    step.failed = result.faults.failed + result.faults.unanswered
    return step
  }

  /// What was drawn from one moment to another, in which nothing was answered.
  private static func step(
    _ share: Double, offered: Double, from begin: Int64, to end: Int64, _ metering: Metering
  ) -> LoadLine.Step {
    let readings = metering.monitor?.energy(from: begin, to: end) ?? []
    return LoadLine.Step(
      load: share, offered: offered, completed: 0, p50: nil, p99: nil, seconds: Double(end - begin) / 1e9, failed: 0,
      energy: Metering.headline(readings) ?? .unavailable(reason: "No meter was read."),
      meters: readings.count > 1 ? readings : nil)
  }

  private func idle(_ session: MLPerfSession, _ metering: Metering) async throws -> LoadLine.Step {
    let begin = PowerMonitor.now
    try session.idle(for: stepTime.nanoseconds, title: "Active idle")
    if session.isStopped { throw ExitCode(130) }
    return Self.step(0, offered: 0, from: begin, to: PowerMonitor.now, metering)
  }

  private func show(_ line: LoadLine) throws {
    let document = Document(line: line, score: LoadLineScore(line))
    // First what needs no file: minutes of measuring are not lost to a full disk.
    if json {
      try Terminal.write(json: document)
    } else {
      try Terminal.write(LoadLineReport(line, style: Terminal.style).text)
    }
    if let output { try OutputFile(output, option: "--output").write(try Terminal.text(json: document).utf8) }
    if let svg { try OutputFile(svg, option: "--svg").write(LoadLineChart(line).svg.utf8) }
  }

  /// What `--json` prints.
  private struct Document: Encodable {
    let line: LoadLine
    let score: LoadLineScore
  }
}
