import Statistics
import Testing

@Suite struct FisherFTests {
  @Test("Agrees with SciPy", arguments: try goldenRows("fisher-f.csv"))
  func golden(row: [Substring]) throws {
    let fields = try row.flatMap(numbers)
    try #require(fields.count == 4)
    let tail = try #require(FisherF.upperTail(fields[0], numerator: fields[1], denominator: fields[2]))
    #expect(abs(tail - fields[3]) <= 1e-12 * fields[3])
  }

  @Test func ends() {
    #expect(FisherF.upperTail(0, numerator: 2, denominator: 3) == 1)
    #expect(FisherF.upperTail(.infinity, numerator: 2, denominator: 3) == 0)
  }

  @Test(arguments: [(-1, 1, 1), (.nan, 1, 1), (1, 0, 1), (1, 1, 0), (1, .infinity, 1), (1, 1, .nan)])
  func nothingOutsideTheDomain(f: Double, numerator: Double, denominator: Double) {
    #expect(FisherF.upperTail(f, numerator: numerator, denominator: denominator) == nil)
  }
}
