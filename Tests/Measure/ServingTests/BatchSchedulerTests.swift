import LoadGen
import Testing

@testable import Serving

@Suite struct BatchSchedulerTests {
  @Test func theOldestWaitsNoLongerThanAllowed() {
    let server = BatchSimulation(policy: BatchPolicy(maxBatch: 8, maxWait: 100), instances: 2) { _, _ in 10 }
    server.run(until: 1000)
    #expect(server.arrive(1))
    server.run(until: 1050)
    #expect(server.arrive(2))
    server.run(until: 1099)
    #expect(server.batches.isEmpty)
    server.run(until: 1100)
    #expect(server.batches.map(\.ids) == [[0, 1, 2]])
    #expect(server.batches[0].begin == 1100)
  }

  @Test func aFullBatchIsTakenAtOnceAndTheRestWaits() {
    let server = BatchSimulation(policy: BatchPolicy(maxBatch: 4, maxWait: 100), instances: 2) { _, _ in 30 }
    server.run(until: 10)
    #expect(server.arrive(10))
    server.run(until: 10)
    #expect(server.batches.map(\.ids.count) == [4, 4])
    #expect(Set(server.batches.map(\.instance)) == [0, 1])
    server.run(until: 109)
    #expect(server.batches.count == 2)
    server.run(until: 110)
    #expect(server.batches.last?.ids == [8, 9])
  }

  @Test func flushedSamplesWaitForNobodyAndLaterOnesDo() {
    let server = BatchSimulation(policy: BatchPolicy(maxBatch: 4, maxWait: 1000), instances: 1) { _, _ in 5 }
    server.run(until: 10)
    #expect(server.arrive(3))
    server.flush()
    server.run(until: 10)
    #expect(server.batches.map(\.ids) == [[0, 1, 2]])
    #expect(server.arrive(1))
    server.run(until: 1009)
    #expect(server.batches.count == 1)
    server.run(until: 1010)
    #expect(server.batches.count == 2)
  }

  @Test func onlyTheFirstSampleOfABatchAndTheLastWakeAnInstance() {
    let server = BatchSimulation(policy: BatchPolicy(maxBatch: 4, maxWait: 1000), instances: 3) { _, _ in 5 }
    server.run(until: 10)
    var wakes: [Int] = []
    for _ in 0..<4 {
      #expect(server.arrive(1))
      server.run(until: server.now)
      wakes.append(server.wakes)
    }
    #expect(wakes == [1, 1, 1, 2])
    #expect(server.batches.count == 1)
  }

  @Test func aQueueWithoutRoomTakesNothingOfAQuery() {
    let server = BatchSimulation(
      policy: BatchPolicy(maxBatch: 2, maxWait: 0), instances: 1, capacity: 4
    ) { _, _ in 1000 }
    server.run(until: 0)
    #expect(server.arrive(2))
    server.run(until: 0)
    #expect(server.arrive(3))
    #expect(!server.arrive(2))
    #expect(server.waiting == 3)
    #expect(server.arrive(1))
    server.run(until: 5000)
    #expect(server.batches.flatMap(\.ids) == [0, 1, 2, 3, 4, 5])
  }

  /// Random traffic, service and delays of waking: whatever happens, nobody sleeps while there is something to do.
  @Test(arguments: 0..<200)
  func nobodySleepsOverSomethingToDo(seed: Int) {
    var random = TestRandom(UInt64(seed))
    let policy = BatchPolicy(maxBatch: 1 + random.below(9), maxWait: Int64(random.below(200)))
    let instances = 1 + random.below(5)
    let slowest = 1 + random.below(300)
    let slowestWake = seed % 2 == 0 ? 1 : 40
    var delays = TestRandom(UInt64(seed + 1000))
    let table = (0..<997).map { _ in Int64(delays.below(slowestWake)) }
    let server = BatchSimulation(
      policy: policy, instances: instances, wakeDelay: { table[$0 % 997] },
      service: { Int64(1 + ($0 * 7919 + $1 * 104_729) % slowest) })
    var count = 0
    for _ in 0..<400 {
      server.run(until: server.now + Int64(random.below(60)))
      let size = random.below(8) == 0 ? random.below(20) : 1
      if server.arrive(size) { count += size }
      if random.below(40) == 0 { server.flush() }
      if seed % 3 == 0, random.below(4) == 0 { server.disturb(random.below(instances)) }
    }
    server.flush()
    server.run(until: server.now + 10_000_000)

    #expect(server.lapses.isEmpty)
    // In the order of issue, each once, in batches that are never too large.
    #expect(server.batches.flatMap(\.ids) == (0..<UInt64(count)).map { $0 })
    #expect(server.batches.allSatisfy { (1...policy.maxBatch).contains($0.ids.count) })
    #expect(server.waiting == 0)
    #expect(server.asleep == instances)
  }

  /// With one instance that is idle for ever longer than the wait, no sample waits longer.
  @Test(arguments: 0..<20)
  func withAnIdleInstanceNobodyWaitsLonger(seed: Int) {
    var random = TestRandom(UInt64(seed))
    let policy = BatchPolicy(maxBatch: 4, maxWait: 50)
    let server = BatchSimulation(policy: policy, instances: 64) { _, _ in 100 }
    for _ in 0..<500 {
      server.run(until: server.now + Int64(random.below(40)))
      #expect(server.arrive(1))
    }
    server.run(until: server.now + 1000)
    #expect(server.batches.flatMap(\.ids).count == 500)
    #expect(server.batches.allSatisfy { $0.begin - $0.issued[0] <= 50 })
    // Nothing is taken earlier than it must be.
    #expect(server.batches.allSatisfy { $0.ids.count == 4 || $0.begin - $0.issued[0] == 50 })
  }
}
