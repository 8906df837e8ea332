import Testing

@testable import Reports

@Suite struct FigureTests {
  @Test(
    arguments: [
      (0, 2, "0.00"), (1.005, 1, "1.0"), (-0.04, 1, "0.0"), (-1.25, 1, "-1.3"), (0.05, 2, "0.05"), (12.999, 2, "13.00"),
      (3, 0, "3"), (1e300, 2, "1e+300"), (.nan, 1, "nan"), (-.infinity, 1, "-inf"),
    ] as [(Double, Int, String)])
  func fixed(value: Double, decimals: Int, expected: String) { #expect(Figure.fixed(value, decimals) == expected) }

  @Test(
    arguments: [
      (0, "0"), (0.000123, "0.0001230"), (0.0421, "0.04210"), (3.21e-7, "3.210e-7"), (-2e-9, "-2.000e-9"),
      (.leastNonzeroMagnitude, "4.941e-324"), (.infinity, "inf"), (0.12345, "0.1235"), (1.23456, "1.235"),
      (22.4149, "22.41"), (812.34, "812.3"),
      (1234.5, "1235"),
    ] as [(Double, String)])
  func significant(value: Double, expected: String) { #expect(Figure.significant(value) == expected) }

  @Test(arguments: [
    (0, "0 B"), (49152, "48 KiB"), (1_572_864, "1.5 MiB"), (8 << 30, "8 GiB"), (8_329_854_976, "7.8 GiB"),
  ])
  func binary(bytes: UInt64, expected: String) { #expect(Figure.binary(bytes) == expected) }

  @Test(arguments: [
    (1.705e-13, 2.008, "0 ±2.008"), (-5.6e-14, 2, "0 ±2.000"), (1.05, 0.05725, "1.050 ±0.05725"),
    (-3.964, 10.05, "-3.960 ±10.05"),
    (4, 0, "4.000 ±0"), (0, 0, "0 ±0"),
  ])
  func whatIsFarBelowItsUncertaintyIsZero(value: Double, uncertainty: Double, text: String) {
    #expect(Figure.plusMinus(value, uncertainty) == text)
  }

  @Test(arguments: [(999, "999"), (12_345, "12.3 k"), (25_557_032, "25.56 M"), (4_089_184_256, "4.09 G")])
  func count(value: Int, expected: String) { #expect(Figure.count(value) == expected) }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (-25_557_032, "-25,557,032"), (.min, "-9,223,372,036,854,775,808"),
  ])
  func exact(value: Int, expected: String) { #expect(Figure.exact(value) == expected) }

  @Test(arguments: [([], "none"), ([3], "3"), ([1, 0, 2, 8], "0-2,8"), ([5, 5, 7, 6], "5-7")] as [([Int], String)])
  func ranges(indices: [Int], expected: String) { #expect(Figure.ranges(indices) == expected) }

  @Test(arguments: [
    (0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (3723, "1:02:03"), (-1, "?"), (.nan, "?"),
  ])
  func clock(seconds: Double, expected: String) { #expect(Figure.clock(seconds) == expected) }
}
