import Testing

@testable import Serving

@Suite struct BatchPolicyTests {
  @Test(arguments: [
    // (waiting, oldest, due, now, decision) with batches of 8 that wait for 100
    (0, Int64(0), false, Int64(1000), BatchPolicy.Decision.idle),
    (0, 0, true, 1000, .idle),
    (1, 500, false, 500, .wait(until: 600)),
    (7, 500, false, 599, .wait(until: 600)),
    (7, 500, false, 600, .take(7)),
    (1, 500, false, 5000, .take(1)),
    (8, 500, false, 500, .take(8)),
    (9, 500, false, 500, .take(8)),
    (1000, 500, true, 900, .take(8)),
    (3, 500, true, 500, .take(3)),
    (1, .max - 50, false, .max - 40, .wait(until: .max)),
  ])
  func decides(waiting: Int, oldest: Int64, isDue: Bool, now: Int64, expected: BatchPolicy.Decision) {
    let policy = BatchPolicy(maxBatch: 8, maxWait: 100)
    #expect(policy.decide(waiting: waiting, oldest: oldest, isDue: isDue, now: now) == expected)
  }

  @Test func withoutWaitingEveryOneIsTakenAtOnce() {
    let policy = BatchPolicy(maxBatch: 4, maxWait: 0)
    #expect(policy.decide(waiting: 1, oldest: 7, isDue: false, now: 7) == .take(1))
  }

  @Test func whatIsOutOfRangeIsBroughtIntoIt() {
    #expect(BatchPolicy(maxBatch: 0, maxWait: -1) == BatchPolicy(maxBatch: 1, maxWait: 0))
  }
}
