import Statistics
import Testing

@Suite struct AverageTests {
  @Test(arguments: [([1, 2, 3, 4], 2.5), ([7], 7), ([0.1, 0.1, 0.1], 0.1), ([-1, 1], 0)] as [([Double], Double)])
  func mean(values: [Double], expected: Double) { #expect(Average.mean(values) == expected) }

  @Test func standardDeviation() {
    #expect(agree(Average.standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]), (32.0 / 7).squareRoot(), 1e-14))
    #expect(Average.standardDeviation([3, 3]) == 0)
    #expect(Average.standardDeviation([3]) == nil)
  }

  @Test(arguments: [[], [.nan], [1, .infinity], [-.infinity, .infinity], [1, .nan, 2]] as [[Double]])
  func nothingFromBadValues(values: [Double]) {
    #expect(Average.mean(values) == nil)
    #expect(Average.standardDeviation(values) == nil)
  }

  @Test func meanThatOverflowsIsNothing() {
    #expect(Average.mean([.greatestFiniteMagnitude, .greatestFiniteMagnitude]) == nil)
  }
}
