import Foundation
import LoadGen
import Testing

@Suite struct EarlyStoppingTests {
  /// What LoadGen computes at confidence 0.99 and tolerance 0: percentile, t, h(t) + t.
  @Test(
    "Agrees with LoadGen on the queries needed",
    arguments: [
      (0.9, [0: 44, 1: 64, 2: 81, 3: 97, 4: 113, 5: 127, 10: 197]),
      (0.99, [0: 459, 1: 662, 2: 838, 3: 1001, 4: 1157, 5: 1307, 10: 2010]),
    ])
  func needed(percentile: Double, totals: [Int: Int]) throws {
    let rule = try #require(EarlyStopping(percentile: percentile))
    for (over, total) in totals {
      #expect(rule.needed(over: over) == total)
      #expect(EarlyStopping.neededUnder(over: over, percentile: percentile) == total - over)
    }
  }

  @Test(
    "Agrees with LoadGen on the over-latency queries allowed, and takes its order statistic",
    arguments: [(64, 1), (100, 3), (500, 34), (662, 48), (843, 64), (1000, 78), (1024, 80)])
  func allowed(count: Int, over: Int) throws {
    let rule = try #require(EarlyStopping(percentile: 0.9))
    #expect(rule.allowedOver(of: count) == over)
    #expect(EarlyStopping.allowedOver(of: count, percentile: 0.9) == over)
    let estimate = try #require(rule.estimate(of: count))
    #expect(estimate.discarded == over - 1)
    #expect(estimate.index == count - over)
  }

  @Test("There is no estimate of fewer than h(1) + 1 queries")
  func noEstimate() throws {
    let rule = try #require(EarlyStopping(percentile: 0.99))
    #expect(rule.estimate(of: 661) == nil)
    #expect(rule.allowedOver(of: 661) == 0)
    #expect(rule.allowedOver(of: 459) == 0)
    #expect(rule.allowedOver(of: 458) == nil)
    #expect(rule.estimate(of: 662)?.discarded == 0)
    #expect(rule.estimate(of: 662)?.index == 661)
  }

  @Test("Agrees with exact sums of the binomial and integrals of 40 digits")
  func golden() throws {
    let rows = try Self.rows("early-stopping.csv")
    #expect(rows.count > 100)
    for row in rows {
      let rule = try #require(EarlyStopping(percentile: row[0], confidence: row[1], tolerance: row[2]))
      #expect(rule.neededUnder(over: Int(row[3])) == Int(row[4]), "\(row)")
    }
  }

  @Test("Agrees with them on what is allowed, up to 50 million queries")
  func goldenAllowed() throws {
    let rows = try Self.rows("early-stopping-allowed.csv")
    #expect(rows.count > 150)
    for row in rows {
      let rule = try #require(EarlyStopping(percentile: row[0], confidence: row[1], tolerance: row[2]))
      #expect(rule.allowedOver(of: Int(row[3])) == (row[4] < 0 ? nil : Int(row[4])), "\(row)")
    }
  }

  @Test("A tail that equals 1 - c does not satisfy the rule: two of two at p = 1/2 have probability 1/4")
  func strict() throws {
    let rule = try #require(EarlyStopping(percentile: 0.5, confidence: 0.75))
    #expect(rule.tail(under: 2, over: 0) == 0.25)
    #expect(rule.neededUnder(over: 0) == 3)
    // 1 + 20 ways of 2^20 is 21; one over of 21 has 22 of 2^21.
    let rare = try #require(EarlyStopping(percentile: 0.5, confidence: 1 - 22.0 / 2_097_152))
    #expect(rare.neededUnder(over: 1) == 21)
  }

  @Test("Both numbers are each other's inverse, and grow", arguments: [0.5, 0.9, 0.99, 0.999])
  func inverse(percentile: Double) throws {
    let rule = try #require(EarlyStopping(percentile: percentile))
    var last = 0
    for over in [0, 1, 2, 7, 50, 51, 333, 4096, 100_000, 1_000_000] {
      let total = try #require(rule.needed(over: over))
      #expect(total > last)
      #expect(rule.allowedOver(of: total) == over)
      #expect(rule.allowedOver(of: total - 1) == (over == 0 ? nil : over - 1))
      last = total
    }
  }

  @Test("Immense counts have an answer too, and a tail on either side of the level")
  func immense() throws {
    let rule = try #require(EarlyStopping(percentile: 0.999999))
    for over in [0, 5, 3_000, 1_000_000] {
      let under = try #require(rule.neededUnder(over: over))
      #expect(try #require(rule.tail(under: under, over: over)) < 0.01)
      #expect(try #require(rule.tail(under: under - 1, over: over)) >= 0.01)
    }
    let half = try #require(EarlyStopping(percentile: 0.5))
    let most = try #require(half.allowedOver(of: EarlyStopping.countLimit))
    #expect(most < EarlyStopping.countLimit / 2)
    #expect(half.neededUnder(over: EarlyStopping.countLimit / 2) == nil)
  }

  @Test(
    "There is no rule of nonsense",
    arguments: [
      (0, 0.99, 0), (1, 0.99, 0), (-0.1, 0.99, 0), (1.5, 0.99, 0), (.nan, 0.99, 0), (1e-17, 0.99, 0), (0.9, 0, 0),
      (0.9, 1, 0),
      (0.9, .nan, 0), (0.9, 0.99, -0.01), (0.9, 0.99, 0.9), (0.9, 0.99, .infinity), (0.9, 0.99, .nan),
    ])
  func nonsense(percentile: Double, confidence: Double, tolerance: Double) {
    #expect(EarlyStopping(percentile: percentile, confidence: confidence, tolerance: tolerance) == nil)
    #expect(
      EarlyStopping.neededUnder(over: 1, percentile: percentile, confidence: confidence, tolerance: tolerance) == nil)
    #expect(
      EarlyStopping.allowedOver(of: 1, percentile: percentile, confidence: confidence, tolerance: tolerance) == nil)
  }

  @Test("Nor are there numbers for impossible counts")
  func impossibleCounts() throws {
    let rule = try #require(EarlyStopping(percentile: 0.99))
    for count in [-1, Int.min, Int.max, EarlyStopping.countLimit + 1] {
      #expect(rule.neededUnder(over: count) == nil)
      #expect(rule.allowedOver(of: count) == nil)
      #expect(rule.tail(under: count, over: 0) == nil)
      #expect(rule.tail(under: 0, over: count) == nil)
    }
  }

  @Test("Percentiles next to 0 and 1 end too", arguments: [2e-16, 1e-12, 0.001, 1 - 1e-9, 1 - 1e-15])
  func extremes(percentile: Double) throws {
    let rule = try #require(EarlyStopping(percentile: percentile))
    for over in [0, 1, 60, 10_000] {
      if let under = rule.neededUnder(over: over) {
        #expect(try #require(rule.tail(under: under, over: over)) < 0.01)
        #expect(try #require(rule.tail(under: under - 1, over: over)) >= 0.01)
      } else {
        #expect(percentile > 0.99, "\(over)")
      }
    }
  }

  private static func rows(_ name: String) throws -> [[Double]] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: folder.appending(path: "Fixtures/\(name)"), encoding: .utf8)
    return try text.split(separator: "\n").map { try $0.split(separator: ",").map { try #require(Double($0)) } }
  }
}
