import Statistics
import Testing

@Suite struct MannWhitneyTests {
  private static let sides: [TestSide] = [.twoSided, .greater, .less]

  @Test(
    "Agrees with SciPy's exact mannwhitneyu, and with intervals by inverting it",
    arguments: try goldenRows("mann-whitney.csv"))
  func golden(row: [Substring]) throws {
    try #require(row.count == 7)
    let (x, y) = (try numbers(row[0]), try numbers(row[1]))
    for (side, p) in zip(Self.sides, try numbers(row[2])) { #expect(agree(MannWhitney.p(x, y, side), p, 1e-12)) }
    #expect(agree(MannWhitney.hodgesLehmann(x, y), try numbers(row[3])[0], 1e-12))
    for (confidence, text) in zip([0.9, 0.95, 0.99], row[4...]) {
      let interval = MannWhitney.interval(x, y, confidence: confidence)
      guard text != "none" else {
        #expect(interval == nil)
        continue
      }
      let ends = try numbers(text)
      #expect(agree(interval?.lower, ends[0], 1e-12))
      #expect(agree(interval?.upper, ends[1], 1e-12))
    }
  }

  @Test("Agrees with all choices counted, with ties", arguments: try goldenRows("mann-whitney-tied.csv"))
  func tied(row: [Substring]) throws {
    let (x, y) = (try numbers(row[0]), try numbers(row[1]))
    for (side, p) in zip(Self.sides, try numbers(row[2])) { #expect(agree(MannWhitney.p(x, y, side), p, 1e-12)) }
  }

  @Test("Agrees with SciPy's normal approximation", arguments: try goldenRows("mann-whitney-large.csv"))
  func large(row: [Substring]) throws {
    let (x, y) = (try numbers(row[0]), try numbers(row[1]))
    for (side, p) in zip(Self.sides, try numbers(row[2])) {
      let found = try #require(MannWhitney.p(x, y, side))
      #expect(abs(found - p) <= 1e-9 * p)
    }
  }

  @Test func sidesOfTheOtherOrderAreSwapped() {
    let (x, y) = ([1.0, 2, 2, 5, 9], [2.0, 6, 7])
    #expect(MannWhitney.p(x, y, .greater) == MannWhitney.p(y, x, .less))
    #expect(MannWhitney.p(x, y, shift: 1, .greater) == MannWhitney.p(x, y.map { $0 - 1 }, .greater))
    #expect(MannWhitney.hodgesLehmann(x, y) == MannWhitney.hodgesLehmann(y, x).map { -$0 })
  }

  /// More differences than are sorted at once; few distinct values make many ties.
  @Test(arguments: [1.0, 3, 1e6]) func selectionFindsWhatSortingDoes(levels: Double) throws {
    var noise = Noise(seed: 13)
    for (n, m) in [(90, 70), (40, 400), (300, 31)] {
      let x = (0..<n).map { _ in (noise.normal() * levels).rounded() / levels }
      let y = (0..<m).map { _ in ((noise.normal() + 0.3) * levels).rounded() / levels }
      let differences = y.flatMap { y in x.map { y - $0 } }.sorted()
      let middle = (differences[(n * m - 1) / 2], differences[n * m / 2])
      #expect(MannWhitney.hodgesLehmann(x, y) == middle.0 / 2 + middle.1 / 2)
      let interval = try #require(MannWhitney.interval(x, y))
      #expect(differences.contains(interval.lower) && differences.contains(interval.upper))
      // The ends are what the two-sided test says, with the normal distribution's continuity correction.
      #expect(try #require(MannWhitney.p(x, y, shift: interval.lower - 1e-9)) <= 0.051)
      #expect(try #require(MannWhitney.p(x, y, shift: interval.upper + 1e-9)) <= 0.051)
    }
  }

  /// The radix sort against the library's.
  @Test func manyValuesOfBothSigns() {
    var noise = Noise(seed: 17)
    let x =
      (0..<5000).map { _ in noise.normal() } + [
        0, -0.0, -1e300, 1e300, -.leastNonzeroMagnitude, .leastNonzeroMagnitude,
      ]
    let sorted = x.sorted()
    #expect(MannWhitney.hodgesLehmann(x, [0]) == (-sorted[2502] - sorted[2503]) / 2)
    #expect(MannWhitney.p(x, x) == MannWhitney.p(sorted, sorted.reversed()))
  }

  private static let bad: [([Double], [Double])] = [
    ([], [1]), ([1], []), ([.nan], [1]), ([1], [.infinity]),
    ([-Double.greatestFiniteMagnitude], [Double.greatestFiniteMagnitude]),
  ]

  @Test(arguments: bad) func nothingOfBadValues(x: [Double], y: [Double]) {
    #expect(MannWhitney.p(x, y) == nil)
    #expect(MannWhitney.hodgesLehmann(x, y) == nil)
    #expect(MannWhitney.interval(x, y) == nil)
  }

  @Test func threeAgainstThreeHaveNoInterval() {
    #expect(MannWhitney.interval([1, 2, 3], [4, 5, 6]) == nil)
    #expect(MannWhitney.interval([1, 2, 3, 4], [5, 6, 7, 8])?.lower == 1)
    #expect(MannWhitney.p([1, 2, 3], [4, 5, 6]) == 0.1)
  }
}
