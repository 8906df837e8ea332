import Statistics
import Testing

@Suite struct IncompleteBetaTests {
  @Test("Agrees with SciPy", arguments: try goldenRows("incomplete-beta.csv"))
  func golden(row: [Substring]) throws {
    let fields = try row.flatMap(numbers)
    try #require(fields.count == 4)
    let value = IncompleteBeta.regularised(fields[0], a: fields[1], b: fields[2])
    #expect(agree(value, fields[3], 1e-12))
  }

  @Test func ends() {
    #expect(IncompleteBeta.regularised(0, a: 2, b: 3) == 0)
    #expect(IncompleteBeta.regularised(1, a: 2, b: 3) == 1)
  }

  @Test(arguments: [
    (-0.1, 1, 1), (1.1, 1, 1), (0.5, 0, 1), (0.5, 1, -1), (.nan, 1, 1), (0.5, .nan, 1), (0.5, 1, .infinity),
  ])
  func nothingOutsideTheDomain(x: Double, a: Double, b: Double) {
    #expect(IncompleteBeta.regularised(x, a: a, b: b) == nil)
  }
}
