import LoadGen

@testable import Serving

/// A server in virtual time: instances act only where the scheduler told them to, or to wake them.
final class BatchSimulation {
  struct Batch {
    var instance: Int
    var begin: Int64
    var ids: [ResponseID]
    var issued: [Int64]
  }

  private enum State {
    case sleeping(until: Int64)
    case waking(at: Int64)
    case running(until: Int64)

    var instant: Int64 {
      switch self {
      case .sleeping(let instant), .waking(let instant), .running(let instant): instant
      }
    }
  }

  private var scheduler: BatchScheduler
  private var states: [State]
  private let service: (Int, Int) -> Int64
  private let wakeDelay: (Int) -> Int64
  private let samples: UnsafeMutableBufferPointer<QuerySample>
  private let issued: UnsafeMutableBufferPointer<Int64>
  private(set) var now: Int64 = 0
  private var next: UInt64 = 0
  private(set) var batches: [Batch] = []
  private(set) var wakes = 0
  /// Instants at which an instance slept although there was something to do, or one was woken that does not sleep.
  private(set) var lapses: [Int64] = []

  /// - Parameters:
  ///   - service: how long a batch takes, by instance and size.
  ///   - wakeDelay: how long an instance takes to wake, by how many were woken before.
  init(
    policy: BatchPolicy, instances: Int, capacity: Int = 4096, wakeDelay: @escaping (Int) -> Int64 = { _ in 0 },
    service: @escaping (Int, Int) -> Int64
  ) {
    scheduler = BatchScheduler(policy: policy, capacity: capacity, instances: instances)
    states = Array(repeating: .waking(at: 0), count: instances)
    self.service = service
    self.wakeDelay = wakeDelay
    samples = .allocate(capacity: policy.maxBatch)
    issued = .allocate(capacity: policy.maxBatch)
  }

  deinit {
    samples.deallocate()
    issued.deallocate()
  }

  var waiting: Int { scheduler.queue.count }

  var asleep: Int {
    states.count { if case .sleeping = $0 { true } else { false } }
  }

  /// Lets time pass to `instant`, and all happen that is due.
  func run(until instant: Int64) {
    while let turn = states.indices.min(by: { states[$0].instant < states[$1].instant }),
      states[turn].instant <= instant
    {
      now = max(now, states[turn].instant)
      switch scheduler.ready(turn, now: now, samples: samples, issued: issued) {
      case .sleep(let until): states[turn] = .sleeping(until: until)
      case .run(let count):
        batches.append(
          Batch(
            instance: turn, begin: now, ids: samples[..<count].map(\.id), issued: Array(issued[..<count])))
        states[turn] = .running(until: now + max(service(turn, count), 1))
      }
      wake()
      check()
    }
    now = max(now, instant)
  }

  /// Samples arrive now.
  func arrive(_ count: Int) -> Bool {
    let new = (0..<count).map { QuerySample(id: next + UInt64($0), index: 0) }
    let isTaken = new.withUnsafeBufferPointer { scheduler.add($0, now: now) }
    guard isTaken else { return false }
    next += UInt64(count)
    wake()
    check()
    return true
  }

  /// An instance that sleeps wakes without a reason, as threads may.
  func disturb(_ instance: Int) {
    if case .sleeping = states[instance] { states[instance] = .waking(at: now) }
  }

  func flush() {
    scheduler.flush()
    wake()
    check()
  }

  private func wake() {
    guard let woken = scheduler.toWake(now: now) else { return }
    if case .running = states[woken] {
      // It would not hear it.
      lapses.append(now)
      return
    }
    states[woken] = .waking(at: now + wakeDelay(wakes))
    wakes += 1
  }

  /// Whoever sleeps while there is something to do must not be the only one that could do it.
  private func check() {
    let isAnyoneComing = states.contains { if case .waking = $0 { true } else { false } }
    guard !isAnyoneComing, waiting > 0 else { return }
    let decision = scheduler.policy.decide(
      waiting: waiting, oldest: scheduler.queue.oldest, isDue: scheduler.queue.isOldestFlushed, now: now)
    for state in states {
      guard case .sleeping(let until) = state else { continue }
      switch decision {
      case .idle: break
      case .take: if until > now { lapses.append(now) }
      case .wait(let deadline):
        // Somebody who sleeps has to look in time.
        let isWatched = states.contains { if case .sleeping(let other) = $0 { other <= deadline } else { false } }
        if !isWatched { lapses.append(now) }
      }
    }
  }
}
