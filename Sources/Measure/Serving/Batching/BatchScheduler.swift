import LoadGen

/// Which instance does what: the whole decision without threads, locks or clocks.
///
/// One idle instance *leads*: it alone watches the queue, asleep until something has to be done. The others are parked. So
/// whoever issues wakes one thread at most, and only where that one has something to do.
///
/// Nothing is allocated after it is made.
struct BatchScheduler: ~Copyable {
  var policy: BatchPolicy
  private(set) var queue: BatchQueue
  private var leader: Int?
  private var isLeaderAsleep = false
  /// When the leader looks by itself.
  private var leaderDeadline = Int64.max
  private var parked: [Int] = []
  /// The most samples that waited at any moment.
  var deepest = 0

  /// What an instance does that has nothing to do.
  enum Step: Hashable {
    /// Computes the batch of so many samples that was taken for it.
    case run(Int)
    /// Sleeps until it is woken, or until this instant.
    case sleep(until: Int64)
  }

  init(policy: BatchPolicy, capacity: Int, instances: Int) {
    self.policy = policy
    queue = BatchQueue(capacity: capacity)
    parked.reserveCapacity(instances)
  }

  /// Adds samples. False, and none is added, where there is no room for all.
  mutating func add(_ samples: UnsafeBufferPointer<QuerySample>, now: Int64) -> Bool {
    guard queue.add(samples, issued: now) else { return false }
    deepest = max(deepest, queue.count)
    return true
  }

  /// No sample waits for others any more.
  mutating func flush() { queue.flush() }

  /// Takes all samples out, one after the other.
  mutating func removeAll(_ body: (ResponseID) -> Void) { queue.removeAll(body) }

  /// An instance has nothing to do: what it does next. A batch is written to `samples` and `issued`.
  mutating func ready(
    _ instance: Int, now: Int64, samples: UnsafeMutableBufferPointer<QuerySample>,
    issued: UnsafeMutableBufferPointer<Int64>
  ) -> Step {
    // It may have been woken without being told to.
    parked.removeAll { $0 == instance }
    let decision = decision(now: now)
    if case .take(let count) = decision {
      queue.take(count, samples: samples, issued: issued)
      if leader == nil || leader == instance { appointLeader() }
      return .run(count)
    }
    guard leader == nil || leader == instance else {
      parked.append(instance)
      return .sleep(until: .max)
    }
    leader = instance
    isLeaderAsleep = true
    if case .wait(let deadline) = decision { leaderDeadline = deadline } else { leaderDeadline = .max }
    return .sleep(until: leaderDeadline)
  }

  /// The instance to wake after any of the above, if any.
  mutating func toWake(now: Int64) -> Int? {
    guard let leader, isLeaderAsleep else { return nil }
    switch decision(now: now) {
    case .idle: return nil
    case .wait(let deadline): guard deadline < leaderDeadline else { return nil }
    case .take: break
    }
    isLeaderAsleep = false
    return leader
  }

  private func decision(now: Int64) -> BatchPolicy.Decision {
    guard queue.count > 0 else { return .idle }
    return policy.decide(waiting: queue.count, oldest: queue.oldest, isDue: queue.isOldestFlushed, now: now)
  }

  /// One of those who sleep without a limit watches the queue from now on; it need not know before it is woken.
  private mutating func appointLeader() {
    leader = parked.popLast()
    isLeaderAsleep = leader != nil
    leaderDeadline = .max
  }
}
