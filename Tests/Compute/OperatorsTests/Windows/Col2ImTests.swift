import ModelGraph
import Operators
import Tensors
import Testing

@Suite struct Col2ImTests {
  /// Every block adds 1 to what it covers, so that the image counts how many blocks cover each place.
  @Test(arguments: [ElementType.float32, .float64]) func addsOverlappingBlocks(_ type: ElementType) throws {
    let ones = [Double](repeating: 1, count: 2 * 4 * 4)
    expect(
      OperatorUse(
        "Col2Im", [try .of(type, [1, 8, 4], ones), try .i64([2], [3, 3]), try .i64([2], [2, 2])]),
      gives: [try .of(type, [1, 2, 3, 3], [1, 2, 1, 2, 4, 2, 1, 2, 1, 1, 2, 1, 2, 4, 2, 1, 2, 1])])
  }

  /// Without channels nothing bounds how many elements one would have.
  @Test func refusesColumnsBeyondAllAddresses() throws {
    let use = OperatorUse(
      "Col2Im", ["pads": .ints([1 << 19, 1 << 19, 1 << 19, 1022, 1022, 1022])],
      [
        try .f32([1, 0, 1 << 30], []), try .i64([3], [1, 1, 1]), try .i64([3], [1 << 19, 1 << 19, 1 << 19]),
      ])
    expectRefusal(use, "do not fit")
  }

  @Test func refusesColumnsThatDoNotFit() throws {
    let columns = try Tensor.of(.float32, [1, 8, 4], quarters(32))
    for (image, block, words) in [
      ([3, 4], [2, 2], "do not fit"), ([3, 3], [3, 2], "do not fit"), ([3, 3], [0, 2], "kernel"),
      ([-3, 3], [2, 2], "image"),
    ] {
      expectRefusal(OperatorUse("Col2Im", [columns, try .i64([2], image), try .i64([2], block)]), words)
    }
  }
}
