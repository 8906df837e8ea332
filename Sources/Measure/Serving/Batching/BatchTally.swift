/// What one instance did, in numbers; adding allocates nothing. Times are nanoseconds.
struct BatchTally {
  /// Batches of one size.
  struct Size {
    var batches = 0
    var service: Int64 = 0
    var least = Int64.max
    var most: Int64 = 0
  }

  /// By the number of samples; place 0 stays empty.
  private(set) var sizes: [Size]
  private(set) var samples = 0
  private(set) var failedBatches = 0
  /// When the last batch ended, by the clock.
  private(set) var lastEnd: Int64?
  private(set) var queued = Moments()

  /// Sum and extremes of times.
  struct Moments {
    var count = 0
    var sum = 0.0
    var least = Int64.max
    var most: Int64 = 0

    mutating func add(_ value: Int64) {
      count += 1
      sum += Double(value)
      least = min(least, value)
      most = max(most, value)
    }

    mutating func add(_ other: Moments) {
      count += other.count
      sum += other.sum
      least = min(least, other.least)
      most = max(most, other.most)
    }
  }

  init(maxBatch: Int) { sizes = Array(repeating: Size(), count: maxBatch + 1) }

  var batches: Int { sizes.reduce(0) { $0 + $1.batches } }
  var busy: Int64 { sizes.reduce(0) { $0 + $1.service } }

  /// Adds a batch whose samples were issued at `issued`, that was computed from `begin` to `end`.
  mutating func add(issued: UnsafeBufferPointer<Int64>, begin: Int64, end: Int64, isFailed: Bool) {
    let service = max(end - begin, 0)
    sizes[issued.count].batches += 1
    sizes[issued.count].service += service
    sizes[issued.count].least = min(sizes[issued.count].least, service)
    sizes[issued.count].most = max(sizes[issued.count].most, service)
    for instant in issued { queued.add(max(begin - instant, 0)) }
    samples += issued.count
    if isFailed { failedBatches += 1 }
    lastEnd = max(end, lastEnd ?? end)
  }
}
