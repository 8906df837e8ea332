import Testing

@testable import LoadGen

/// The traffic as a value.
@Suite struct TrafficListingTests {
  private let library = TestResult.Library(name: "stand-in", totalCount: 100, performanceCount: 40)

  @Test func itListsWhatTheStreamsGive() throws {
    var settings = TestSettings(scenario: .server)
    settings.targetQPS = 1000
    settings.accuracyLogProbability = 0.3
    let listing = try TrafficListing(settings, library: library, count: 30)
    #expect(listing.parts.count == 1)
    let listed = listing.parts[0].queries
    #expect(listed.map(\.samples) == (try queries(settings, total: 100, performanceCount: 40, first: 30)))
    var schedule = ArrivalSchedule(settings: listing.effective)
    var sampler = AccuracyLogSampler(settings: listing.effective)
    #expect(listed.map(\.due) == (0..<30).map { _ in schedule.next() })
    #expect(listed.map { !$0.logged.isEmpty } == (0..<30).map { _ in sampler.next() })
  }

  @Test func accuracyModeGoesThroughAllSetsAndThenEnds() throws {
    let listing = try TrafficListing(
      TestSettings(scenario: .multiStream, mode: .accuracy), library: library, count: 1000)
    #expect(listing.parts.map(\.count) == [40, 40, 20])
    #expect(listing.parts.map(\.queries.count) == [5, 5, 3])
    #expect(listing.parts[2].queries.allSatisfy { $0.logged == Array(0..<8) && $0.due == nil })
  }

  @Test func theCountIsThatOfAllSetsTogether() throws {
    let settings = TestSettings(scenario: .singleStream, mode: .accuracy)
    #expect(try TrafficListing(settings, library: library, count: 45).parts.map(\.queries.count) == [40, 5, 0])
  }

  @Test func offlineListsTheFirstSamplesOfItsQuery() throws {
    var settings = TestSettings(scenario: .offline)
    settings.minSampleCount = 90
    let some = try TrafficListing(settings, library: library, count: 50)
    #expect(some.parts.map { $0.queries.map(\.samples.count) } == [[50]])
    #expect(try TrafficListing(settings, library: library, count: 500).parts[0].queries[0].samples.count == 90)
    settings.mode = .accuracy
    let all = try TrafficListing(settings, library: library, count: 95)
    #expect(all.parts.map { $0.queries.map(\.samples.count) } == [[40], [40], [15]])
  }

  @Test func aTraceEndsTheList() throws {
    var settings = TestSettings(scenario: .server)
    settings.arrivals = .replay([1, 2, 3])
    #expect(try TrafficListing(settings, library: library, count: 50).parts[0].queries.map(\.due) == [1, 2, 3])
  }

  @Test(arguments: [-1, TrafficListing.limit + 1, .max])
  func listsHaveALimit(count: Int) {
    #expect(throws: LoadSettingsError.self) {
      try TrafficListing(TestSettings(scenario: .singleStream), library: library, count: count)
    }
  }
}
