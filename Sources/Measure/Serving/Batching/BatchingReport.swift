import LoadGen

/// What a dynamic batcher did during a test. Times are nanoseconds.
public struct BatchingReport: Codable, Hashable, Sendable {
  /// What it was told.
  public var policy: BatchPolicy
  /// From the first issue to the end of the last batch.
  public var span: Int64
  /// Samples that went through it.
  public var samples: Int
  /// From issue to the beginning of the sample's batch; nil where there was none. ``LatencySummary/target`` is the 99th
  /// percentile.
  public var queueTime: LatencySummary?
  /// The most samples that waited at any moment.
  public var deepestQueue: Int
  /// Batches by their size, ascending; sizes that did not occur are left out.
  public var sizes: [Size]
  /// What each instance did.
  public var instances: [Instance]

  /// Batches of one size, all instances together.
  public struct Size: Codable, Hashable, Sendable {
    /// Samples of each.
    public var size: Int
    /// How many.
    public var batches: Int
    /// From the beginning of a batch to its end: the mean.
    public var meanService: Double
    /// The least.
    public var leastService: Int64
    /// The greatest.
    public var mostService: Int64

    /// Makes an account.
    public init(size: Int, batches: Int, meanService: Double, leastService: Int64, mostService: Int64) {
      self.size = size
      self.batches = batches
      self.meanService = meanService
      self.leastService = leastService
      self.mostService = mostService
    }
  }

  /// What one instance did.
  public struct Instance: Codable, Hashable, Sendable {
    /// Batches that it computed.
    public var batches: Int
    /// Their samples.
    public var samples: Int
    /// Batches that it could not compute.
    public var failedBatches: Int
    /// Time in batches.
    public var busy: Int64
    /// ``busy`` as a share of ``BatchingReport/span``, 0 to 1.
    public var utilisation: Double

    /// Makes an account.
    public init(batches: Int, samples: Int, failedBatches: Int, busy: Int64, utilisation: Double) {
      self.batches = batches
      self.samples = samples
      self.failedBatches = failedBatches
      self.busy = busy
      self.utilisation = utilisation
    }
  }

  /// Batches of all instances.
  public var batches: Int { instances.reduce(0) { $0 + $1.batches } }

  /// Samples of a batch, the mean; 0 where there was none.
  public var meanBatch: Double { batches == 0 ? 0 : Double(samples) / Double(batches) }

  /// Makes a report.
  public init(
    policy: BatchPolicy, span: Int64, samples: Int, queueTime: LatencySummary?, deepestQueue: Int, sizes: [Size],
    instances: [Instance]
  ) {
    self.policy = policy
    self.span = span
    self.samples = samples
    self.queueTime = queueTime
    self.deepestQueue = deepestQueue
    self.sizes = sizes
    self.instances = instances
  }

  /// Adds up what instances did from `begin` on; `queued` has every sample's time in the queue.
  init(policy: BatchPolicy, begin: Int64?, tallies: [BatchTally], queued: LatencyHistogram, deepest: Int) {
    let end = tallies.compactMap(\.lastEnd).max()
    let span = max((end ?? 0) - (begin ?? end ?? 0), 0)
    var moments = BatchTally.Moments()
    for tally in tallies { moments.add(tally.queued) }
    let longest = tallies.map(\.sizes.count).max() ?? 0
    let sizes = (0..<longest).compactMap { size -> Size? in
      let all = tallies.filter { size < $0.sizes.count }.map { $0.sizes[size] }.filter { $0.batches > 0 }
      let batches = all.reduce(0) { $0 + $1.batches }
      guard batches > 0 else { return nil }
      return Size(
        size: size, batches: batches, meanService: all.reduce(0) { $0 + Double($1.service) } / Double(batches),
        leastService: all.map(\.least).min() ?? 0, mostService: all.map(\.most).max() ?? 0)
    }
    self.init(
      policy: policy, span: span, samples: moments.count,
      queueTime: SortedLatencies(
        histogram: queued, sum: moments.sum, least: moments.least, greatest: moments.most
      ).summary(target: 0.99),
      deepestQueue: deepest, sizes: sizes,
      instances: tallies.map {
        Instance(
          batches: $0.batches, samples: $0.samples, failedBatches: $0.failedBatches, busy: $0.busy,
          utilisation: span > 0 ? min(Double($0.busy) / Double(span), 1) : 0)
      })
  }
}
