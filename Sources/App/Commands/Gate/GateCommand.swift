import Analysis
import ArgumentParser
import Foundation
import Records
import Reports
import Trials

/// `assay gate`.
struct GateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Judges whether a candidate is slower, or worse otherwise, than its base: for CI.",
    discussion: """
      Base, candidate and base again are measured in turns, each by processes of their own and in an order that is drawn, \
      until every case is decided or the rounds or the budget are at their end. The base against itself shows the noise. \
      Disturbed rounds are repeated. What is measured is what assay run measures: its options follow after --, by default \
      --suite gate. Records can be judged too, but say nothing of what moved between them.

      Exit codes: 0 pass, 1 regression, 2 inconclusive, 3 environment unfit, 64 usage, 65 bad data, 66 input not found, 69 an \
      arm cannot be built or measured, 73 cannot write, 130 interrupted.

      Examples:
        assay gate --base old/assay --candidate new/assay
        assay gate --base old/assay --candidate new/assay \\
          --limits limits.yaml --budget 10m -- --workload resnet50 --threads 1
        assay gate --base-revision main --candidate-revision HEAD
        assay gate --base old.json --candidate new.json
        assay gate --from Results/local/gate-TIME.json --limits limits.yaml

      A file of limits:
        limits: {latency: 3%, memory: 10%, energy: auto, accuracy: 1 point}
        cells:
          - match: "resnet50/int8/*"
            latency: 5%
            memory: off
      """)

  @OptionGroup var sources: TrialSourceOptions

  @Option(help: ArgumentHelp("Limits by metric and cell.", valueName: "file"))
  var limits: String?

  @Option(
    help:
      "The most rounds; whether everything is decided is looked at half, at three quarters and at the end (default: 20)."
  )
  var rounds: Int?

  @Option(help: ArgumentHelp("The most time, for example 10m (default: 30m).", valueName: "time"))
  var budget: String?

  @Option(help: ArgumentHelp("The share of gates on equal builds that may fail.", valueName: "share"))
  var alpha = "5%"

  @Option(
    help: ArgumentHelp(
      "Rounds that may be disturbed before the machine counts as unfit (default: half of --rounds).", valueName: "n"))
  var maxDisturbed: Int?

  @Option(help: ArgumentHelp("Whether what cannot be told passes or fails.", valueName: "pass|fail"))
  var inconclusive = "fail"

  @Option(help: "Seed of the orders.")
  var seed: UInt64?

  @Option(help: ArgumentHelp("Where the trial goes; by default Results/local/gate-TIME.json.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace existing files.")
  var overwrite = false

  @OptionGroup var exports: GateExportOptions

  @Flag(help: "Print the outcome as JSON.")
  var json = false

  @Argument(parsing: .postTerminator, help: ArgumentHelp("Options of assay run, after --.", valueName: "run options"))
  var options: [String] = []

  func run() async throws {
    let settings = try settings()
    let passesInconclusive = try passesInconclusive()
    guard !json || !exports.github else {
      throw CommandFailure("--json and --github both print; leave one out.", exitCode: 64)
    }
    try exports.requireWritable(output: output, inputs: [("--limits", limits)] + sources.files, overwrite: overwrite)
    let limits = try limits.map(GateLimitsFile.limits) ?? GateLimits()
    let source = try sources.source()
    switch source {
    case .trial(let path):
      try requireNoRun("--from judges what was measured")
      let trial = try Trial(path: path)
      try finish(
        GateJudge(limits: limits, alpha: settings.alpha).result(of: trial), title: GateTitle.of(trial), of: trial,
        passesInconclusive)
    case .records(let base, let candidate):
      try requireNoRun("Two records are judged as they are", isOfRecords: true)
      let records = (try RecordFile(path: base).read(), try RecordFile(path: candidate).read())
      let outcome = try GateJudge(limits: limits, alpha: settings.alpha).result(base: records.0, candidate: records.1)
      try finish(outcome, title: "Gate: base \(base) against candidate \(candidate)", passesInconclusive)
    case .commands(let base, let candidate):
      let judge = GateJudge(limits: limits, alpha: settings.alpha)
      let session = TrialSession(
        options: TrialSession.options(options), builds: sources.builds, plan: settings.plan,
        isDecided: { judge.isDecided($0, look: $1) }, isSettled: { judge.isSettled($0) },
        check: { try judge.requireUseful($0, rounds: settings.plan.rounds) })
      let path = try OutputFile.results(at: output, overwrite: overwrite, name: "gate", what: "trial")
      let trial = try await session.run(base: base, candidate: candidate, path: path)
      guard trial.end != .interrupted || !trial.arms.isEmpty else { throw ExitCode(130) }
      try finish(
        judge.result(of: trial), title: GateTitle.of(trial), of: trial, path: path, passesInconclusive)
    }
  }

  /// Prints and writes the outcome and ends the command as it says.
  private func finish(
    _ outcome: GateResult, title: String, of trial: Trial? = nil, path: String? = nil, _ passesInconclusive: Bool
  ) throws {
    // First what is printed: a verdict is not lost where a file cannot be written.
    if json {
      try Terminal.write(json: outcome)
    } else {
      try Terminal.write(GateReport(outcome, title: title, path: path, limits: self.limits, style: Terminal.style).text)
    }
    try exports.write(
      outcome, title: title, candidate: trial?.arms[.candidate]?.record, failsInconclusive: !passesInconclusive)
    if path != nil, trial?.end == .interrupted { throw ExitCode(130) }
    if outcome.verdict == .inconclusive, passesInconclusive {
      Terminal.note("Inconclusive, and let through by --inconclusive pass.\n")
    }
    let code = outcome.verdict.exitCode(passesInconclusive: passesInconclusive)
    if code != 0 { throw ExitCode(code) }
  }

  private struct Settings {
    let plan: TrialPlan
    let alpha: Double
  }

  private func settings() throws -> Settings {
    let rounds = rounds ?? 20
    guard (GateJudge.leastRounds...1000).contains(rounds) else {
      throw CommandFailure(
        "--rounds is \(GateJudge.leastRounds) to 1000: fewer can never tell a difference from noise.", exitCode: 64)
    }
    let share = try ShareArgument.parse(alpha, option: "--alpha")
    guard share >= 0.0001, share <= 0.5 else { throw CommandFailure("--alpha is 0.01% to 50%.", exitCode: 64) }
    guard maxDisturbed ?? 0 >= 0 else { throw CommandFailure("--max-disturbed is 0 or more.", exitCode: 64) }
    let plan = TrialPlan(
      seed: seed ?? UInt64.random(in: 0...UInt64(UInt32.max)), looks: GateJudge.looks(rounds: rounds),
      budgetSeconds: try budget.map(BudgetArgument.seconds) ?? 1800, discardLimit: maxDisturbed ?? rounds / 2)
    return Settings(plan: plan, alpha: share)
  }

  private func passesInconclusive() throws -> Bool {
    switch inconclusive {
    case "pass": return true
    case "fail": return false
    default: throw CommandFailure("--inconclusive is pass or fail.", exitCode: 64)
    }
  }

  /// Refuses options that would do nothing.
  private func requireNoRun(_ why: String, isOfRecords: Bool = false) throws {
    let given = [
      ("--output", output != nil), ("--rounds", rounds != nil), ("--budget", budget != nil), ("--seed", seed != nil),
      ("--max-disturbed", maxDisturbed != nil), ("options of builds", sources.hasBuildOptions),
      ("options after --", !options.isEmpty),
      ("--candidate-record", isOfRecords && exports.candidateRecord != nil),
    ].filter(\.1).map(\.0)
    guard given.isEmpty else {
      throw CommandFailure("\(why); leave \(given.joined(separator: ", ")) out.", exitCode: 64)
    }
  }
}
