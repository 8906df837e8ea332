/// Applies the rules of a scenario to a result. Counts are clamped, because results are also read from files.
struct ValidityRules {
  let result: TestResult
  let settings: TestSettings

  init(_ result: TestResult) {
    self.result = result
    settings = result.effective
  }

  /// The lines of all rules that the scenario and mode have.
  var lines: [Validity.Line] {
    guard settings.mode == .performance else { return [coverage, noErrors, notCut] }
    let ofScenario =
      switch settings.scenario {
      case .singleStream, .multiStream: [minQueries, estimate]
      case .server: [minQueries, latencyBound, earlyStopping]
      case .offline: [minQueries, minSamples]
      }
    return [minDuration] + ofScenario + [noErrors, notCut]
  }

  // MARK: - Length

  private var minDuration: Validity.Line {
    let (time, what) =
      switch settings.scenario {
      case .singleStream, .multiStream: (result.lastIssued, "The last query was issued")
      case .server: (result.lastScheduled, "The last query was due")
      case .offline: (result.lastCompleted, "The last sample was answered")
      }
    let (measured, required) = (Self.seconds(time), Self.seconds(settings.minDuration))
    let missing = max(0, required - measured)
    let queries = queriesPerSecond.flatMap { Self.count((missing * $0).rounded(.up)) }
    let story = "\(what) \(Self.text(measured)) s after the start, and \(Self.text(required)) s are required."
    return Validity.Line(
      .minDuration, measured: measured, required: required, unit: "s", margin: measured - required,
      satisfied: time >= settings.minDuration, moreQueries: queries, longer: missing,
      sentence: time >= settings.minDuration ? story : "\(story) The test should be \(Self.text(missing)) s longer.")
  }

  /// At which the test went on; samples where the scenario has one query.
  private var queriesPerSecond: Double? {
    let count = settings.scenario == .offline ? samples : queries
    let seconds = Self.seconds(settings.scenario == .offline ? result.lastCompleted : result.lastIssued)
    return count > 0 && seconds > 0 ? Double(count) / seconds : nil
  }

  private var minQueries: Validity.Line {
    least(.minQueries, queries, of: Self.clamped(settings.minQueryCount), unit: "queries", perSecond: queriesPerSecond)
  }

  private var minSamples: Validity.Line {
    least(.minSamples, samples, of: Self.clamped(settings.minSampleCount), unit: "samples", perSecond: queriesPerSecond)
  }

  private var coverage: Validity.Line {
    least(.coverage, Self.clamped(result.completedCount), of: samples, unit: "samples", perSecond: nil)
  }

  private func least(
    _ rule: Validity.Rule, _ measured: Int, of required: Int, unit: String, perSecond: Double?
  ) -> Validity.Line {
    let missing = max(0, required - measured)
    let verb = rule == .coverage ? "answered" : "issued"
    let story =
      "\(Self.counted(measured, unit)) \(measured == 1 ? "was" : "were") \(verb), and \(required) are required."
    let satisfied = missing == 0
    let advice = rule == .coverage ? "" : " \(missing) more would do."
    return Validity.Line(
      rule, measured: Double(measured), required: Double(required), unit: unit, margin: Double(measured - required),
      satisfied: satisfied, moreQueries: rule == .coverage ? nil : missing,
      longer: rule == .coverage || settings.scenario == .offline ? nil : perSecond.map { Double(missing) / $0 },
      sentence: satisfied ? story : story + advice)
  }

  // MARK: - Latency

  /// Server: the count decides, not the order statistic, so that samples without an answer count as too late.
  private var latencyBound: Validity.Line {
    let bound = Double(settings.targetLatency ?? .max) / 1e6
    let percentile = settings.targetLatencyPercentile
    let position = (Double(samples) * percentile).rounded(.down)
    // The element at the index floor(N p) is within the bound where no more than the elements above it are not.
    let allowed = samples - 1 - (Self.count(position) ?? samples)
    let satisfied = samples > 0 && over <= allowed
    let measured = missing == 0 ? result.sampleLatency.map { Double($0.target) / 1e6 } : nil
    let share = samples > 0 ? Double(over) / Double(samples) * 100 : 0
    let story =
      "\(Self.counted(over, "samples")) of \(samples) (\(Self.text(share)) %) \(over == 1 ? "was" : "were") later than "
      + "\(Self.text(bound)) ms\(missing > 0 ? " or never answered (\(missing))" : ""); at most \(max(0, allowed)) may be."
    return Validity.Line(
      .latencyBound, measured: measured, required: bound, unit: "ms", margin: measured.map { bound - $0 },
      satisfied: satisfied, chance: chance, sentence: satisfied ? story : story + tooMany)
  }

  /// How probable at least so many late samples are where the share of them is just small enough.
  private var chance: Double? { rule.flatMap { EarlyStoppingOutlook.chance($0, count: samples, over: over) } }

  /// What helps where too large a share is too late.
  private var tooMany: String {
    guard let chance, chance >= Validity.Line.leastChance else {
      return " More queries would not help: the rate is too high for this system."
    }
    return
      " By chance a system whose share is just small enough has at least as many in \(Int((chance * 100).rounded())) % of "
      + "such tests: a longer one would tell; if not chance, the rate is too high for this system."
  }

  private var earlyStopping: Validity.Line {
    guard let rule, let needed = rule.needed(over: over) else { return noRule }
    let satisfied = samples >= needed
    let story =
      "With \(Self.counted(over, "over-latency samples")), \(needed) are needed for the percentile to be trusted, and "
      + "there are \(samples)."
    let more = satisfied ? nil : EarlyStoppingOutlook.moreQueries(rule, count: samples, over: over)
    let advice =
      more.map { " If as many as so far are too late, \($0) more would do." }
      ?? " While too large a share is too late, no number of queries is enough."
    return Validity.Line(
      .earlyStopping, measured: Double(samples), required: Double(needed), unit: "queries",
      margin: Double(samples - needed), satisfied: satisfied, moreQueries: more,
      longer: more.flatMap { more in queriesPerSecond.map { Double(more) / $0 } }, chance: more == nil ? chance : nil,
      sentence: satisfied ? story : story + advice)
  }

  /// SingleStream and MultiStream: whether there is an estimate of the percentile at all.
  private var estimate: Validity.Line {
    guard let rule, let needed = rule.needed(over: 1) else { return noRule }
    let count = Self.clamped(result.queryLatency?.count ?? 0)
    let satisfied = count >= needed
    let story =
      "\(needed) answered queries are needed for an estimate of the percentile, and there \(count == 1 ? "is" : "are") "
      + "\(count)."
    let missing = max(0, needed - count)
    return Validity.Line(
      .earlyStopping, measured: Double(count), required: Double(needed), unit: "queries",
      margin: Double(count - needed), satisfied: satisfied, moreQueries: missing,
      longer: queriesPerSecond.map { Double(missing) / $0 },
      sentence: satisfied ? story : "\(story) \(missing) more would do.")
  }

  private var rule: EarlyStopping? { EarlyStopping(percentile: settings.targetLatencyPercentile) }

  private var noRule: Validity.Line {
    Validity.Line(
      .earlyStopping, satisfied: false,
      sentence:
        "There is no early stopping for percentile \(settings.targetLatencyPercentile); it must be between 0 and 1.")
  }

  // MARK: - Our own

  private var noErrors: Validity.Line {
    let faults = result.faults
    let kinds = [
      (faults.failed, "failed"), (faults.unanswered, "never answered"), (faults.duplicates, "answered twice"),
      (faults.unknown, "answers to no sample"),
    ].filter { $0.0 != 0 }
    let count = kinds.reduce(0) { Self.clamped($0 + Self.clamped($1.0)) }
    let told = kinds.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    return Validity.Line(
      .noErrors, measured: Double(count), required: 0, unit: "errors", margin: Double(-count), satisfied: count == 0,
      sentence: count == 0
        ? "Every sample was answered once." : "The system made \(Self.counted(count, "errors")): \(told).")
  }

  private var notCut: Validity.Line {
    // A recorded trace has no other end.
    let isReplay = if case .replay = settings.arrivals { true } else { false }
    let satisfied = result.end == .rule || (isReplay && result.end == .traceEnded)
    return Validity.Line(.notCut, satisfied: satisfied, sentence: Self.sentence(result.end))
  }

  private static func sentence(_ end: TestResult.End) -> String {
    switch end {
    case .rule: "The test ended by the scenario's own rule."
    case .maxDuration: "The greatest duration ended the test."
    case .maxQueryCount: "The greatest number of queries ended the test."
    case .traceEnded: "The test ended with its trace."
    case .overloaded: "So many samples waited for answers that the test was ended: the system is too slow for the rate."
    case .silent: "The system stopped answering, which ended the test."
    case .decided: "The test was ended as soon as its verdict was clear."
    case .interrupted: "The test was interrupted."
    }
  }
}

extension ValidityRules {
  private var samples: Int { Self.clamped(result.sampleCount) }
  private var queries: Int { Self.clamped(result.queryCount) }
  /// Samples that have no latency, because they failed or were not answered.
  private var missing: Int {
    let told = Self.clamped(result.faults.failed) + Self.clamped(result.faults.unanswered)
    return min(samples, max(told, samples - Self.clamped(result.completedCount)))
  }
  /// Samples over the bound, and those that never came.
  private var over: Int { min(samples, Self.clamped(result.overLatencyCount) + missing) }

  private static func clamped(_ count: Int) -> Int { min(max(count, 0), EarlyStopping.countLimit) }
  private static func count(_ value: Double) -> Int? {
    value >= 0 && value <= Double(EarlyStopping.countLimit) ? Int(value) : nil
  }
  private static func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e9 }

  /// At most three decimals.
  private static func text(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }

  private static func counted(_ count: Int, _ plural: String) -> String {
    let singular = ["queries": "query"][plural] ?? String(plural.dropLast())
    return "\(count) \(count == 1 ? singular : plural)"
  }
}
