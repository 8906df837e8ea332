import ArgumentParser
import Foundation
import Harness
import LoadGen
import MLPerf
import Reports

/// `assay mlperf peak`.
struct PeakCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peak",
    abstract: "Finds the largest rate of queries that a system serves within a bound of latency (scenario Server).",
    discussion: """
      Short runs, which end as soon as their rate is decided, close in on the \
      rate; runs of the profile's full length confirm it. A rate is valid only \
      where such a run passed, with early stopping. Ends with exit code 1 where \
      no rate did.

      Examples:
        assay mlperf peak resnet50 --target-latency 50ms
        assay mlperf peak bert-base-128 --instances 2 --width 2% --budget 1h
        assay mlperf peak --system sleep:2ms --target-latency 15ms --json
        assay mlperf peak resnet50 --profile mlperf --target-qps 60
      """)

  @OptionGroup var system: MLPerfSystemOptions

  @OptionGroup var options: MLPerfTestOptions

  @Option(help: ArgumentHelp("Try no higher rate, queries a second.", valueName: "rate"))
  var highest = 500_000.0

  @Option(help: ArgumentHelp("How narrow the answer's interval has to be.", valueName: "share"))
  var width = "5%"

  @Option(help: ArgumentHelp("Time for all runs; as long as 17 full ones unless given.", valueName: "time"))
  var budget: TimeArgument?

  @Flag(help: "Print JSON.")
  var json = false

  /// Offline shows in this time about what the system can do, nanoseconds.
  private static let estimateTime: Int64 = 3_000_000_000

  func run() throws {
    let width = try ShareArgument.parse(width, option: "--width")
    let settings = try options.settings(.server, mode: .performance, model: system.name)
    // A plan for any rate: what is wrong with it is better said before a model is loaded.
    _ = try plan(settings, start: options.traffic.targetQPS ?? highest, width: width)
    let session = try MLPerfSession(system, settings: settings)
    try session.warmUp(settings)
    let start = try options.traffic.targetQPS ?? estimate(settings, session)
    let plan = try plan(settings, start: start, width: width)
    let search = try searched(plan, settings, session)
    let answer: PeakAnswer
    if case .done(let done) = search.next { answer = done } else { answer = search.interrupted }
    let document = Document(
      system: system.description, profile: options.profile, label: options.profile.label, plan: plan, answer: answer,
      runs: search.runs)
    if json {
      try Terminal.write(json: document)
    } else {
      let report = PeakReport(answer, runs: search.runs, plan: plan, style: Terminal.style).text
      try Terminal.write("\(document.system): \(document.label)\n\n\(report)")
    }
    if answer.end == .interrupted { throw ExitCode(130) }
    if answer.valid == nil { throw ExitCode(1) }
  }

  private func plan(_ settings: TestSettings, start: Double, width: Double) throws -> PeakPlan {
    do {
      let full = Double(max(settings.minDuration, 1)) / 1e9
      return try PeakPlan(
        settings: settings, start: start, highest: highest, width: width,
        budget: budget.map { Double($0.nanoseconds) / 1e9 } ?? 17 * full)
    } catch {
      throw CommandFailure(error.description, exitCode: 64)
    }
  }

  /// About what the system can do at most, queries a second.
  private func estimate(_ settings: TestSettings, _ session: MLPerfSession) throws -> Double {
    let result = try session.run(settings.saturating(for: Self.estimateTime), title: "Estimating the capacity").result
    if result.end == .interrupted { throw ExitCode(130) }
    guard let rate = result.headlines.first?.value, rate > 0 else {
      throw CommandFailure("The system answered no sample, so it has no rate to begin with.", exitCode: 1)
    }
    return rate
  }

  private func searched(_ plan: PeakPlan, _ settings: TestSettings, _ session: MLPerfSession) throws -> PeakSearch {
    var search = try PeakSearch(plan)
    while !session.isStopped, case .run(let step) = search.next {
      let line = PeakProgress(
        step, number: search.runs.count + 1, interval: search.interval, elapsed: search.seconds, budget: plan.budget)
      var watch = PeakWatch(step)
      let begin = ContinuousClock.now
      let result = try session.run(step.settings(from: settings), title: line.plain) { watch.isDecided($0) }.result
      if result.end == .interrupted { break }
      let seconds = (ContinuousClock.now - begin) / .seconds(1)
      search.record(PeakRun(step: step, result: result, look: watch.look, seconds: seconds))
    }
    return search
  }

  /// What `--json` prints.
  private struct Document: Encodable {
    let system: String
    let profile: Profile
    let label: String
    let plan: PeakPlan
    let answer: PeakAnswer
    let runs: [PeakRun]
  }
}
