import Testing

@testable import Records

/// What `date -u -d TIME +%s` says.
private let times: [(text: String, seconds: Int64?)] = [
  ("1970-01-01T00:00:00Z", 0), ("2025-03-01T12:00:00Z", 1_740_830_400), ("2024-02-29T23:59:59Z", 1_709_251_199),
  ("2000-02-29T00:00:00Z", 951_782_400), ("1969-12-31T23:59:59Z", -1), ("2100-03-01T00:00:00Z", 4_107_542_400),
  ("2025-12-31T00:00:00.125Z", 1_767_139_200), ("9999-12-31T23:59:59Z", 253_402_300_799),
  ("2025-02-29T00:00:00Z", nil), ("2100-02-29T00:00:00Z", nil), ("2025-13-01T00:00:00Z", nil),
  ("2025-00-01T00:00:00Z", nil), ("2025-01-00T00:00:00Z", nil), ("2025-04-31T00:00:00Z", nil),
  ("2025-03-01T24:00:00Z", nil), ("2025-03-01T12:60:00Z", nil), ("2025-03-01T12:00:00", nil),
  ("2025-03-01T12:00:00+01:00", nil), ("2025-03-01 12:00:00Z", nil), ("2025-3-1T12:00:00Z", nil),
  ("2025-03-01T12:00:00.Z", nil), ("２025-03-01T12:00:00Z", nil), ("", nil), ("now", nil), ("-025-03-01T12:00:00Z", nil),
  ("2025-03-01T12:00:00.\(String(repeating: "1", count: 100))Z", nil),
]

private let bounds: [(text: String, isEnd: Bool, seconds: Int64?)] = [
  ("2025-03-01", false, 1_740_787_200), ("2025-03-01", true, 1_740_873_599),
  ("2025-03-01T12:00:00Z", true, 1_740_830_400),
  ("90m", false, 1_000_000 - 5400), ("36h", false, 1_000_000 - 129_600), ("7d", false, 1_000_000 - 604_800),
  ("4w", true, 1_000_000 - 2_419_200), ("0d", false, 1_000_000), ("9999999w", false, 1_000_000 - 9_999_999 * 604_800),
  ("99999999999999999999w", false, nil), ("d", false, nil), ("-1d", false, nil), ("1.5d", false, nil),
  ("7", false, nil),
  ("7y", false, nil), ("2025-03", false, nil), ("2025-03-01x", false, nil), ("yesterday", false, nil),
]

@Suite struct RecordTimeTests {
  @Test(arguments: times)
  func secondsSince1970(text: String, seconds: Int64?) { #expect(RecordTime.seconds(of: text) == seconds) }

  @Test(arguments: bounds)
  func boundsOfLists(text: String, isEnd: Bool, seconds: Int64?) {
    #expect(RecordTime.bound(text, now: 1_000_000, isEnd: isEnd) == seconds)
  }
}
