import CLinux
import Testing

@testable import Engines

@Suite struct BLASProductTests {
  /// Values whose products and sums FP32 holds exactly, so that any order gives the same.
  private static func matrix(_ count: Int, _ seed: Int) -> [Float] {
    (0..<count).map { Float(($0 &* 37 &+ seed &* 11) % 19) - 9 }
  }

  private static let extents = [1, 2, 3, 8, 9, 15, 16, 17, 18, 20, 24, 25, 31, 32, 33, 34, 40, 49, 65]

  @Test(arguments: [false, true], [false, true])
  func everyLayoutAndSizeIsExact(transposesA: Bool, transposesB: Bool) {
    for m in [1, 2, 16] {
      for n in Self.extents {
        for k in [1, 9] {
          for accumulates in [false, true] {
            let (a, b) = (Self.matrix(m * k, m), Self.matrix(k * n, n))
            var expected = Self.matrix(m * (n + 3), k)
            var actual = expected
            for row in 0..<m {
              for column in 0..<n {
                let place = row * (n + 3) + column
                expected[place] = (0..<k).reduce(accumulates ? expected[place] : 0) { sum, depth in
                  sum + a[transposesA ? depth * m + row : row * k + depth] * 2
                    * b[transposesB ? column * k + depth : depth * n + column]
                }
              }
            }
            let product = BLASProduct(
              m: m, n: n, k: k, transposesA: transposesA, transposesB: transposesB, alpha: 2, accumulates: accumulates)
            product(a, transposesA ? m : k, b, transposesB ? k : n, &actual, n + 3)
            #expect(actual == expected, "\(m)x\(n)x\(k), accumulates \(accumulates)")
          }
        }
      }
    }
  }

  /// OpenBLAS 0.3.21 calls malloc for some products of two plain operands; these are the ones it does it for, and more.
  @Test func noProductAllocates() {
    let (a, b) = (Self.matrix(100 * 100, 1), Self.matrix(100 * 100, 2))
    BLASLibrary.useOneThreadPerCall()
    let layouts = [(false, false), (false, true), (true, false), (true, true)]
    let (rows, depths) = ([1, 2, 3, 7, 16, 33, 100], [1, 2, 9, 32, 100])
    var c = [Float](repeating: 0, count: 100 * 100)
    c.withUnsafeMutableBufferPointer { c in
      // The library takes its buffers at the first call.
      BLASProduct(m: 100, n: 100, k: 100)(a, 100, b, 100, c.baseAddress!, 100)
      BLASProduct(m: 1, n: 100, k: 100)(a, 100, b, 100, c.baseAddress!, 100)
      // Around each call: loops of an unoptimised test allocate on their own.
      var allocations: Int64 = 0
      for (transposesA, transposesB) in layouts {
        for m in rows {
          for n in 1...100 {
            for k in depths {
              let product = BLASProduct(m: m, n: n, k: k, transposesA: transposesA, transposesB: transposesB)
              let before = clinux_thread_allocation_count()
              product(a, transposesA ? m : k, b, transposesB ? k : n, c.baseAddress!, n)
              allocations += clinux_thread_allocation_count() - before
            }
          }
        }
      }
      #expect(allocations == 0)
    }
  }

  @Test func emptyProductsWriteZerosOrNothing() {
    var c: [Float] = [1, 2, 3, 4]
    BLASProduct(m: 2, n: 2, k: 0, accumulates: true)([0], 0, [0], 2, &c, 2)
    #expect(c == [1, 2, 3, 4])
    BLASProduct(m: 0, n: 2, k: 5)([0], 5, [0], 2, &c, 2)
    BLASProduct(m: 2, n: 0, k: 5)([0], 5, [0], 0, &c, 2)
    #expect(c == [1, 2, 3, 4])
    BLASProduct(m: 2, n: 1, k: 0)([0], 0, [0], 1, &c, 2)
    #expect(c == [0, 2, 0, 4])
  }

  /// Extents that the library's integers cannot hold go through plain loops.
  @Test func stridesBeyond32BitsAreKept() {
    var c: [Float] = [5]
    BLASProduct(m: 1, n: 1, k: 2, transposesB: true, alpha: 3, accumulates: true)([1, 2], 1 << 40, [3, 4], 2, &c, 1)
    #expect(c == [5 + 3 * 11])
  }
}
