/// Samples that are in memory together.
public struct LoadedSet: Hashable, Sendable {
  /// Samples of the library in the order of the set. In MultiStream its own first ones follow once more, so that a query's
  /// samples are contiguous wherever it starts.
  public let samples: [Int32]
  /// Samples without that padding.
  public let count: Int

  /// Makes a set of samples and pads it for queries of `samplesPerQuery` contiguous ones.
  init(_ samples: some Collection<Int32>, samplesPerQuery: Int) {
    count = samples.count
    var padded = Array(samples)
    if !padded.isEmpty {
      padded.reserveCapacity(count + samplesPerQuery - 1)
      // A small set repeats itself more than once.
      for place in 0..<(samplesPerQuery - 1) { padded.append(padded[place]) }
    }
    self.samples = padded
  }

  /// The sets of a test, in the order in which they are loaded: one in performance mode, and in accuracy mode as many as
  /// the library (or what of it is asked for) takes.
  ///
  /// A generator with the library's seed shuffles indices from 0 on. In accuracy mode those are cut into sets; in
  /// performance mode the first are taken: of the whole library by the rule up to 5.1, of as many as are loaded by that
  /// from 6.0.
  ///
  /// - Parameters:
  ///   - settings: As ``TestSettings/effective(total:performanceCount:)`` makes them.
  ///   - total: Samples of the library.
  ///   - performanceCount: Samples that fit into memory, where the settings do not say.
  public static func sets(of settings: TestSettings, total: Int, performanceCount: Int) -> [LoadedSet] {
    let size = min(settings.performanceSampleCount ?? performanceCount, total)
    guard size > 0 else { return [] }
    let shuffled: Int
    switch (settings.mode, settings.loadedSetRule) {
    case (.accuracy, _): shuffled = min(settings.accuracySampleCount ?? total, total)
    case (.performance, .upTo5): shuffled = total
    case (.performance, .from6): shuffled = size
    }
    var indices = (0..<shuffled).map { Int32($0) }
    var generator = MersenneTwister(seed: settings.seeds.library)
    indices.withUnsafeMutableBufferPointer { generator.shuffle($0) }
    let padding = settings.scenario == .multiStream ? settings.samplesPerQuery : 1
    switch settings.mode {
    case .performance: return [LoadedSet(indices.prefix(size), samplesPerQuery: padding)]
    case .accuracy:
      return stride(from: 0, to: shuffled, by: size).map { start in
        LoadedSet(indices[start..<min(start + size, shuffled)], samplesPerQuery: padding)
      }
    }
  }
}
