import Testing

@testable import Engines

@Suite struct MemoryPlannerTests {
  /// A small generator with known output, so that a failing case can be repeated.
  private struct Generator {
    var state: UInt64
    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }

  @Test(arguments: 1...40)
  func buffersAliveTogetherNeverOverlap(seed: Int) {
    var generator = Generator(state: UInt64(seed))
    let requests = (0..<60).map { _ in
      let first = generator.next(40)
      return MemoryPlanner.Request(byteCount: generator.next(5000), first: first, last: first + generator.next(12))
    }
    let plan = MemoryPlanner.plan(requests)
    for a in requests.indices {
      #expect(plan.offsets[a] % 64 == 0)
      #expect(plan.offsets[a] + requests[a].byteCount <= plan.byteCount)
      for b in requests.indices where b > a {
        let together = requests[a].first <= requests[b].last && requests[b].first <= requests[a].last
        let apart =
          plan.offsets[a] + requests[a].byteCount <= plan.offsets[b]
          || plan.offsets[b] + requests[b].byteCount <= plan.offsets[a]
        #expect(!together || apart || requests[a].byteCount == 0 || requests[b].byteCount == 0)
      }
    }
  }

  @Test func aChainNeedsTwoBuffersHoweverLong() {
    let requests = (0..<50).map { MemoryPlanner.Request(byteCount: 6400, first: $0, last: $0 + 1) }
    #expect(MemoryPlanner.plan(requests).byteCount == 2 * 6400)
  }
}
