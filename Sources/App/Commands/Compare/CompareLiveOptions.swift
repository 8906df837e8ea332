import ArgumentParser
import Foundation
import Records
import Trials

/// Two commands or revisions that are measured in turns, to be compared.
struct CompareLiveOptions: ParsableArguments {
  @OptionGroup var sources: TrialSourceOptions

  @Option(help: "Rounds of commands that are measured: each runs both sides and the base again (default: 10).")
  var rounds: Int?

  @Option(help: ArgumentHelp("The most time for measuring, for example 10m (default: 30m).", valueName: "time"))
  var budget: String?

  @Option(
    help: ArgumentHelp("Rounds that may be disturbed before it ends (default: as many as --rounds).", valueName: "n"))
  var maxDisturbed: Int?

  @Option(help: ArgumentHelp("Where the trial goes; by default Results/local/compare-TIME.json.", valueName: "file"))
  var trial: String?

  /// Whether something is to be measured, or a trial to be shown.
  var isGiven: Bool { sources.isGiven }

  /// Refuses options that would do nothing.
  func requireUnused() throws(CommandFailure) {
    guard rounds == nil, budget == nil, trial == nil, maxDisturbed == nil else {
      throw CommandFailure(
        "--rounds, --budget, --max-disturbed and --trial are for commands that are measured; give --base and --candidate.",
        exitCode: 64)
    }
  }

  /// The trial: measured now, or read.
  ///
  /// - Parameters:
  ///   - options: what is measured: options of `assay run`.
  ///   - isForced: whether unlike arms are measured all the same.
  ///   - overwrite: whether `--trial` may replace a file.
  func trial(_ options: [String], isForced: Bool, overwrite: Bool) async throws -> Trial {
    switch try sources.source() {
    case .trial(let path):
      try requireUnused()
      guard options.isEmpty else {
        throw CommandFailure("--from shows what was measured; leave \(options[0]) out.", exitCode: 64)
      }
      return try Trial(path: path)
    case .records:
      throw CommandFailure("Records are compared without options: assay compare BASE CANDIDATE.", exitCode: 64)
    case .commands(let base, let candidate):
      let count = rounds ?? 10
      guard (1...1000).contains(count) else { throw CommandFailure("--rounds is 1 to 1000.", exitCode: 64) }
      guard maxDisturbed ?? 0 >= 0 else { throw CommandFailure("--max-disturbed is 0 or more.", exitCode: 64) }
      let plan = TrialPlan(
        seed: UInt64.random(in: 0...UInt64(UInt32.max)), looks: [count],
        budgetSeconds: try budget.map(BudgetArgument.seconds) ?? 1800, discardLimit: maxDisturbed ?? count)
      let session = TrialSession(
        options: TrialSession.options(options), builds: sources.builds, plan: plan, isDecided: { _, _ in false },
        isSettled: { _ in false },
        check: { arms in
          guard !isForced, let base = arms[.base], let candidate = arms[.candidate] else { return }
          try ComparisonDisplay.requireAlike(base: base, candidate: candidate)
        })
      let path = try OutputFile.results(
        at: trial, option: "--trial", overwrite: overwrite, name: "compare", what: "trial")
      let trial = try await session.run(base: base, candidate: candidate, path: path)
      Terminal.note("The trial is in \(path).\n")
      return trial
    }
  }
}
