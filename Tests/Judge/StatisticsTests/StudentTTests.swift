import Statistics
import Testing

@Suite struct StudentTTests {
  @Test("Critical values agree with SciPy", arguments: try goldenRows("student-t.csv"))
  func criticalValue(row: [Substring]) throws {
    let fields = try row.flatMap(numbers)
    try #require(fields.count == 3)
    let value = try #require(StudentT.critical(confidence: fields[1], degrees: fields[0]))
    // Beyond some thousand degrees the log-gammas in the beta function cancel.
    let tolerance = fields[0] > 10_000 ? 1e-9 : 1e-12
    #expect(agree(value / fields[2], 1, tolerance))
    let tail = StudentT.twoSidedTail(fields[2], degrees: fields[0])
    #expect(agree(tail, 1 - fields[1], tolerance))
  }

  @Test("Intervals agree with SciPy", arguments: try goldenRows("interval.csv"))
  func interval(row: [Substring]) throws {
    try #require(row.count == 4)
    let confidence = try numbers(row[0])[0]
    let values = try numbers(row[1])
    let interval = try #require(StudentT.interval(values, confidence: confidence))
    #expect(agree(interval.lower, try numbers(row[2])[0]))
    #expect(agree(interval.upper, try numbers(row[3])[0]))
    #expect(interval.count == values.count)
    #expect(interval.confidence == confidence)
    #expect(agree(interval.halfWidth * 2, interval.upper - interval.lower))
  }

  @Test func equalValuesHaveNoWidth() {
    let interval = StudentT.interval([0.1, 0.1, 0.1])
    #expect(interval?.lower == 0.1)
    #expect(interval?.upper == 0.1)
  }

  @Test(arguments: [[], [1], [1, .nan], [1, .infinity]] as [[Double]])
  func noIntervalFromTooLittle(values: [Double]) { #expect(StudentT.interval(values) == nil) }

  @Test(arguments: [(0, 4), (1, 4), (.nan, 4), (0.95, 0), (0.95, -1), (0.95, .infinity), (0.95, .nan)])
  func noCriticalValueOutsideTheDomain(confidence: Double, degrees: Double) {
    #expect(StudentT.critical(confidence: confidence, degrees: degrees) == nil)
  }

  @Test func tailOfExtremes() {
    #expect(StudentT.twoSidedTail(0, degrees: 3) == 1)
    #expect(StudentT.twoSidedTail(.infinity, degrees: 3) == 0)
    #expect(StudentT.twoSidedTail(-1, degrees: 3) == nil)
    #expect(StudentT.twoSidedTail(.nan, degrees: 3) == nil)
  }
}
