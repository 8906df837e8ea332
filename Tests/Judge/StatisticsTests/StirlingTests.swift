import Testing

@testable import Statistics

/// Expected values: mpmath 1.4 with 40 digits.
@Suite struct StirlingTests {
  @Test(
    "The correction agrees with log-gamma of 40 digits on both sides of the series",
    arguments: [
      (0.5, 0.15342640972002735), (1, 0.081061466795327258), (3.5, 0.023746163656297496),
      (9.75, 0.0085440205058485877), (10, 0.0083305634333628713), (25, 0.0033331556367280929),
      (1000, 8.3333330555556349e-5), (1e7, 8.3333333333333306e-9),
    ])
  func correction(z: Double, expected: Double) {
    // It is added to numbers of about 1, so absolute precision is what counts.
    #expect(abs(Stirling.correction(z) - expected) < 5e-15)
  }

  @Test(
    "u - ln(1 + u) keeps its relative precision where the two cancel",
    arguments: [
      (-0.3, 0.056674943938732374), (-0.1, 0.0053605156578263018), (1e-6, 4.9999966666691662e-13),
      (-1e-9, 5.000000003333334e-19), (0.05, 0.0012098358305679971), (0.3, 0.037635735532508945),
    ])
  func logExcess(u: Double, expected: Double) {
    #expect(abs(LogExcess.value(u, ratio: 1 + u) - expected) < 1e-15 * expected)
  }

  @Test func logExcessBeyondTheSeries() {
    #expect(abs(LogExcess.value(1, ratio: 2) - 0.30685281944005469) < 1e-15)
    #expect(LogExcess.value(-1, ratio: 0) == .infinity)
  }
}
