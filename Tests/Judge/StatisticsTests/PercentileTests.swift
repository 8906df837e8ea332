import Statistics
import Testing

@Suite struct PercentileTests {
  @Test(
    "Element at floor(N p), never interpolated",
    arguments: [
      (1, 0.5, 0), (2, 0.5, 1), (3, 0.5, 1), (10, 0.9, 9), (10, 0.89, 8), (100, 0.99, 99), (101, 0.99, 99),
      (1000, 0.999, 999), (5, 0, 0), (5, 1, 4), (299, 0.99, 296),
    ])
  func index(count: Int, p: Double, expected: Int) {
    #expect(Percentile.value(p, ofSorted: Array(0..<count)) == expected)
  }

  @Test func integersStayExact() {
    #expect(Percentile.value(0.5, ofSorted: [Int64.max - 1, Int64.max]) == Int64.max)
  }

  @Test(arguments: [-0.01, 1.01, .nan, .infinity])
  func refusesBadFractions(p: Double) {
    #expect(Percentile.value(p, ofSorted: [1, 2, 3]) == nil)
  }

  @Test func refusesNoValues() { #expect(Percentile.value(0.5, ofSorted: [Int]()) == nil) }

  @Test(
    "Least n with 1 - p^n >= confidence",
    arguments: [
      (0.99, 0.95, 299), (0.999, 0.95, 2995), (0.5, 0.95, 5), (0.9, 0.95, 29), (0.99, 0.99, 459), (0.5, 0.5, 1),
      (0.01, 0.5, 1),
    ])
  func minimumSamples(p: Double, confidence: Double, expected: Int) {
    #expect(Percentile.minimumSamples(p, confidence: confidence) == expected)
  }

  @Test(arguments: [(0, 0.95), (1, 0.95), (.nan, 0.95), (0.99, 0), (0.99, 1), (0.99, .nan), (1 - 1e-16, 0.95)])
  func minimumSamplesRefusesBadInput(p: Double, confidence: Double) {
    #expect(Percentile.minimumSamples(p, confidence: confidence) == nil)
  }
}
