import CKernels
import Testing

@testable import Engines

/// The claim behind the emulated INT8: integer products of any depth sum exactly, whatever order the library adds in.
@Suite struct MatrixProductTests {
  @Test(arguments: [1, 2, 511, 512, 513, 1023, 1024, 1025, 4608], [false, true])
  func theLargestProductsSumExactly(k: Int, transposed: Bool) {
    let (m, n) = (3, 5)
    // Rows of the largest magnitude, of alternating sign, and with an odd remainder that a rounded sum would lose.
    let a: [Float] = (0..<(m * k)).map { index in
      switch index / k {
      case 0: 255
      case 1: index % 2 == 0 ? 255 : -255
      default: index % k == 0 ? 1 : 255
      }
    }
    let b: [Float] = (0..<(k * n)).map { index in
      let (row, column) = transposed ? (index % k, index / k) : (index / n, index % n)
      switch column {
      case 0: return 127
      case 1: return -127
      case 2: return row % 3 == 0 ? 127 : 126
      case 3: return row == k - 1 ? 1 : 127
      default: return Float(row % 255) - 127
      }
    }
    var expected = [Float](repeating: 0, count: m * n)
    for row in 0..<m {
      for column in 0..<n {
        var sum = 0
        for depth in 0..<k {
          sum += Int(a[row * k + depth]) * Int(transposed ? b[column * k + depth] : b[depth * n + column])
        }
        expected[row * n + column] = Float(Int32(sum))
      }
    }
    for isa in ISALevel.availableOperatorTables {
      let product = MatrixProduct(kernels: ckernels_operators(isa.features.operatorTable)!, isInteger: true, k: k)
      let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: max(product.scratchBytes(tile: m * n), 64), alignment: 64)
      defer { scratch.deallocate() }
      var results = [Float](repeating: .nan, count: m * n)
      let sums = results.withUnsafeMutableBufferPointer { destination in
        let (sums, stride) = product(
          a, strideA: k, b, strideB: transposed ? k : n, transposed: transposed, m: m, n: n,
          into: destination.baseAddress!, stride: n, scratch: scratch)
        #expect(stride == n)
        return Array(UnsafeBufferPointer(start: sums, count: m * n))
      }
      #expect(sums == expected, "\(isa)")
    }
  }
}
