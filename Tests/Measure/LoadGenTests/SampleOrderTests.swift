import LoadGen
import Testing

@Suite struct SampleOrderTests {
  private func walk(samples: Int, perQuery: Int, seed: UInt64, queries: Int) -> [[Int32]] {
    let order = SampleOrder(sampleCount: samples, samplesPerQuery: perQuery, seed: seed)
    return (0..<queries).map { Array(order.samples(ofQuery: $0)) }
  }

  @Test(arguments: [(1, 1), (2, 1), (5, 1), (7, 3), (3, 8), (64, 64), (10, 4)])
  func everyPassVisitsEverySampleOnce(samples: Int, perQuery: Int) {
    // After as many queries as there are samples, each sample was visited `perQuery` times.
    let visited = walk(samples: samples, perQuery: perQuery, seed: 3, queries: samples).flatMap { $0 }
    var counts = [Int](repeating: 0, count: samples)
    for sample in visited { counts[Int(sample)] += 1 }
    #expect(counts == Array(repeating: perQuery, count: samples))
  }

  @Test func queriesContinueWhereTheLastOneEnded() {
    let single = walk(samples: 5, perQuery: 1, seed: 11, queries: 12).flatMap { $0 }
    let triple = walk(samples: 5, perQuery: 3, seed: 11, queries: 4).flatMap { $0 }
    #expect(single == triple)
  }

  @Test func theSeedDecidesTheOrder() {
    let first = walk(samples: 16, perQuery: 16, seed: 1, queries: 1)
    #expect(first == walk(samples: 16, perQuery: 16, seed: 1, queries: 1))
    #expect(first != walk(samples: 16, perQuery: 16, seed: 2, queries: 1))
    #expect(first != [(0..<16).map(Int32.init)])
  }

  /// Expected values computed by hand-written Python after the rule in the documentation.
  @Test func theOrderIsTheDocumentedOne() {
    #expect(walk(samples: 8, perQuery: 8, seed: 42, queries: 1) == [[4, 3, 2, 0, 7, 6, 1, 5]])
  }
}
