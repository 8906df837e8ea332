import NumericFormats
import Testing

@Suite struct NumberFormatTests {
  @Test(arguments: [
    (NumberFormat.fp32, 4, "fp32"), (.bf16, 2, "bf16"), (.u8(scale: 0.5, zeroPoint: 3), 1, "u8"),
    (.s8(scale: 2), 1, "s8"),
  ])
  func describesItsStorage(format: NumberFormat, bytes: Int, name: String) {
    #expect(format.byteCount == bytes)
    #expect(format.name == name)
  }

  /// (least, greatest, scale, zero point): the range is widened to hold 0, which must be exact.
  @Test(arguments: [
    (Float(0), Float(255), Float(1), Int32(0)), (-128, 127, 1, 128), (-255, 0, 1, 255), (10, 510, 2, 0),
    (-510, -10, 2, 255), (0, 0, 1, 0), (-1, 254, 1, 1), (-0.5, 254.5, 1, 0), (-1.5, 253.5, 1, 2),
  ])
  func coversARangeUnsigned(least: Float, greatest: Float, scale: Float, zeroPoint: Int32) throws {
    let range = try #require(ValueRange(least: least, greatest: greatest))
    #expect(NumberFormat.u8(covering: range) == .u8(scale: scale, zeroPoint: zeroPoint))
  }

  @Test(arguments: [(Float(-127), Float(3), Float(1)), (-1, 254, 2), (0, 0, 1), (-63.5, -2, 0.5)])
  func coversARangeSigned(least: Float, greatest: Float, scale: Float) throws {
    let range = try #require(ValueRange(least: least, greatest: greatest))
    #expect(NumberFormat.s8(covering: range) == .s8(scale: scale))
  }

  @Test(arguments: [(Float.nan, Float(1)), (0, .nan), (-.infinity, 0), (0, .infinity), (1, 0)])
  func refusesWhatIsNoRange(least: Float, greatest: Float) {
    #expect(ValueRange(least: least, greatest: greatest) == nil)
  }

  @Test func unitesRanges() throws {
    let first = try #require(ValueRange(least: -1, greatest: 2))
    let second = try #require(ValueRange(least: 0, greatest: 5))
    #expect(first.union(second) == ValueRange(least: -1, greatest: 5))
  }
}
