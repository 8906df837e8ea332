import Statistics
import Testing

@Suite struct HolmTests {
  @Test("Agrees with statsmodels", arguments: try goldenRows("holm.csv"))
  func golden(row: [Substring]) throws {
    try #require(row.count == 2)
    let adjusted = Holm.adjusted(try numbers(row[0]))
    let expected = try numbers(row[1])
    try #require(adjusted.count == expected.count)
    for (value, golden) in zip(adjusted, expected) { #expect(agree(value, golden, 1e-14)) }
  }

  @Test func nothingOfNothing() { #expect(Holm.adjusted([]) == []) }
}
