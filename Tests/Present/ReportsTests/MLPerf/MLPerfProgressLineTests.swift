import LoadGen
import Testing

@testable import Reports

@Suite struct MLPerfProgressLineTests {
  private func text(_ scenario: TestScenario, seconds: Int64, issued: Int, mode: TestMode = .performance) -> String {
    var settings = TestSettings(scenario: scenario, mode: mode)
    settings.minDuration = 10_000_000_000
    settings.minQueryCount = 662
    let progress = LoadTest.Progress(elapsed: seconds * 1_000_000_000, issued: issued, completed: issued - 8)
    return MLPerfProgressLine(progress, settings: settings, title: "test").text
  }

  @Test func tellsTheTimeThatIsNeeded() {
    #expect(text(.multiStream, seconds: 5, issued: 48) == "test, 0:05 of at least 0:10, 40 samples, 8.000/s, 8 waiting")
    #expect(text(.offline, seconds: 12, issued: 96).hasPrefix("test, 0:12 of at least 0:10, 88 samples"))
    #expect(text(.singleStream, seconds: 12, issued: 96, mode: .accuracy).hasPrefix("test, 0:12 of at least 0:10"))
    #expect(text(.multiStream, seconds: 600, issued: 662 * 8).hasPrefix("test, 10:00 of at least 0:10"))
  }

  /// When the time is over, a number of queries is what the test waits for.
  @Test func tellsTheQueriesThatAreNeeded() {
    #expect(text(.multiStream, seconds: 10, issued: 96).hasPrefix("test, 0:10, 12 of at least 662 queries, 88 samples"))
    #expect(text(.singleStream, seconds: 12, issued: 96).hasPrefix("test, 0:12, 96 of at least 662 queries"))
    #expect(text(.server, seconds: 12, issued: 661).hasPrefix("test, 0:12, 661 of at least 662 queries"))
  }
}
