/// What a stream of queries starts from: where its samples come from, and the generator after everything that LoadGen draws
/// before the first query.
struct QueryPlan {
  let source: QueryStream.Source
  /// Places of the set in the order of issue; as many as a permutation has where those are drawn later.
  var order: [Int32] = []
  /// How many places or samples there are; nil for no end.
  var length: Int?
  /// Permutations until they begin anew.
  var permutationCount = 0
  /// What the queries draw from.
  let generator: MersenneTwister

  init(settings: TestSettings, set: LoadedSet) {
    var generator = MersenneTwister(seed: settings.seeds.sampleIndex)
    let isAccuracy = settings.mode == .accuracy
    let isOffline = settings.scenario == .offline
    let step = settings.scenario == .multiStream ? settings.samplesPerQuery : 1
    var starts = stride(from: 0, to: set.count, by: step).map { Int32($0) }
    let isOnce = isAccuracy || settings.issue == .unique

    starts.withUnsafeMutableBufferPointer { generator.shuffle($0) }
    if isAccuracy {
      if settings.issue == .unique {
        starts = stride(from: 0, to: set.count, by: step).map { Int32($0) }
        starts.withUnsafeMutableBufferPointer { generator.shuffle($0) }
      } else {
        generator.skipShuffle(count: starts.count)
      }
    }

    // In accuracy mode and with unique samples the least number of queries is what the set takes.
    let width = isOffline && isAccuracy ? set.count : settings.samplesPerQuery
    let queries = isOnce ? set.samples.count / width : settings.minQueryCount
    let permutationCount = Self.sets(of: set.samples.count, in: queries)
    let isPermuted = settings.concatenatesPermutations && settings.scenario != .multiStream
    if !isPermuted || isOffline {
      for _ in 0..<permutationCount { generator.skipShuffle(count: set.samples.count) }
    }
    self.generator = generator

    if case .same(let index) = settings.issue, !isAccuracy {
      source = .repeated(index)
    } else if isPermuted {
      source = .permuted
      order = .init(repeating: 0, count: set.count)
      length = isOnce ? set.count : nil
      self.permutationCount = isOffline ? Self.sets(of: set.count, in: width) : permutationCount
    } else if isOffline {
      source = .inOrder
      length = isOnce ? set.count : nil
    } else if isOnce {
      source = .ordered
      order = starts
      length = starts.count
    } else {
      source = .drawn
    }
  }

  /// How many sets of `size` a number of queries begins.
  private static func sets(of size: Int, in count: Int) -> Int { (count + size - 1) / size }
}
