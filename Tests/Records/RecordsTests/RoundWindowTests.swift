import Records
import Testing

/// Expected values were worked out by hand.
@Suite struct RoundWindowTests {
  private static func performance(
    _ latencies: [Int64], begin: Int64?, duration: Int64? = nil, batch: Int = 1
  ) -> Round.Performance {
    var performance = Examples.performance()
    performance.latencies = latencies
    performance.samplesPerQuery = batch
    performance.duration = duration ?? latencies.reduce(0, +)
    performance.begin = begin
    return performance
  }

  private static func round(_ performances: [Round.Performance]) -> Round {
    var round = Examples.round()
    round.performance = performances.first
    let peers = performances.dropFirst().map { Round.Peer(performance: $0, observation: Examples.observation()) }
    round.peers = peers.isEmpty ? nil : peers
    return round
  }

  @Test func oneInstanceHasItsSamplesOverItsDuration() {
    let round = Self.round([Self.performance([100, 100, 50], begin: nil, duration: 500, batch: 2)])
    // 6 samples in 500 ns.
    #expect(round.throughput == 6 / 5e-7)
    #expect(round.commonWindow == nil)
    #expect(round.samplesOfReading == 6)
  }

  @Test func onlyTheTimeInWhichAllRanCounts() throws {
    // The first runs from 0 to 1000 in queries of 100, the second from 250 to 1250 in queries of 250.
    let round = Self.round([
      Self.performance(Array(repeating: 100, count: 10), begin: 1000),
      Self.performance(Array(repeating: 250, count: 4), begin: 1250),
    ])
    #expect(round.commonWindow == 1250..<2000)
    // 7.5 queries of the first (one of them by half) and 3 of the second in 750 ns.
    #expect(abs(try #require(round.throughput) / (10.5 / 7.5e-7) - 1) < 1e-12)
    // The reading was taken while the first ran: all of its 10 and 3 of the other's.
    #expect(abs(round.samplesOfReading - 13) < 1e-12)
  }

  @Test func batchesCountEachSample() throws {
    let round = Self.round([
      Self.performance([400], begin: 0, batch: 8), Self.performance([100, 100], begin: 100, batch: 8),
    ])
    #expect(round.commonWindow == 100..<300)
    // Half of the long query and both short ones: 2.5 queries of 8 samples in 200 ns.
    #expect(abs(try #require(round.throughput) / (20 / 2e-7) - 1) < 1e-12)
  }

  @Test func timeBetweenQueriesIsSharedOut() throws {
    // Two queries of 100 in 300 ns: each has 50 ns around it, so one and a third lie in the first 200 ns.
    let lone = Self.performance([100, 100], begin: 0, duration: 300)
    #expect(abs(lone.samples(in: 0..<200) - 4.0 / 3) < 1e-12)
    #expect(abs(lone.samples(in: 0..<300) - 2) < 1e-12)
    #expect(abs(lone.samples(in: -500..<5000) - 2) < 1e-12)
    #expect(lone.samples(in: 300..<400) == 0)
  }

  @Test func queriesWithoutLengthCountWhereTheyLie() {
    let performance = Self.performance([0, 0, 10, 0], begin: 0, duration: 10)
    #expect(performance.samples(in: 0..<10) == 3)
    #expect(performance.samples(in: 5..<10) == 0.5)
  }

  @Test func instancesThatNeverRanTogetherHaveNoThroughput() {
    let round = Self.round([Self.performance([100], begin: 0), Self.performance([100], begin: 100)])
    #expect(round.commonWindow == nil)
    #expect(round.throughput == nil)
  }

  @Test func instancesThatDoNotSayWhenTheyBeganHaveNoThroughput() {
    let round = Self.round([Self.performance([100], begin: 0), Self.performance([100], begin: nil)])
    #expect(round.commonWindow == nil)
    #expect(round.throughput == nil)
  }

  @Test func threeInstancesMeetInTheMiddle() throws {
    let round = Self.round([
      Self.performance([600], begin: 0), Self.performance([600], begin: 200), Self.performance([600], begin: 400),
    ])
    #expect(round.commonWindow == 400..<600)
    // A third of a query each, in 200 ns.
    #expect(abs(try #require(round.throughput) / (1 / 2e-7) - 1) < 1e-12)
  }

  @Test func damagedFiguresDoNotTrap() {
    let round = Self.round([
      Self.performance([.max, .max], begin: .max, duration: .max), Self.performance([1], begin: -1, duration: 0),
    ])
    #expect(round.throughput == nil)
    #expect(round.samplesOfReading == 2)
    var fidelity = Examples.round()
    fidelity.performance = nil
    #expect(fidelity.throughput == nil)
    #expect(fidelity.samplesOfReading == 0)
  }
}
