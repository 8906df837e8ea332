/// Which samples of the loaded set the queries of a test name, one query after the other for as long as somebody asks.
///
/// It gives what LoadGen generates beforehand, query for query, from a generator with the seed of sample indices:
/// 1. One shuffle of the places where queries may start (every `samplesPerQuery`-th in MultiStream, otherwise every one): the
///    order of ``SampleIssue/unique`` in performance mode and of accuracy mode, which shuffles a second time.
/// 2. One shuffle of the whole set, with its padding, for every set size begun of the least number of queries: the order of
///    concatenated permutations. So what follows depends on that number.
/// 3. One draw a query, for ``SampleIssue/drawn``.
///
/// Offline has the set in order, round and round, in parts of any size; concatenated permutations come from shuffles of their
/// own after step 2. Permutations begin anew after as many as the least number of queries takes.
///
/// Memory is that of the set and of one order; ``next(into:)`` allocates nothing.
public struct QueryStream: ~Copyable {
  /// What the next query takes.
  enum Source {
    /// As many contiguous samples as a query has, from a place that is drawn.
    case drawn
    /// From this place on, again and again.
    case repeated(Int)
    /// From the places in `order`, one after the other.
    case ordered
    /// The set as it is loaded.
    case inOrder
    /// Single samples from the places in `order`, which is shuffled anew when it is over.
    case permuted
  }

  let source: Source
  /// The loaded set, with its padding.
  let samples: UnsafeMutableBufferPointer<Int32>
  /// Places of the set; empty where the source needs none.
  let order: UnsafeMutableBufferPointer<Int32>
  /// Places where a drawn query may start.
  let range: UInt32
  /// Samples of a query; Offline takes as many as it is asked for.
  let samplesPerQuery: Int?
  /// Permutations until they begin anew, and the generator's state before the first one.
  let permutations: (count: Int, start: MersenneTwister)

  private var generator: MersenneTwister
  private var cursor = 0
  private var permutation = 0
  /// Places or, of sources without an order, samples that are left.
  private var remaining: Int

  /// Prepares the order of a set.
  ///
  /// - Parameters:
  ///   - settings: As ``TestSettings/effective(total:performanceCount:)`` makes them.
  ///   - set: One of ``LoadedSet/sets(of:total:performanceCount:)``, with at least one sample. Every set of accuracy mode has
  ///     a stream of its own.
  public init(settings: TestSettings, set: LoadedSet) {
    precondition(!set.samples.isEmpty && settings.samplesPerQuery >= 1, "queries need samples")
    let plan = QueryPlan(settings: settings, set: set)
    samples = .allocate(capacity: set.samples.count)
    _ = samples.initialize(fromContentsOf: set.samples)
    order = .allocate(capacity: plan.order.count)
    _ = order.initialize(fromContentsOf: plan.order)
    source = plan.source
    range = UInt32(set.count)
    samplesPerQuery = settings.scenario == .offline ? nil : settings.samplesPerQuery
    permutations = (plan.permutationCount, plan.generator)
    generator = plan.generator
    remaining = plan.length ?? .max
    if case .permuted = source { shuffle() }
  }

  deinit {
    samples.deallocate()
    order.deallocate()
  }

  /// Whether every sample was named: accuracy mode and ``SampleIssue/unique``.
  public var isExhausted: Bool { remaining == 0 }

  /// Names the samples of the next query by their indices in the library.
  ///
  /// - Parameter indices: Room for a query; Offline fills it and goes on from there with the next call.
  /// - Returns: How many were named: 0 when nothing is left.
  public mutating func next(into indices: UnsafeMutableBufferPointer<Int32>) -> Int {
    guard remaining > 0 else { return 0 }
    let width = samplesPerQuery ?? indices.count
    precondition(width <= indices.count, "there is no room for a query's samples")
    switch source {
    case .drawn: copy(from: Int(generator.uniform(below: range)), width, into: indices)
    case .repeated(let place):
      if samplesPerQuery == nil {
        indices.update(repeating: samples[place])
      } else {
        copy(from: place, width, into: indices)
      }
    case .ordered:
      copy(from: Int(order[cursor]), width, into: indices)
      cursor += 1
      remaining -= 1
    case .inOrder:
      return walk(into: indices) { $0.samples[$1] }
    case .permuted:
      return walk(into: UnsafeMutableBufferPointer(rebasing: indices[..<width])) { $0.samples[Int($0.order[$1])] }
    }
    return width
  }

  private func copy(from start: Int, _ count: Int, into indices: UnsafeMutableBufferPointer<Int32>) {
    for offset in 0..<count { indices[offset] = samples[start + offset] }
  }

  /// Names single samples round and round, as many as there is room for and are left.
  @inline(__always)
  private mutating func walk(
    into indices: UnsafeMutableBufferPointer<Int32>, sample: (borrowing QueryStream, Int) -> Int32
  ) -> Int {
    let count = min(indices.count, remaining)
    for place in 0..<count {
      if cursor == Int(range) {
        cursor = 0
        if case .permuted = source { shuffle() }
      }
      indices[place] = sample(self, cursor)
      cursor += 1
    }
    if remaining != .max { remaining -= count }
    return count
  }

  /// Makes the next permutation.
  private mutating func shuffle() {
    if permutation == permutations.count {
      permutation = 0
      generator = permutations.start
    }
    // LoadGen's own two ways: Offline shuffles the set anew, the other scenarios what the last permutation left.
    if permutation == 0 || samplesPerQuery == nil {
      for place in 0..<order.count { order[place] = Int32(place) }
    }
    generator.shuffle(order)
    permutation += 1
  }
}
