import LoadGen

extension UserConf {
  /// Sets what the file says for a model and for the scenario of `settings`; what it does not say stays.
  ///
  /// Times are in milliseconds and the percentile in percent; 0 of a greatest duration or count, or of a number of samples, is
  /// "none". Several files are applied one after the other; a later one wins, however general its lines are.
  ///
  /// - Returns: What the user should know: keys that official LoadGen would pass over in this file.
  /// - Throws: ``UserConfError`` for a value that is wrong, or that asks for what is not there. Only lines that decide
  ///   something for this model and scenario are looked at.
  @discardableResult
  public func apply(to settings: inout TestSettings, model: String) throws(UserConfError) -> [String] {
    var notes: [String] = []
    for key in UserConfKey.allCases {
      guard let entry = entry(for: key.rawValue, model: model, scenario: settings.scenario.rawValue) else { continue }
      let value = UserConfValue(entry: entry, file: file)
      switch key.meaning {
      case .idle: continue
      case .absent:
        guard try value.integer(in: 0...UInt64.max) == 0 else {
          throw value.fault("`\(key.rawValue)` is something that Assay does not do; leave it out or set it to 0")
        }
      case .setting:
        if key.isBuiltInOnly {
          notes.append(
            "\(file):\(entry.line): LoadGen 6.0 takes `\(key.rawValue)` only from its own mlperf.conf and would pass over"
              + " this line; Assay follows it.")
        }
        try Self.set(key, value, &settings)
      }
    }
    try applyIssue(to: &settings, model: model)
    return notes
  }

  private static func set(
    _ key: UserConfKey, _ value: UserConfValue, _ settings: inout TestSettings
  ) throws(UserConfError) {
    switch key {
    case .mode: settings.mode = try value.mode()
    case .minDuration: settings.minDuration = try value.milliseconds()
    case .maxDuration: settings.maxDuration = try value.milliseconds().nonZero
    case .minQueryCount:
      let count = try value.count()
      if settings.scenario == .offline { settings.minSampleCount = count } else { settings.minQueryCount = count }
    case .maxQueryCount: settings.maxQueryCount = try value.count().nonZero
    case .targetQPS:
      let rate = try value.rate()
      if settings.scenario == .server || settings.scenario == .offline { settings.targetQPS = rate }
    case .targetLatency: try setLatency(value, &settings)
    case .targetLatencyPercentile:
      let share = try value.share()
      if settings.scenario != .offline { settings.targetLatencyPercentile = share }
    case .samplesPerQuery:
      let count = try value.count()
      if settings.scenario == .multiStream { settings.samplesPerQuery = count }
    case .performanceSampleCount: settings.performanceSampleCount = try value.count().nonZero
    case .accuracySampleCount: settings.accuracySampleCount = try value.count().nonZero
    case .concatenatePermutation: settings.concatenatesPermutations = try value.flag()
    case .accuracyLogSeed: settings.seeds.accuracyLog = try value.integer(in: 0...UInt64.max)
    case .accuracyLogTarget: settings.accuracyLogSamplingTarget = try value.count()
    case .librarySeed: settings.seeds.library = try value.integer(in: 0...UInt64.max)
    case .sampleIndexSeed: settings.seeds.sampleIndex = try value.integer(in: 0...UInt64.max)
    case .scheduleSeed: settings.seeds.schedule = try value.integer(in: 0...UInt64.max)
    default: break  // Which samples are issued takes three keys together; the others set nothing.
    }
  }

  private static func setLatency(_ value: UserConfValue, _ settings: inout TestSettings) throws(UserConfError) {
    switch settings.scenario {
    // LoadGen keeps the bound in whole milliseconds (0.5 is 0), and what is expected as it is written.
    case .server: settings.targetLatency = try value.milliseconds()
    case .singleStream, .multiStream: settings.expectedLatency = try value.fractionalMilliseconds()
    case .offline: break
    }
  }

  /// `unique`, `same` and its index are one choice here; what the file does not say comes from the settings.
  private func applyIssue(to settings: inout TestSettings, model: String) throws(UserConfError) {
    func value(_ key: UserConfKey) -> UserConfValue? {
      entry(for: key.rawValue, model: model, scenario: settings.scenario.rawValue).map {
        UserConfValue(entry: $0, file: file)
      }
    }
    var isUnique = settings.issue == .unique
    var isSame = false
    var index = 0
    if case .same(let old) = settings.issue { (isSame, index) = (true, old) }
    let unique = value(.issueUnique)
    if let unique { isUnique = try unique.flag() }
    let same = value(.issueSame)
    if let same { isSame = try same.flag() }
    if let value = value(.issueSameIndex) { index = try value.count() }
    guard !(isUnique && isSame) else {
      let last = [unique, same].compactMap(\.self).max { $0.entry.line < $1.entry.line }
      throw UserConfError(
        file: file, line: last?.entry.line ?? 0,
        reason: "`performance_issue_unique` and `performance_issue_same` are both 1; at most one of them can be")
    }
    settings.issue = isUnique ? .unique : isSame ? .same(index: index) : .drawn
  }
}

extension FixedWidthInteger {
  /// Itself, or nil where it is 0, which LoadGen takes for "none".
  fileprivate var nonZero: Self? { self == 0 ? nil : self }
}
