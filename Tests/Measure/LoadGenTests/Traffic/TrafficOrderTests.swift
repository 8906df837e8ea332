import Testing

@testable import LoadGen

/// What holds for every order of samples, whatever the seed.
@Suite struct TrafficOrderTests {
  @Test(arguments: TestScenario.allCases, [(1, 1), (7, 3), (50, 33), (64, 64), (129, 16), (100, 7)])
  func accuracyModeNamesEverySampleOnce(scenario: TestScenario, size: (total: Int, loaded: Int)) throws {
    let settings = TestSettings(scenario: scenario, mode: .accuracy)
    let sets = try loadedSets(settings, total: size.total, performanceCount: size.loaded)
    #expect(sets.flatMap { $0.samples.prefix($0.count) }.sorted() == (0..<Int32(size.total)).map { $0 })
    let issued = try queries(settings, total: size.total, performanceCount: size.loaded, room: 5)
    // A MultiStream query that goes beyond its set's end takes samples of the set's start once more.
    let padding =
      scenario == .multiStream ? sets.reduce(0) { $0 + ($1.count + 7) / 8 * 8 - $1.count } : 0
    #expect(issued.joined().count == size.total + padding)
    #expect(Set(issued.joined()) == Set(0..<Int32(size.total)))
  }

  @Test func anAccuracyCountTakesLessThanTheLibrary() throws {
    var settings = TestSettings(scenario: .singleStream, mode: .accuracy)
    settings.accuracySampleCount = 40
    let issued = try queries(settings, total: 100, performanceCount: 33)
    #expect(issued.joined().sorted() == (0..<40).map { $0 })
  }

  @Test(arguments: [1, 3, 7, 8, 9, 64, 100], [1, 3, 8, 20])
  func multiStreamSamplesAreContiguousInTheSet(loaded: Int, perQuery: Int) throws {
    var settings = TestSettings(scenario: .multiStream)
    settings.samplesPerQuery = perQuery
    let set = try #require(try loadedSets(settings, total: 100, performanceCount: loaded).first)
    #expect(set.count == loaded)
    #expect(set.samples.count == loaded + perQuery - 1)
    #expect(set.samples.indices.allSatisfy { set.samples[$0] == set.samples[$0 % loaded] })
    let issued = try queries(settings, total: 100, performanceCount: loaded, first: 500)
    #expect(issued.count == 500)
    for query in issued {
      let start = try #require(set.samples.prefix(loaded).firstIndex(of: query[0]))
      #expect(query == Array(set.samples[start..<start + perQuery]))
    }
    // Every place is a start, and about equally often.
    let starts = Dictionary(grouping: issued, by: { $0[0] })
    if loaded <= 9 { #expect(starts.count == loaded) }
  }

  @Test(arguments: TestScenario.allCases)
  func theSeedsDecide(scenario: TestScenario) throws {
    var settings = TestSettings(scenario: scenario)
    let first = try queries(settings, total: 100, first: 50)
    #expect(first == (try queries(settings, total: 100, first: 50)))
    settings.seeds.library += 1
    #expect(first != (try queries(settings, total: 100, first: 50)))
    settings.seeds.library -= 1
    settings.seeds.sampleIndex += 1
    // Offline takes the loaded set as it is.
    #expect((first == (try queries(settings, total: 100, first: 50))) == (scenario == .offline))
  }

  /// LoadGen shuffles once for every set size begun of the least number of queries.
  @Test func theLeastNumberOfQueriesDecidesTheOrder() throws {
    var settings = TestSettings(scenario: .singleStream)
    func order(_ count: Int) throws -> [[Int32]] {
      settings.minQueryCount = count
      return try queries(settings, total: 100, first: 50)
    }
    #expect(try order(1) == order(100))
    #expect(try order(100) != order(101))
    #expect(try order(101) == order(200))
  }

  @Test func performanceModeHasNoEnd() throws {
    var settings = TestSettings(scenario: .singleStream)
    settings.minQueryCount = 10
    let issued = try queries(settings, total: 100, performanceCount: 20, first: 5000)
    #expect(issued.count == 5000)
    #expect(Set(issued.joined()).count == 20)
  }

  @Test func offlineGoesRoundTheSetInPartsOfAnySize() throws {
    let settings = TestSettings(scenario: .offline)
    let set = try #require(try loadedSets(settings, total: 10, performanceCount: 7).first)
    for room in [1, 3, 7, 16] {
      let issued = try queries(settings, total: 10, performanceCount: 7, first: 30, room: room).joined().prefix(30)
      #expect(Array(issued) == (0..<30).map { set.samples[$0 % 7] })
    }
  }

  @Test(arguments: TestScenario.allCases)
  func uniqueSamplesEnd(scenario: TestScenario) throws {
    var settings = TestSettings(scenario: scenario)
    settings.issue = .unique
    let effective = try settings.effective(total: 100, performanceCount: 24)
    let set = try #require(LoadedSet.sets(of: effective, total: 100, performanceCount: 24).first)
    let issued = try queries(settings, total: 100, performanceCount: 24)
    #expect(issued.joined().sorted() == set.samples.prefix(24).sorted())
    #expect(scenario != .offline || effective.samplesPerQuery == 24)
  }

  @Test(arguments: TestScenario.allCases)
  func theSameSampleComesAgainAndAgain(scenario: TestScenario) throws {
    var settings = TestSettings(scenario: scenario)
    settings.issue = .same(index: 3)
    let set = try #require(try loadedSets(settings, total: 100, performanceCount: 24).first)
    let issued = try queries(settings, total: 100, performanceCount: 24, first: 40)
    #expect(issued.count == 40)
    let query = scenario == .multiStream ? Array(set.samples[3..<11]) : [set.samples[3]]
    #expect(issued.allSatisfy { scenario == .offline ? Set($0) == Set(query) : $0 == query })
  }

  @Test(arguments: [TestScenario.singleStream, .server, .offline])
  func permutationsNameEverySampleEquallyOften(scenario: TestScenario) throws {
    var settings = TestSettings(scenario: scenario)
    settings.concatenatesPermutations = true
    settings.minQueryCount = 20
    settings.minDuration = 0
    // 60 is beyond the permutations that the least number of queries takes: they begin anew.
    let samples = Array(try queries(settings, total: 10, first: 60, room: 1).joined())
    let parts = stride(from: 0, to: 60, by: 10).map { samples[$0..<$0 + 10].map { $0 } }
    #expect(parts.allSatisfy { $0.sorted() == (0..<10).map { $0 } })
    #expect(parts[0] != parts[1])
    // SingleStream's least number of queries goes up to 30.
    #expect(parts[scenario == .singleStream ? 3 : 2] == parts[0])
  }

  /// Chi-squared over 16 places with 16,000 draws: 37.7 is exceeded once in a thousand seeds; this seed is fixed.
  @Test func drawsAreUniform() throws {
    let issued = try queries(TestSettings(scenario: .singleStream), total: 16, first: 16_000).joined()
    let counts = Dictionary(grouping: issued, by: { $0 }).values.map { Double($0.count) }
    #expect(counts.count == 16)
    #expect(counts.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 } < 37.7)
  }

  @Test func bothRulesLoadTheSameWhereEverythingFits() throws {
    var settings = TestSettings(scenario: .server)
    let whole = try loadedSets(settings, total: 50, performanceCount: 50)
    let part = try loadedSets(settings, total: 50, performanceCount: 20)
    settings.loadedSetRule = .upTo5
    #expect(try loadedSets(settings, total: 50, performanceCount: 50) == whole)
    let old = try loadedSets(settings, total: 50, performanceCount: 20)
    #expect(old[0].samples == Array(whole[0].samples.prefix(20)))
    #expect(part[0].samples.sorted() == (0..<20).map { $0 })
    #expect(part != old)
  }

  @Test func aSetIsNeverLargerThanTheLibrary() throws {
    var settings = TestSettings(scenario: .singleStream)
    settings.performanceSampleCount = 70
    #expect(try loadedSets(settings, total: 30, performanceCount: 10).map(\.count) == [30])
  }
}
