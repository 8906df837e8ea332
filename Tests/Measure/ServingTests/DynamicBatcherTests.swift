import CLinux
import Synchronization
import Testing

@testable import LoadGen
@testable import Serving

@Suite(.timeLimit(.minutes(2))) struct DynamicBatcherTests {
  private struct Broken: Error, CustomStringConvertible {
    let description: String
  }

  private static let day: Int64 = 86_400_000_000_000

  private func batcher(
    maxBatch: Int, maxWait: Int64 = 0, instances: Int = 1, capacity: Int = 1 << 17, runnerBatch: Int = 1 << 20,
    journal: RecordingRunner.Journal = .init(),
    before: @escaping @Sendable ([ResponseID]) throws -> Void = { _ in }
  ) throws -> DynamicBatcher {
    try DynamicBatcher(
      name: "test", policy: BatchPolicy(maxBatch: maxBatch, maxWait: maxWait), instances: instances,
      capacity: capacity
    ) { _ in RecordingRunner(maxBatch: runnerBatch, journal, before: before) }
  }

  @Test func everySampleIsAnsweredOnceByManyInstances() throws {
    let journal = RecordingRunner.Journal()
    let server = try batcher(maxBatch: 7, maxWait: 20_000, instances: 4, journal: journal)
    let driver = try Driver()
    var random = TestRandom(1)
    var left = 100_000
    while left > 0 {
      let count = min(left, 1 + random.below(12))
      try driver.issue((0..<Int32(count)).map { $0 }, to: server)
      left -= count
    }
    server.flush()
    driver.waitForAnswers()
    #expect(server.close() == 0)
    #expect(driver.responses.completed == 100_000)
    #expect(driver.responses.faults.errorCount == 0)

    let batches = journal.batches.withLock { $0 }
    #expect(Set(batches.joined()).count == 100_000)
    #expect(batches.allSatisfy { (1...7).contains($0.count) })
    // What is taken is consecutive.
    #expect(batches.allSatisfy { $0[$0.count - 1] - $0[0] == UInt64($0.count - 1) })
    let report = server.report
    #expect(report.samples == 100_000)
    #expect(report.batches == batches.count)
    #expect(report.queueTime?.count == 100_000)
    #expect(report.sizes.reduce(0) { $0 + $1.size * $1.batches } == 100_000)
    for size in report.sizes { #expect(batches.count { $0.count == size.size } == size.batches) }
    #expect(report.instances.reduce(0) { $0 + $1.samples } == 100_000)
    #expect(report.instances.allSatisfy { (0...1).contains($0.utilisation) && $0.busy <= report.span })
  }

  @Test func partsOfOneQueryAreBatchedTogether() throws {
    let journal = RecordingRunner.Journal()
    let server = try batcher(maxBatch: 8, maxWait: Self.day, instances: 2, journal: journal)
    let driver = try Driver()
    for part in [5, 5, 5, 5, 5, 5, 3] { try driver.issue(Array(repeating: 0, count: part), to: server) }
    driver.waitForAnswers(butFor: 1)
    #expect(journal.batches.withLock { $0.map(\.count) } == [8, 8, 8, 8])
    server.flush()
    driver.waitForAnswers()
    #expect(journal.batches.withLock { $0.map(\.count) } == [8, 8, 8, 8, 1])
  }

  @Test func aBatchIsNeverLargerThanTheRunnerCanTake() throws {
    let journal = RecordingRunner.Journal()
    let server = try batcher(maxBatch: 64, maxWait: Self.day, instances: 2, runnerBatch: 3, journal: journal)
    #expect(server.policy.maxBatch == 3)
    #expect(server.appetite == 12)
    let driver = try Driver()
    try driver.issue(Array(repeating: 0, count: 30), to: server)
    driver.waitForAnswers()
    #expect(journal.batches.withLock { $0.map(\.count) } == Array(repeating: 3, count: 10))
  }

  @Test func aRunnerThatThrowsFailsItsBatchAlone() throws {
    let server = try batcher(maxBatch: 4, maxWait: Self.day, instances: 2) {
      if $0[0] % 8 == 0 { throw Broken(description: "the model broke.") }
    }
    let driver = try Driver()
    for _ in 0..<100 { try driver.issue(Array(repeating: 0, count: 8), to: server) }
    driver.waitForAnswers()
    #expect(driver.responses.completed == 400)
    let faults = driver.responses.faults
    #expect(faults.failed == 400)
    #expect(faults.reasons == ["the model broke"])
    #expect(faults.duplicates == 0)
    server.close()
    #expect(server.report.instances.reduce(0) { $0 + $1.failedBatches } == 100)
    #expect(server.report.samples == 800)
  }

  @Test func aFullQueueRefusesAQueryWhole() throws {
    let isHeld = Atomic(true)
    let journal = RecordingRunner.Journal()
    let server = try batcher(maxBatch: 1, capacity: 4, journal: journal) { _ in
      while isHeld.load(ordering: .relaxed) { clinux_sleep_ns(100_000) }
    }
    let driver = try Driver()
    try driver.issue([0], to: server)
    // The first does not wait any more.
    while journal.batches.withLock({ $0.isEmpty }) { clinux_sleep_ns(100_000) }
    try driver.issue([0, 0, 0], to: server)
    let error = #expect(throws: SystemFault.self) { try driver.issue([0, 0], to: server) }
    #expect(error?.reason == "the server's queue is full (4 samples)")
    try driver.issue([0], to: server)
    isHeld.store(false, ordering: .relaxed)
    driver.waitForAnswers(butFor: 2)
    #expect(journal.batches.withLock { $0 } == [[0], [1], [2], [3], [6]])
    #expect(server.report.deepestQueue == 4)
  }

  @Test func instancesThatCannotStartAreReported() throws {
    let journal = RecordingRunner.Journal()
    let error = #expect(throws: Broken.self) {
      try DynamicBatcher(name: "test", policy: BatchPolicy(maxBatch: 1, maxWait: 0), instances: 4) { instance in
        if instance == 2 { throw Broken(description: "no memory") }
        return RecordingRunner(journal)
      }
    }
    #expect(error?.description == "no memory")
    // All others have given up their runners.
    #expect(journal.made.load(ordering: .relaxed) == 3)
    #expect(journal.ended.load(ordering: .relaxed) == 3)
  }

  @Test func whatRunnersAreMadeOfIsGivenUp() throws {
    final class Material: Sendable {}
    weak var left: Material?
    let server: DynamicBatcher
    do {
      let material = Material()
      left = material
      server = try DynamicBatcher(
        name: "test", policy: BatchPolicy(maxBatch: 1, maxWait: 0), instances: 3
      ) { [material] _ in
        withExtendedLifetime(material) { RecordingRunner(.init()) }
      }
    }
    #expect(left == nil)
    #expect(server.instances == 3)
  }

  @Test(arguments: [0, -1, 1025])
  func aServerHasInstances(count: Int) {
    #expect(throws: BatchingError.self) { try batcher(maxBatch: 1, instances: count) }
  }

  @Test func theEndJoinsAllInstancesAndFailsWhatWaits() throws {
    let journal = RecordingRunner.Journal()
    let server = try batcher(maxBatch: 8, maxWait: Self.day, instances: 3, journal: journal)
    let driver = try Driver()
    try driver.issue([0, 0, 0], to: server)
    #expect(server.close() == 0)
    #expect(journal.ended.load(ordering: .relaxed) == 3)
    #expect(driver.responses.outstanding == 0)
    #expect(driver.responses.faults.failed == 3)
    let error = #expect(throws: SystemFault.self) { try driver.issue([0], to: server) }
    #expect(error?.reason == "the server was shut down")
  }

  @Test func aRunnerThatNeverReturnsIsLeftToItself() throws {
    let isHeld = Atomic(true)
    let journal = RecordingRunner.Journal()
    let server = try batcher(maxBatch: 1, instances: 3, journal: journal) {
      while $0 == [0], isHeld.load(ordering: .relaxed) { clinux_sleep_ns(100_000) }
    }
    let driver = try Driver()
    try driver.issue([0, 0, 0], to: server)
    driver.waitForAnswers(butFor: 1)
    // The others may not be that quick.
    #expect(server.close(patience: 1_000_000) >= 1)
    #expect(driver.responses.outstanding == 1)
    isHeld.store(false, ordering: .relaxed)
    driver.waitForAnswers()
  }

  @Test func abandoningForgetsWhatWaitsAndOutlastsWhatIsComputed() throws {
    let isHeld = Atomic(true)
    let isDone = Atomic(false)
    let journal = RecordingRunner.Journal()
    let server = try batcher(maxBatch: 2, maxWait: Self.day, journal: journal) { _ in
      while isHeld.load(ordering: .relaxed) { clinux_sleep_ns(100_000) }
      // Longer than it takes to look away.
      clinux_sleep_ns(20_000_000)
      isDone.store(true, ordering: .relaxed)
    }
    let driver = try Driver()
    try driver.issue([0, 0], to: server)
    while journal.batches.withLock({ $0.isEmpty }) { clinux_sleep_ns(100_000) }
    try driver.issue([0], to: server)
    isHeld.store(false, ordering: .relaxed)
    server.abandon()
    let wasDone = isDone.load(ordering: .relaxed)
    #expect(wasDone)
    #expect(driver.responses.completed == 2)
    #expect(driver.responses.faults.reasons == ["the server did not get to it"])
    #expect(driver.responses.outstanding == 0)
    #expect(journal.batches.withLock { $0 } == [[0, 1]])
  }

  @Test func eachInstanceWorksOnAThreadOfItsOwn() throws {
    let journal = RecordingRunner.Journal()
    let arrived = Atomic(0)
    // Each batch waits for the others: only three threads can finish them.
    let server = try batcher(maxBatch: 1, instances: 3, journal: journal) { _ in
      arrived.add(1, ordering: .relaxed)
      while arrived.load(ordering: .relaxed) < 3 { clinux_sleep_ns(10_000) }
    }
    let driver = try Driver()
    try driver.issue([0, 0, 0], to: server)
    driver.waitForAnswers()
    #expect(journal.threads.withLock { $0.count } == 3)
    server.close()
    #expect(server.report.instances.map(\.batches) == [1, 1, 1])
  }

  @Test func issuingAllocatesNothing() throws {
    let server = try batcher(maxBatch: 4, instances: 2)
    let driver = try Driver()
    let samples = (0..<2000).map { QuerySample(id: $0, index: 0) }
    for id in 0..<UInt64(2000) { driver.responses.open(id, index: 0, due: 0, isLogged: false) }
    driver.responses.announce(2000)
    let allocations = try samples.withUnsafeBufferPointer { samples in
      var before: Int64 = 0
      for place in 0..<2000 {
        // The first calls make what the language makes once.
        if place == 1000 { before = clinux_thread_allocation_count() }
        try server.issue(UnsafeBufferPointer(rebasing: samples[place...place]), to: driver.responses)
      }
      return clinux_thread_allocation_count() - before
    }
    #expect(allocations == 0)
    driver.waitForAnswers()
  }

  @Test func anotherTestDoesNotGetWhatTheOneBeforeLeft() throws {
    let journal = RecordingRunner.Journal()
    let server = try batcher(maxBatch: 8, maxWait: Self.day, journal: journal)
    let first = try Driver()
    try first.issue([0, 0, 0], to: server)
    let second = try Driver()
    try second.issue([0, 0], to: server)
    server.flush()
    second.waitForAnswers()
    #expect(first.responses.faults.failed == 3)
    #expect(second.responses.completed == 2)
    #expect(journal.batches.withLock { $0 } == [[0, 1]])
  }

  @Test func reportsCanBeginAnew() throws {
    let server = try batcher(maxBatch: 2)
    let driver = try Driver()
    try driver.issue([0, 0], to: server)
    driver.waitForAnswers()
    server.close()
    #expect(server.report.samples == 2)
    server.resetReport()
    #expect(server.report.samples == 0)
    #expect(server.report.queueTime == nil)
    #expect(server.report.deepestQueue == 0)
  }
}
