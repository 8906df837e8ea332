import Foundation
import Tensors
import Testing

@Suite struct ShapeTests {
  @Test(
    arguments: [
      ([], true), ([0], true), ([3, 0, 4], true), ([1 << 59], true), ([1 << 30, 1 << 29], true),
      ([1 << 59, 2], false), ([(1 << 59) + 1], false), ([Int.max, Int.max], false), ([-1], false), ([0, -1], false),
      // Loops run over the extents beside a 0.
      ([0, 1 << 31], true), ([1 << 16, 0, 1 << 15], true), ([0, (1 << 31) + 1], false), ([1 << 50, 0], false),
      ([1 << 16, 0, 1 << 16], false), ([0, Int.max, Int.max], false),
      ([Int](repeating: 1, count: 64), true), ([Int](repeating: 1, count: 65), false),
    ] as [([Int], Bool)])
  func checksExtentsOfUnknownOrigin(_ dims: [Int], isValid: Bool) {
    #expect(Shape(checking: dims)?.dims == (isValid ? dims : nil))
  }

  @Test func decodesValidShapesOnly() throws {
    #expect(try JSONDecoder().decode(Shape.self, from: Data("[2,0,3]".utf8)) == [2, 0, 3])
    for text in ["[-1]", "[4611686018427387904,2]", "[0,4294967296]"] {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Shape.self, from: Data(text.utf8)) }
    }
  }

  @Test(
    arguments: [
      ([2, 1, 3], [4, 1], [2, 4, 3]), ([], [5], [5]), ([0], [1], [0]), ([2], [3], nil),
      ([1 << 30, 1], [1 << 30], nil), ([1 << 31, 1, 0], [1 << 31, 1], nil),
    ] as [(Shape, Shape, Shape?)])
  func broadcastsToValidShapes(_ a: Shape, _ b: Shape, _ wanted: Shape?) {
    #expect(a.broadcast(with: b) == wanted)
    #expect(b.broadcast(with: a) == wanted)
  }
}
