import LoadGen

/// The samples that wait, in the order of issue, in memory that is there and touched from the start.
struct BatchQueue: ~Copyable {
  private struct Entry {
    var sample: QuerySample
    var issued: Int64
  }

  let capacity: Int
  private let entries: UnsafeMutablePointer<Entry>
  /// Samples ever taken out and put in.
  private var head = 0
  private var tail = 0
  /// Whoever came before this place has nobody to wait for.
  private var flushedTail = 0

  init(capacity: Int) {
    self.capacity = max(capacity, 1)
    entries = .allocate(capacity: self.capacity)
    entries.initialize(repeating: Entry(sample: QuerySample(id: 0, index: 0), issued: 0), count: self.capacity)
  }

  deinit { entries.deallocate() }

  /// How many wait.
  var count: Int { tail - head }

  /// When the oldest was issued; call only where one waits.
  var oldest: Int64 { entries[head % capacity].issued }

  /// Whether the oldest was there when the queue was flushed.
  var isOldestFlushed: Bool { head < flushedTail }

  /// Adds samples, all of them or, where there is no room, none.
  mutating func add(_ samples: UnsafeBufferPointer<QuerySample>, issued: Int64) -> Bool {
    guard samples.count <= capacity - count else { return false }
    var place = tail % capacity
    for sample in samples {
      entries[place] = Entry(sample: sample, issued: issued)
      place += 1
      if place == capacity { place = 0 }
    }
    tail += samples.count
    return true
  }

  /// Nobody who waits now waits for others.
  mutating func flush() { flushedTail = tail }

  /// Takes all out, one after the other.
  mutating func removeAll(_ body: (ResponseID) -> Void) {
    while head < tail {
      body(entries[head % capacity].sample.id)
      head += 1
    }
  }

  /// Takes the oldest `count` out.
  mutating func take(
    _ count: Int, samples: UnsafeMutableBufferPointer<QuerySample>, issued: UnsafeMutableBufferPointer<Int64>
  ) {
    var place = head % capacity
    for index in 0..<count {
      samples[index] = entries[place].sample
      issued[index] = entries[place].issued
      place += 1
      if place == capacity { place = 0 }
    }
    head += count
  }
}
