import Testing

@testable import LoadGen

/// The traffic of the official seeds is LoadGen's, number for number.
@Suite struct TrafficVectorTests {
  @Test func theGeneratorGivesTheFirstOutputs() {
    let seeds = RandomSeeds.official
    let outputs = [seeds.library, seeds.sampleIndex, seeds.schedule].map { seed in
      var generator = MersenneTwister(seed: seed)
      return (0..<4).map { _ in generator.next() }
    }
    #expect(outputs == TrafficVectors.firstOutputs)
  }

  /// The 10,000th output of a default generator: ISO C++ [rand.predef]; it lies beyond several renewals of the state.
  @Test func theGeneratorIsThatOfTheStandard() {
    var generator = MersenneTwister(seed: MersenneTwister.defaultSeed)
    for _ in 1..<10_000 { _ = generator.next() }
    #expect(generator.next() == 4_123_659_995)
  }

  @Test func seedsCountModulo32Bits() {
    var small = MersenneTwister(seed: 7)
    var large = MersenneTwister(seed: 7 + 5 << 32)
    #expect((0..<700).allSatisfy { _ in small.next() == large.next() })
  }

  @Test(arguments: [LoadedSetRule.from6, .upTo5])
  func theLoadedSetIsLoadGens(rule: LoadedSetRule) throws {
    for (count, expected) in [
      (8, TrafficVectors.loaded8), (16, TrafficVectors.loaded16), (100, TrafficVectors.loaded100),
    ] {
      var settings = TestSettings(scenario: .singleStream)
      settings.loadedSetRule = rule
      #expect(try loadedSets(settings, total: count, performanceCount: count).map(\.samples) == [expected])
    }
  }

  @Test func theOrderOfSingleStreamIsLoadGens() throws {
    let queries = try queries(TestSettings(scenario: .singleStream), total: 100, first: 40)
    #expect(queries == TrafficVectors.singleStream.map { [$0] })
  }

  @Test func theOrderOfMultiStreamIsLoadGens() throws {
    var settings = TestSettings(scenario: .multiStream)
    settings.minQueryCount = 662
    #expect(try queries(settings, total: 100, first: 2) == TrafficVectors.multiStream)
  }

  @Test func theScheduleIsLoadGens() {
    var settings = TestSettings(scenario: .server)
    settings.targetQPS = 1000
    var schedule = ArrivalSchedule(settings: settings)
    #expect((0..<12).map { _ in schedule.next() } == TrafficVectors.arrivals)
  }
}
