import ModelGraph
import Operators
import Tensors
import Testing

@Suite struct MatMulTests {
  /// The operands' extents and the result's.
  static let cases: [([Int], [Int], [Int])] = [
    ([3], [3], []), ([3], [3, 5], [5]), ([4, 3], [3], [4]), ([4, 3], [3, 5], [4, 5]), ([1, 40], [40, 70], [1, 70]),
    ([70, 9], [9, 20], [70, 20]), ([2, 1, 4, 3], [5, 3, 6], [2, 5, 4, 6]), ([2, 7, 4, 3], [3, 6], [2, 7, 4, 6]),
    ([4, 3], [2, 3, 6], [2, 4, 6]), ([3], [2, 3, 6], [2, 6]), ([2, 4, 3], [3], [2, 4]),
    ([5, 2, 4, 3], [1, 2, 3, 6], [5, 2, 4, 6]),
    ([2, 4, 3], [1, 3, 600], [2, 4, 600]), ([0, 3], [3, 5], [0, 5]), ([4, 0], [0, 5], [4, 5]),
    ([2, 0, 3, 4], [4, 5], [2, 0, 3, 5]),
  ]

  @Test(arguments: cases, [ElementType.float32, .float64, .int32, .uint64])
  func multipliesAsNumPy(_ extents: ([Int], [Int], [Int]), type: ElementType) throws {
    let (a, b, result) = extents
    func values(_ count: Int, _ seed: Int) -> [Double] {
      type.isFloatingPoint ? quarters(count, seed: seed) : quarters(count, seed: seed).map { $0 * 4 + 8 }
    }
    let (x, y) = (values(a.reduce(1, *), 1), values(b.reduce(1, *), 2))
    // As matrices: batches of a and b aligned at the end.
    let (m, k, n) = (a.count > 1 ? a[a.count - 2] : 1, a[a.count - 1], b.count > 1 ? b[b.count - 1] : 1)
    let (batchA, batchB) = (Array(a.dropLast(2)), Array(b.dropLast(2)))
    let batch = Array(result.dropLast((a.count > 1 ? 1 : 0) + (b.count > 1 ? 1 : 0)))
    func matrix(_ index: Int, _ own: [Int]) -> Int {
      var (rest, place, step) = (index, 0, 1)
      for axis in batch.indices.reversed() {
        let dim = axis - batch.count + own.count >= 0 ? own[axis - batch.count + own.count] : 1
        place += dim == 1 ? 0 : rest % batch[axis] * step
        (rest, step) = (rest / batch[axis], step * dim)
      }
      return place
    }
    var want: [Double] = []
    for index in 0..<batch.reduce(1, *) {
      let (first, second) = (matrix(index, batchA) * m * k, matrix(index, batchB) * k * n)
      for i in 0..<m {
        for j in 0..<n { want.append((0..<k).reduce(0) { $0 + x[first + i * k + $1] * y[second + $1 * n + j] }) }
      }
    }
    expect(
      OperatorUse("MatMul", [try .of(type, Shape(a), x), try .of(type, Shape(b), y)]),
      gives: [try .of(type, Shape(result), want)])
  }

  @Test func wrapsIntegers() throws {
    let a = try Tensor(.int32, [1, 2], [Int32.max, 2]), b = try Tensor(.int32, [2, 1], [Int32(2), 3])
    expect(OperatorUse("MatMul", [a, b]), gives: [try Tensor(.int32, [1, 1], [Int32(4)])])
  }

  @Test func refusesOperandsThatDoNotFit() throws {
    for (a, b) in [([2, 3], [2, 3]), ([2, 2, 3], [3, 3, 2]), ([3], [2])] {
      let operands = [a, b].map { Shape($0) }
      expectRefusal(
        OperatorUse(
          "MatMul",
          [
            try .of(.float32, operands[0], quarters(operands[0].count)),
            try .of(.float32, operands[1], quarters(operands[1].count)),
          ]),
        "do not fit")
    }
    expectRefusal(OperatorUse("MatMul", [try .of(.float32, [], [1]), try .of(.float32, [1], [1])]), "scalar")
    expectRefusal(OperatorUse("MatMul", [try .of(.float32, [1], [1])]), "input 1")
    expectRefusal(OperatorUse("MatMul", [try .of(.int8, [1], [1]), try .of(.int8, [1], [1])]), "int8")
  }
}
