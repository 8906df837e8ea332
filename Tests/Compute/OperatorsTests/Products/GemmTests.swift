import ModelGraph
import Operators
import Tensors
import Testing

@Suite struct GemmTests {
  @Test(arguments: [nil, [], [1], [6], [1, 6], [5, 1], [5, 6]] as [[Int]?], [false, true])
  func addsABroadcastOperand(_ c: [Int]?, isTransposed: Bool) throws {
    let (m, n, k) = (5, 6, 7)
    for type in [ElementType.float32, .float64, .int64] {
      let whole: Double = type == .int64 ? 4 : 1
      let a = quarters(m * k).map { $0 * whole }, b = quarters(k * n, seed: 1).map { $0 * whole }
      let addend = c.map { quarters($0.reduce(1, *), seed: 2).map { $0 * whole } }
      var want: [Double] = []
      for i in 0..<m {
        for j in 0..<n {
          let sum = (0..<k).reduce(0) {
            $0 + (isTransposed ? a[$1 * m + i] * b[j * k + $1] : a[i * k + $1] * b[$1 * n + j])
          }
          let row = c?.count == 2 && c?[0] == m ? i : 0, columns = c?.last ?? 1
          want.append(3 * sum - 2 * (addend?[row * columns + (columns == n ? j : 0)] ?? 0))
        }
      }
      let flag = GeneralOperator.Attribute.int(isTransposed ? 1 : 0)
      expect(
        OperatorUse(
          "Gemm", ["alpha": .float(3), "beta": .float(-2), "transA": flag, "transB": flag],
          [
            try .of(type, isTransposed ? [k, m] : [m, k], a), try .of(type, isTransposed ? [n, k] : [k, n], b),
            try c.map { try .of(type, Shape($0), addend ?? []) },
          ]),
        gives: [try .of(type, [m, n], want)])
    }
  }

  @Test func leavesOutWhatIsMultipliedByZero() throws {
    let operands: [Tensor?] = [
      try .of(.float32, [1, 2], [1, 2]), try .of(.float32, [2, 1], [3, 4]), try .of(.float32, [1], [.nan]),
    ]
    expect(OperatorUse("Gemm", ["beta": .float(0)], operands), gives: [try .of(.float32, [1, 1], [11])])
  }

  @Test func refusesOperandsThatDoNotFit() throws {
    let a = try Tensor.of(.float32, [2, 3], quarters(6)), b = try Tensor.of(.float32, [3, 4], quarters(12))
    expectRefusal(OperatorUse("Gemm", ["transA": .int(1)], [a, b]), "do not fit")
    expectRefusal(OperatorUse("Gemm", [a, b, try .of(.float32, [3], quarters(3))]), "broadcast")
    expectRefusal(OperatorUse("Gemm", [a, b, try .of(.float32, [1, 2, 4], quarters(8))]), "broadcast")
    expectRefusal(OperatorUse("Gemm", [a, try .of(.float32, [3], quarters(3))]), "matrices")
    let integers = try Tensor.of(.int32, [1, 1], [1])
    expectRefusal(OperatorUse("Gemm", ["alpha": .float(0.5)], [integers, integers]), "alpha")
  }
}
