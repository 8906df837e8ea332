import LoadGen
import Testing

@Suite struct TimeSpanTests {
  @Test(arguments: [
    ("2ms", Int64(2_000_000)), ("100us", 100_000), ("100\u{b5}s", 100_000), ("1.5s", 1_500_000_000), ("0s", 0),
    ("7ns", 7), ("0.4ns", 0), ("0.5ns", 1), ("86400s", 86_400_000_000_000), ("0.000000001s", 1),
  ])
  func lengthsAreRead(text: String, nanoseconds: Int64) {
    #expect(TimeSpan.nanoseconds(text) == nanoseconds)
  }

  @Test(arguments: [
    "", "s", "2", "-2ms", "+2ms", ".5s", "5.s", "1..5s", "2 ms", "2MS", "2min", "1e3s", "nans", "infs", "86400.1s",
    "99999999999999999999999999999999999999s", "\u{0662}ms",
  ])
  func whatIsNoLengthIsRefused(text: String) {
    #expect(TimeSpan.nanoseconds(text) == nil)
  }

  @Test(arguments: [
    (Int64(0), "0s"), (1, "1ns"), (999, "999ns"), (1000, "1us"), (1_500_000, "1.5ms"), (2_000_000, "2ms"),
    (1_000_000_001, "1.000000001s"), (1_050_000_000, "1.05s"), (TimeSpan.longest, "86400s"),
  ])
  func lengthsAreWrittenAsTheyAreRead(nanoseconds: Int64, text: String) {
    #expect(TimeSpan.text(nanoseconds) == text)
    #expect(TimeSpan.nanoseconds(text) == nanoseconds)
  }
}
