import Testing

@testable import Reports

@Suite struct LogScaleTests {
  @Test(arguments: [
    (0.03, 700.0, 0.02, 1000.0), (0.1, 100, 0.1, 100), (1, 2, 1, 10), (0.2, 5, 0.2, 5), (3, 1, 2, 20),
    // What is no number gives an axis all the same.
    (.nan, .infinity, 1, 10), (0, 10, 1, 10),
  ])
  func endsAreRound(least: Double, greatest: Double, low: Double, high: Double) {
    let scale = LogScale(around: least, greatest, start: 0, end: 100)
    #expect(abs(scale.least / low - 1) < 1e-9)
    #expect(abs(scale.greatest / high - 1) < 1e-9)
  }

  @Test func placesAreLogarithmicAndBack() {
    let scale = LogScale(around: 1, 100, start: 300, end: 100)
    #expect(abs(scale.place(1) - 300) < 1e-9)
    #expect(abs(scale.place(10) - 200) < 1e-9)
    #expect(abs(scale.place(100) - 100) < 1e-9)
    #expect(abs(scale.value(scale.place(37)) - 37) < 1e-9)
    #expect(abs(scale.decade - 100) < 1e-9)
  }

  @Test func ticksThinOutWhereThereIsNoRoom() {
    let scale = LogScale(around: 0.5, 100, start: 0, end: 230)
    let many = scale.ticks(room: 20)
    #expect(many.count == 8)
    #expect(zip(many, [0.5, 1, 2, 5, 10, 20, 50, 100]).allSatisfy { abs($0 / $1 - 1) < 1e-9 })
    #expect(scale.ticks(room: 40).count == 3)
  }

  @Test(arguments: [
    ([0.0, 1, 2], [0.0, 10, 20]), ([0, 50, 51], [0, 50, 60]), ([98, 99, 100], [80, 90, 100]),
    ([5, 98, 99], [5, 90, 100]), ([], []), ([50], [50]),
  ])
  func labelsMoveApart(wanted: [Double], expected: [Double]) {
    #expect(LabelLayout.spread(wanted, gap: 10, within: 0...100) == expected)
  }
}
