import Synchronization

/// Where a system answers. Keeps track of every outstanding sample and of the latency of every answer.
///
/// Any thread may answer. An answer takes no lock and allocates nothing, but where its bytes are wanted for the accuracy log.
public final class ResponseCollector: @unchecked Sendable {
  /// Samples that may wait for their answers at the same time.
  static let usualRoom = 1 << 20

  private struct Slot: ~Copyable {
    /// Twice the sample's id + 1, and 1 more while its answer is outstanding; 0 before its first use.
    let state = Atomic<UInt64>(0)
    var due: Int64 = 0
    var index: Int32 = 0
    var isLogged = false
  }

  private let slots: UnsafeMutablePointer<Slot>
  private let mask: UInt64
  private let clock: any TestClock
  private let latencies: LatencyStore
  /// Server: latencies above this are counted as they come.
  private let bound: Int64

  private let issuedCount = Atomic<UInt64>(0)
  private let answeredCount = Atomic<UInt64>(0)
  private let completedCount = Atomic<Int>(0)
  private let overCount = Atomic<Int>(0)
  private let newestStamp = Atomic<Int64>(.min)
  private let highestID = Atomic<UInt64>(0)
  private let failed = Atomic<Int>(0)
  private let unanswered = Atomic<Int>(0)
  private let duplicates = Atomic<Int>(0)
  private let unknown = Atomic<Int>(0)
  private let outOfOrder = Atomic<Int>(0)
  private let log = Mutex(Log())

  private struct Log {
    var responses: [LoggedResponse] = []
    var reasons: [String] = []
  }

  init(clock: any TestClock, latencies: LatencyStore, bound: Int64?, room: Int = ResponseCollector.usualRoom) {
    self.clock = clock
    self.latencies = latencies
    self.bound = bound ?? .max
    let count = 1 << (Int.bitWidth - max(room - 1, 1).leadingZeroBitCount)
    mask = UInt64(count - 1)
    slots = .allocate(capacity: count)
    // Also touches the memory.
    for index in 0..<count { (slots + index).initialize(to: Slot()) }
  }

  deinit {
    slots.deinitialize(count: Int(mask) + 1)
    slots.deallocate()
  }

  // MARK: What systems call

  /// The test's clock, nanoseconds.
  public func now() -> Int64 { clock.now() }

  /// Whether the bytes of this sample's response are wanted for the accuracy log.
  public func wantsData(_ id: ResponseID) -> Bool {
    let slot = slots + Int(truncatingIfNeeded: id & mask)
    return slot.pointee.state.load(ordering: .acquiring) == Self.open(id) && slot.pointee.isLogged
  }

  /// Answers one sample.
  public func complete(_ id: ResponseID) {
    settle(id, at: clock.now())
    clock.wake()
  }

  /// Answers samples; the time of all of them is that of this call.
  public func complete(_ ids: UnsafeBufferPointer<ResponseID>) {
    let stamp = clock.now()
    for id in ids { settle(id, at: stamp) }
    clock.wake()
  }

  /// Answers one sample with the bytes of its response.
  public func complete(_ id: ResponseID, data: UnsafeRawBufferPointer) {
    let stamp = clock.now()
    keep(id, data)
    settle(id, at: stamp)
    clock.wake()
  }

  /// Answers samples, each with the bytes of its response; the time of all of them is that of this call.
  ///
  /// - Parameter data: the response to the i-th of `ids`; asked for those only that ``wantsData(_:)``.
  public func complete(_ ids: UnsafeBufferPointer<ResponseID>, data: (Int) -> UnsafeRawBufferPointer) {
    let stamp = clock.now()
    for (place, id) in ids.enumerated() {
      if wantsData(id) { keep(id, data(place)) }
      settle(id, at: stamp)
    }
    clock.wake()
  }

  /// Says that samples will not be answered, and why.
  public func fail(_ ids: UnsafeBufferPointer<ResponseID>, _ fault: SystemFault) {
    for id in ids where close(id) {
      failed.wrappingAdd(1, ordering: .relaxed)
      answeredCount.wrappingAdd(1, ordering: .releasing)
    }
    log.withLock { if $0.reasons.count < 8, !$0.reasons.contains(fault.reason) { $0.reasons.append(fault.reason) } }
    clock.wake()
  }

  private func settle(_ id: ResponseID, at stamp: Int64) {
    let slot = slots + Int(truncatingIfNeeded: id & mask)
    // Read before the slot is closed: afterwards it may belong to another sample.
    let due = slot.pointee.due
    guard close(id) else { return }
    let latency = stamp - due
    latencies.add(latency, number: id)
    if latency > bound { overCount.wrappingAdd(1, ordering: .relaxed) }
    if stamp > newestStamp.load(ordering: .relaxed) { newestStamp.max(stamp, ordering: .relaxed) }
    if id < highestID.load(ordering: .relaxed) {
      outOfOrder.wrappingAdd(1, ordering: .relaxed)
    } else {
      highestID.store(id, ordering: .relaxed)
    }
    completedCount.wrappingAdd(1, ordering: .relaxed)
    answeredCount.wrappingAdd(1, ordering: .releasing)
  }

  /// Closes a sample's slot. False, and counted, where it is not outstanding.
  private func close(_ id: ResponseID) -> Bool {
    let slot = slots + Int(truncatingIfNeeded: id & mask)
    let (isDone, _) = slot.pointee.state.compareExchange(
      expected: Self.open(id), desired: Self.closed(id), ordering: .acquiringAndReleasing)
    if !isDone {
      let isKnown = id < issuedCount.load(ordering: .acquiring)
      if isKnown {
        duplicates.wrappingAdd(1, ordering: .relaxed)
      } else {
        unknown.wrappingAdd(1, ordering: .relaxed)
      }
    }
    return isDone
  }

  private func keep(_ id: ResponseID, _ data: UnsafeRawBufferPointer) {
    guard wantsData(id) else { return }
    let index = slots[Int(truncatingIfNeeded: id & mask)].index
    let response = LoggedResponse(id: id, index: index, data: Array(data))
    log.withLock { $0.responses.append(response) }
  }

  private static func open(_ id: ResponseID) -> UInt64 { (id &+ 1) << 1 | 1 }
  private static func closed(_ id: ResponseID) -> UInt64 { (id &+ 1) << 1 }

  // MARK: What the test calls, on its own thread

  /// How many samples may be outstanding at the same time.
  var room: Int { Int(mask) + 1 }

  /// Samples issued and not answered.
  var outstanding: Int {
    // The answers first: none of them may be counted before its issue.
    let answered = answeredCount.load(ordering: .acquiring)
    return Int(issuedCount.load(ordering: .acquiring) - answered)
  }

  /// Samples answered in time to be counted, and well.
  var completed: Int { completedCount.load(ordering: .acquiring) }

  /// Samples issued.
  var issued: Int { Int(issuedCount.load(ordering: .acquiring)) }

  /// When the last sample was answered, by the clock; nil before.
  var lastAnswer: Int64? {
    let stamp = newestStamp.load(ordering: .acquiring)
    return stamp == .min ? nil : stamp
  }

  /// Opens the slot of the next sample. A sample that has kept it since before is given up.
  ///
  /// Call only where ``outstanding`` is less than ``room``.
  func open(_ id: ResponseID, index: Int32, due: Int64, isLogged: Bool) {
    let slot = slots + Int(truncatingIfNeeded: id & mask)
    let old = slot.pointee.state.load(ordering: .acquiring)
    if old & 1 == 1 { giveUp((old >> 1) &- 1) }
    slot.pointee.due = due
    slot.pointee.index = index
    slot.pointee.isLogged = isLogged
    slot.pointee.state.store(Self.open(id), ordering: .releasing)
  }

  /// Says that all samples below `count` have been opened and are issued now.
  func announce(_ count: UInt64) { issuedCount.store(count, ordering: .releasing) }

  /// Gives up all that is outstanding.
  func giveUp() {
    for index in 0...Int(mask) {
      let state = slots[index].state.load(ordering: .acquiring)
      if state & 1 == 1 { giveUp((state >> 1) &- 1) }
    }
  }

  private func giveUp(_ id: ResponseID) {
    let slot = slots + Int(truncatingIfNeeded: id & mask)
    let (isDone, _) = slot.pointee.state.compareExchange(
      expected: Self.open(id), desired: Self.closed(id), ordering: .acquiringAndReleasing)
    guard isDone else { return }
    unanswered.wrappingAdd(1, ordering: .relaxed)
    answeredCount.wrappingAdd(1, ordering: .releasing)
  }

  /// Answers above the bound.
  var overLatencyCount: Int { overCount.load(ordering: .acquiring) }

  /// What was wrong with answers.
  var faults: TestResult.Faults {
    var faults = TestResult.Faults()
    faults.failed = failed.load(ordering: .acquiring)
    faults.unanswered = unanswered.load(ordering: .acquiring)
    faults.duplicates = duplicates.load(ordering: .acquiring)
    faults.unknown = unknown.load(ordering: .acquiring)
    faults.outOfOrder = outOfOrder.load(ordering: .acquiring)
    faults.reasons = log.withLock { $0.reasons }
    return faults
  }

  /// The responses that were kept, in the order of issue.
  var responses: [LoggedResponse] { log.withLock { $0.responses }.sorted { $0.id < $1.id } }
}
