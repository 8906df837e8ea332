import Testing

@testable import Statistics

@Suite struct IncompleteBetaTests {
  @Test("Agrees with SciPy", arguments: try goldenRows("incomplete-beta.csv"))
  func golden(row: [Substring]) throws {
    let fields = try row.flatMap(numbers)
    try #require(fields.count == 4)
    let value = IncompleteBeta.regularised(fields[0], a: fields[1], b: fields[2])
    #expect(agree(value, fields[3], 1e-12))
  }

  @Test("Agrees with an integral of 40 digits in relative terms")
  func large() throws {
    for row in try goldenRows("incomplete-beta-large.csv") {
      let fields = try row.flatMap(numbers)
      try #require(fields.count == 4)
      let value = try #require(IncompleteBeta.regularised(fields[0], a: fields[1], b: fields[2]), "\(row)")
      let error = abs(value - fields[3]) / fields[3]
      #expect(error < 1e-12, "\(row): \(value), \(error)")
    }
  }

  @Test("The step is the difference of neighbours", arguments: [(0.3, 2.0, 5.0), (0.9, 0.5, 0.5), (0.99, 40, 1)])
  func step(x: Double, a: Double, b: Double) throws {
    let here = try #require(IncompleteBeta.regularised(x, a: a, b: b))
    let next = try #require(IncompleteBeta.regularised(x, a: a + 1, b: b))
    #expect(agree(IncompleteBeta.step(x, a: a, b: b), here - next, 1e-13))
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
