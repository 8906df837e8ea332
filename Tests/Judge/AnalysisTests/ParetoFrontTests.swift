import Testing

@testable import Analysis

@Suite struct ParetoFrontTests {
  static let cases: [([(cost: Double, error: Double)?], [Bool])] = [
    ([], []), ([nil], [false]), ([(1, 1)], [true]),
    // Each has what the other lacks.
    ([(1, 2), (2, 1)], [true, true]),
    // Beaten in both, in the one, in the other.
    ([(1, 1), (2, 2)], [true, false]), ([(1, 1), (1, 2)], [true, false]), ([(1, 1), (2, 1)], [true, false]),
    // Equal points are on the front together.
    ([(1, 1), (1, 1), (3, 0), nil], [true, true, true, false]),
    // A negative cost is a rate.
    ([(-50, 0), (-90, 0.01), (-80, 0.02), (-150, 0.1)], [true, true, false, true]),
  ]

  @Test(arguments: cases.indices)
  func whatNobodyBeatsIsOnTheFront(index: Int) {
    let (points, marks) = Self.cases[index]
    #expect(ParetoFront.marks(points) == marks)
  }
}
