import Testing

@testable import Reports

@Suite struct LabelLayoutTests {
  @Test(
    arguments: [
      // Room for all: nothing moves.
      ([10, 40, 90], [10, 40, 90]),
      // At one place: around it.
      ([50, 50, 50], [30, 50, 70]),
      // At an end: as far as there is room.
      ([0, 0, 0], [0, 20, 40]), ([100, 100, 100], [60, 80, 100]),
      ([], []),
    ] as [([Double], [Double])])
  func labelsLieAroundTheirPlaces(wanted: [Double], expected: [Double]) {
    #expect(LabelLayout.centred(wanted, gap: 20, within: 0...100) == expected)
  }

  @Test func labelsKeepTheirDistance() {
    let places = LabelLayout.spread([3, 4, 5, 70, 71], gap: 10, within: 0...100)
    for (one, next) in zip(places, places.dropFirst()) { #expect(next - one >= 10) }
    #expect(places.allSatisfy { $0 >= 0 && $0 <= 100 })
  }
}
