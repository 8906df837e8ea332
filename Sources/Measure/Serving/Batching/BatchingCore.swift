import CLinux
import LoadGen

/// What the threads of a dynamic batcher share with whoever issues: everything is under one lock, which is never held while
/// samples are computed.
final class BatchingCore: @unchecked Sendable {
  let instances: Int
  let clock: any NanosecondClock
  /// Every sample's time in the queue. Has its own means against races.
  private var queued = LatencyHistogram()
  private let lock: UnsafeMutablePointer<clinux_lock>
  /// Where each instance sleeps, and after them whoever started or ends the batcher.
  private let gates: UnsafeMutablePointer<clinux_gate>

  private var scheduler: BatchScheduler
  /// Where waiting samples are answered.
  private var responses: ResponseCollector?
  private var tallies: [BatchTally] = []
  private var firstIssue: Int64?
  private var isClosing = false
  /// Batches that are being computed, or are answered and not yet in a tally.
  private var runningCount = 0
  private var maxBatches: [Int?]
  private var startFault: (any Error)?
  private var startedCount = 0
  private var hasEnded: [Bool]

  init(policy: BatchPolicy, capacity: Int, instances: Int, clock: any NanosecondClock) {
    self.instances = instances
    self.clock = clock
    scheduler = BatchScheduler(policy: policy, capacity: capacity, instances: instances)
    lock = .allocate(capacity: 1)
    lock.initialize(to: clinux_lock())
    gates = .allocate(capacity: instances + 1)
    gates.initialize(repeating: clinux_gate(), count: instances + 1)
    maxBatches = Array(repeating: nil, count: instances)
    hasEnded = Array(repeating: false, count: instances)
  }

  deinit {
    lock.deallocate()
    gates.deallocate()
  }

  private func locked<Value, Fault: Error>(_ body: () throws(Fault) -> Value) throws(Fault) -> Value {
    clinux_lock_take(lock)
    defer { clinux_lock_give(lock) }
    return try body()
  }

  private func wake(_ gate: Int?) {
    if let gate { clinux_gate_wake(gates + gate) }
  }

  // MARK: What the owner calls

  var policy: BatchPolicy { locked { scheduler.policy } }

  func issue(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector) throws(SystemFault) {
    let now = clock.now()
    let woken = try locked { () throws(SystemFault) in
      guard !isClosing else { throw SystemFault(reason: "the server was shut down") }
      if self.responses !== responses { adopt(responses) }
      guard scheduler.add(samples, now: now) else {
        throw SystemFault(reason: "the server's queue is full (\(scheduler.queue.capacity) samples)")
      }
      if firstIssue == nil { firstIssue = now }
      return scheduler.toWake(now: now)
    }
    wake(woken)
  }

  func flush() {
    let woken = locked {
      scheduler.flush()
      return scheduler.toWake(now: clock.now())
    }
    wake(woken)
  }

  /// How long a report waits for batches whose samples are answered already.
  private static let tallyPatience: Int64 = 1_000_000_000

  func report() -> BatchingReport {
    wait(atMost: Self.tallyPatience) { runningCount == 0 }
    return locked {
      BatchingReport(
        policy: scheduler.policy, begin: firstIssue, tallies: tallies, queued: queued, deepest: scheduler.deepest)
    }
  }

  /// Forgets what waits and waits for what is being computed.
  func abandon(patience: Int64) {
    locked { adopt(nil) }
    wait(atMost: patience) { runningCount == 0 }
  }

  func resetReport() {
    locked {
      queued = LatencyHistogram()
      tallies = tallies.map { _ in BatchTally(maxBatch: scheduler.policy.maxBatch) }
      firstIssue = nil
      scheduler.deepest = 0
    }
  }

  /// Another test begins: what the one before left behind will not be computed.
  private func adopt(_ responses: ResponseCollector?) {
    scheduler.removeAll { self.responses?.fail($0, SystemFault(reason: "the server did not get to it")) }
    self.responses = responses
  }

  // MARK: What instances call

  /// An instance has its runner, or could not make it.
  func started(_ result: Result<Int, any Error>, instance: Int) {
    locked {
      startedCount += 1
      switch result {
      case .success(let maxBatch): maxBatches[instance] = maxBatch
      case .failure(let fault): startFault = startFault ?? fault
      }
    }
    wake(instances)
  }

  /// Waits until every instance has started, and settles how large batches can be.
  func waitForStart() throws {
    wait { startedCount == instances }
    try locked {
      if let startFault { throw startFault }
      scheduler.policy.maxBatch = max(1, min(scheduler.policy.maxBatch, maxBatches.compactMap(\.self).min() ?? 1))
      tallies = Array(repeating: BatchTally(maxBatch: scheduler.policy.maxBatch), count: instances)
    }
    for instance in 0..<instances { wake(instance) }
  }

  /// Waits until every instance has started; false where some could not, or the batcher was closed.
  func waitForOthers(_ instance: Int) -> Bool {
    while true {
      let ticket = clinux_gate_enter(gates + instance)
      let isOver = locked { () -> Bool? in
        if isClosing || startFault != nil { return false }
        return tallies.isEmpty ? nil : true
      }
      if let isOver { return isOver }
      clinux_gate_wait(gates + instance, ticket, 1_000_000_000)
    }
  }

  /// There is no thread for an instance.
  func neverStarted(_ instance: Int) {
    locked {
      startedCount += 1
      hasEnded[instance] = true
    }
  }

  /// Computes batches until the batcher is closed.
  func serve(_ runner: any BatchRunner, instance: Int) {
    let room = policy.maxBatch
    let samples = UnsafeMutableBufferPointer<QuerySample>.allocate(capacity: room)
    let ids = UnsafeMutableBufferPointer<ResponseID>.allocate(capacity: room)
    let issued = UnsafeMutableBufferPointer<Int64>.allocate(capacity: room)
    defer {
      samples.deallocate()
      ids.deallocate()
      issued.deallocate()
    }
    clinux_exact_timers()
    var now = clock.now()
    clinux_lock_take(lock)
    while !isClosing {
      let step = scheduler.ready(instance, now: now, samples: samples, issued: issued)
      let woken = scheduler.toWake(now: now)
      switch step {
      case .sleep(let instant):
        let ticket = clinux_gate_enter(gates + instance)
        clinux_lock_give(lock)
        wake(woken)
        // At most an hour: the system's timers end somewhere.
        clinux_gate_wait(gates + instance, ticket, min(max(instant - now, 0), 3_600_000_000_000))
        now = clock.now()
        clinux_lock_take(lock)
      case .run(let count):
        runningCount += 1
        let (responses, queued) = (responses, queued)
        clinux_lock_give(lock)
        wake(woken)
        let begin = now
        for place in 0..<count { queued.add(begin - issued[place]) }
        let batch = UnsafeBufferPointer(rebasing: samples[..<count])
        var isFailed = false
        if let responses {
          do { try runner.run(batch, responses: responses) } catch {
            isFailed = true
            let answered = min(max((error as? BatchFault)?.answered ?? 0, 0), count)
            for place in answered..<count { ids[place] = samples[place].id }
            responses.fail(UnsafeBufferPointer(rebasing: ids[answered..<count]), Self.fault(of: error))
          }
        }
        now = clock.now()
        clinux_lock_take(lock)
        tallies[instance].add(
          issued: UnsafeBufferPointer(rebasing: issued[..<count]), begin: begin, end: now, isFailed: isFailed)
        runningCount -= 1
        if runningCount == 0 { wake(instances) }
      }
    }
    clinux_lock_give(lock)
  }

  private static func fault(of error: any Error) -> SystemFault {
    if let fault = error as? SystemFault { return fault }
    var reason = "\(error)"
    if reason.hasSuffix(".") { reason.removeLast() }
    return SystemFault(reason: reason)
  }

  /// The last that an instance does.
  func ended(_ instance: Int) {
    locked { hasEnded[instance] = true }
    wake(instances)
  }

  // MARK: The end

  /// Tells all instances to end after their batch, fails what waits, and waits for them for `patience` nanoseconds.
  ///
  /// - Returns: for each instance whether it ended.
  func close(patience: Int64) -> [Bool] {
    locked {
      isClosing = true
      adopt(nil)
    }
    for instance in 0..<instances { wake(instance) }
    wait(atMost: patience) { !hasEnded.contains(false) }
    return locked { hasEnded }
  }

  /// Waits until `isOver`, which is asked under the lock.
  private func wait(atMost patience: Int64 = .max, until isOver: () -> Bool) {
    let begin = clinux_clock_ns()
    while true {
      let ticket = clinux_gate_enter(gates + instances)
      let left = patience - (clinux_clock_ns() - begin)
      guard !locked(isOver), left > 0 else { return }
      clinux_gate_wait(gates + instances, ticket, min(left, 1_000_000_000))
    }
  }
}
