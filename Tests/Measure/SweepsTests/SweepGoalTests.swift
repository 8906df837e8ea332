import Foundation
import Sweeps
import Testing

@Suite struct SweepGoalTests {
  @Test(arguments: [
    ("throughput", SweepGoal.throughput, "throughput"), (" Efficiency ", .efficiency, "efficiency"),
    ("latency<=15ms", .latency(nanoseconds: 15_000_000), "latency<=15ms"),
    ("latency<15ms", .latency(nanoseconds: 15_000_000), "latency<=15ms"),
    (" latency <= 1.5 ms", .latency(nanoseconds: 1_500_000), "latency<=1.5ms"),
    ("latency\u{2264}2s", .latency(nanoseconds: 2_000_000_000), "latency<=2s"),
    ("latency<=250us", .latency(nanoseconds: 250_000), "latency<=250us"),
    ("latency<=1000us", .latency(nanoseconds: 1_000_000), "latency<=1ms"),
    ("latency<=999ns", .latency(nanoseconds: 999), "latency<=999ns"),
    ("latency<=1.000001ms", .latency(nanoseconds: 1_000_001), "latency<=1.000001ms"),
    ("latency<=0.25s", .latency(nanoseconds: 250_000_000), "latency<=250ms"),
    ("latency<=3600s", .latency(nanoseconds: 3_600_000_000_000), "latency<=3600s"),
  ])
  func parses(text: String, goal: SweepGoal, canonical: String) throws {
    #expect(try SweepGoal(text) == goal)
    #expect(goal.description == canonical)
    #expect(try SweepGoal(canonical) == goal)
    #expect(try JSONDecoder().decode([SweepGoal].self, from: JSONEncoder().encode([goal])) == [goal])
  }

  @Test(arguments: [
    ("", "`` is no goal: write throughput, efficiency or a limit such as latency<=15ms."),
    ("speed", "`speed` is no goal: write throughput, efficiency or a limit such as latency<=15ms."),
    ("latency", "The goal `latency` names no limit: write for example latency<=15ms."),
    ("latency>=15ms", "The goal `latency>=15ms` names no limit: write for example latency<=15ms."),
  ])
  func saysWhatIsWrong(text: String, message: String) {
    let error = #expect(throws: SweepError.self) { try SweepGoal(text) }
    #expect(error?.description == message)
  }

  @Test(arguments: [
    "ms", "1.2.3ms", "15", "15min", "0ms", "0.4ns", "3601s", "-1ms", String(repeating: "9", count: 70) + "s",
  ])
  func refusesLimitsThatAreNone(limit: String) {
    let error = #expect(throws: SweepError.self) { try SweepGoal("latency<=\(limit)") }
    let shown = "latency<=\(limit)".prefix(40)
    #expect(
      error?.description.hasPrefix("The limit of the goal `\(shown)` is no length of time from 1 ns to 1 hour") == true)
  }

  @Test func aDamagedGoalInAFileIsRefused() {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([SweepGoal].self, from: Data("[\"fast\"]".utf8)) }
  }
}
