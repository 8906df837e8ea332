import Analysis
import ArgumentParser
import Records

/// `assay compare`.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Holds two runs against each other, or the cells of one run, and says what cannot be told.",
    discussion: """
      Every change has an interval over rounds. Where it contains no change the \
      row says ~ and what change could have been seen: that is not "equal". Runs \
      of other CPUs, instruction sets, core counts, CPU quotas, debug builds, \
      models or windows more than twice as long are refused unless --force is \
      given; smaller differences are named. The exit code is 0 whatever \
      changed: assay gate judges.

      Examples:
        assay compare base.json candidate.json
        assay compare base.json candidate.json --metric latency,energy
        assay compare base.json candidate.json --markdown --output comment.md
        assay compare base.json candidate.json --svg forest.svg
        assay compare record.json --by precision
                                         bf16, int8 ... against fp32 in one run
        assay compare --base old/assay --candidate new/assay -- --workload resnet50
                                         measures both in turns: commands, or
                                         git revisions; a saved trial again with
                                         --from TRIAL
        assay compare --samples base.txt candidate.txt --lower-is-better
                                         two plain columns of numbers: one a
                                         line, # starts a comment. They must be
                                         independent: one a process
        assay compare --samples before.txt after.txt --paired --difference
                                         line by line, with the signed-rank test
      """)

  @Argument(
    help: "Base and candidate; with --by one record; with --base and --candidate options of assay run, after --.")
  var inputs: [String] = []

  @OptionGroup var limits: CompareOptions

  @Option(
    help: ArgumentHelp("Compare the cells of one record: precision, engine, threads or batch.", valueName: "what"))
  var by: String?

  @OptionGroup var samples: CompareSampleOptions

  @Flag(help: "Compare unlike runs all the same.")
  var force = false

  @OptionGroup var output: CompareOutputOptions

  @OptionGroup var live: CompareLiveOptions

  func run() async throws {
    try requireSense()
    let confidence = try limits.checkedConfidence()
    try output.requireWritable(
      inputs: inputs + [live.sources.from].compactMap(\.self), trial: live.trial)
    if samples.samples {
      try samples.show(base: inputs[0], candidate: inputs[1], confidence: confidence, output)
    } else if let by {
      try showModes(by, confidence: confidence)
    } else if live.isGiven {
      try await showTrial(confidence: confidence)
    } else {
      let metrics = try limits.checkedMetrics()
      let records = (try RecordFile(path: inputs[0]).read(), try RecordFile(path: inputs[1]).read())
      let display = ComparisonDisplay(
        base: inputs[0], candidate: inputs[1], metrics: metrics, confidence: confidence, isForced: force, output: output
      )
      // Two records of the past: their rounds are two samples and no pairs.
      try display.show(base: records.0, candidate: records.1, isPaired: false)
    }
  }

  /// Measures two sides in turns, or reads what was measured so, and compares them pair by pair.
  private func showTrial(confidence: Double) async throws {
    let metrics = try limits.checkedMetrics()
    let trial = try await live.trial(inputs, isForced: force, overwrite: output.overwrite)
    // What was interrupted once is whole as it is.
    let isInterrupted = trial.end == .interrupted && live.sources.from == nil
    guard let base = trial.arms[.base], let candidate = trial.arms[.candidate] else {
      let discarded = trial.discarded.count
      throw CommandFailure(
        "No round was measured that counts"
          + (discarded > 0
            ? "; \(discarded) were disturbed: measure again when the machine is quiet, or with --max-disturbed." : "."),
        exitCode: isInterrupted ? 130 : 69)
    }
    let display = ComparisonDisplay(
      base: GateTitle.words(base), candidate: GateTitle.words(candidate), metrics: metrics, confidence: confidence,
      isForced: force, output: output)
    try display.show(base: base.record, candidate: candidate.record, isPaired: true)
    if isInterrupted { throw ExitCode(130) }
  }

  private func showModes(_ name: String, confidence: Double) throws {
    guard let dimension = ModeDimension(rawValue: name) else {
      let known = ModeDimension.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure("--by \(name.prefix(40)) is none of \(known).", exitCode: 64)
    }
    let path = inputs[0]
    let comparison = ModeComparison(of: try RecordFile(path: path).read(), by: dimension, confidence: confidence)
    guard !comparison.families.isEmpty else {
      throw CommandFailure(
        "\(path) has no two cells that differ in nothing but \(dimension.rawValue); measure some, or compare by another.",
        exitCode: 65)
    }
    try ComparisonDisplay.show(comparison, record: path, output)
  }

  /// Refuses arguments that do not go together: whoever gave them expects otherwise.
  private func requireSense() throws(CommandFailure) {
    func refuse(_ sentence: String) -> CommandFailure { CommandFailure(sentence, exitCode: 64) }
    if samples.samples {
      guard inputs.count == 2 else {
        throw refuse("--samples takes two files with numbers, base and candidate; there are \(inputs.count).")
      }
      guard by == nil, !force, limits.metric == nil else {
        throw refuse("--samples compares plain numbers; leave --by, --force and --metric out.")
      }
      try live.requireUnused()
      guard !live.isGiven else { throw refuse("--samples compares two files; leave --base and --candidate out.") }
      guard output.svg == nil, !output.markdown else {
        throw refuse("--samples prints text or JSON; leave --svg and --markdown out.")
      }
      return
    }
    try samples.requireUnused()
    if live.isGiven {
      // What follows -- are options of what is measured, and no records.
      guard inputs.isEmpty || inputs[0].hasPrefix("-"), by == nil else {
        throw refuse("--base and --candidate are measured; leave records and --by out.")
      }
      return
    }
    try live.requireUnused()
    if by != nil {
      guard inputs.count == 1 else {
        throw refuse("--by compares the cells of one record; there are \(inputs.count).")
      }
      guard !force, limits.metric == nil else {
        throw refuse("--by compares within one run; leave --force and --metric out.")
      }
      return
    }
    guard inputs.count == 2 else {
      throw refuse(
        inputs.count == 1
          ? "Give two records, base and candidate; or one with --by precision to compare its cells."
          : "Give two records, base and candidate; there are \(inputs.count).")
    }
  }
}
