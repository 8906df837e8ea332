import Foundation
import LoadGen
import Testing

@Suite struct LatencySummaryTests {
  private static let summary = LatencySummary(
    count: 833, min: 1, max: 60, mean: 12.5, values: [10, 20, 30, 40, 50, 55], target: 50, resolution: 0.25)

  @Test("In files every percentile has its name")
  func names() throws {
    let data = try JSONEncoder().encode(Self.summary)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      object["percentiles"] as? [String: Int] == ["p50": 10, "p90": 20, "p95": 30, "p97": 40, "p99": 50, "p99.9": 55])
    #expect(try JSONDecoder().decode(LatencySummary.self, from: data) == Self.summary)
  }

  @Test("A summary without one of them is refused")
  func missing() throws {
    let text = String(decoding: try JSONEncoder().encode(Self.summary), as: UTF8.self)
    let damaged = text.replacing("\"p99.9\"", with: "\"p99.8\"")
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(LatencySummary.self, from: Data(damaged.utf8)) }
  }
}
