import COpenBLAS
import Operators

/// One single-threaded row-major product by CBLAS that never allocates: c (m, n) = alpha a (m, k) b (k, n) [+ c].
struct BLASProduct {
  var m: Int
  var n: Int
  var k: Int
  /// Whether operands are stored (k, m) and (n, k).
  var transposesA = false
  var transposesB = false
  var alpha: Float = 1
  /// Whether the product is added to what c holds.
  var accumulates = false

  /// The engine's product for general operators.
  static let resource: Resources.MatrixMultiply = { a, strideA, tA, b, strideB, tB, c, strideC, m, n, k, accumulates in
    BLASProduct(m: m, n: n, k: k, transposesA: tA, transposesB: tB, accumulates: accumulates)(
      a, strideA, b, strideB, c, strideC)
  }

  /// Products of at most so many multiplications run on OpenBLAS's small-matrix kernels.
  ///
  /// Of those the one for two plain operands calls malloc whenever n mod 16 is 1 to 8 (seen in 0.3.21 with SKYLAKEX); with
  /// either operand transposed no allocation happens.
  static let smallLimit = 1_000_000.0

  /// Whether the loaded library has such kernels: those of 16 lanes do.
  private static let hasSmallKernels = BLASLibrary.vectorWidth(ofCore: BLASLibrary.coreName) == 16

  /// Computes it. Strides are from row to row as stored.
  func callAsFunction(
    _ a: UnsafePointer<Float>, _ strideA: Int, _ b: UnsafePointer<Float>, _ strideB: Int,
    _ c: UnsafeMutablePointer<Float>, _ strideC: Int
  ) {
    guard m > 0, n > 0 else { return }
    guard k > 0 else {
      if !accumulates { for row in 0..<m { (c + row * strideC).update(repeating: 0, count: n) } }
      return
    }
    // Not `max`, which may make an array of its arguments.
    let limit = Int(Int32.max)
    guard m <= limit, n <= limit, k <= limit, strideA <= limit, strideB <= limit, strideC <= limit else {
      return loops(a, strideA, b, strideB, c, strideC)
    }
    let beta: Float = accumulates ? 1 : 0
    if m == 1 {
      // GEMM would pack the whole second operand to use it once.
      cblas_sgemv(
        CblasRowMajor, transposesB ? CblasNoTrans : CblasTrans, Int32(transposesB ? n : k),
        Int32(transposesB ? k : n), alpha, b, Int32(strideB), a, transposesA ? Int32(strideA) : 1, beta, c, 1)
    } else if n == 1 {
      cblas_sgemv(
        CblasRowMajor, transposesA ? CblasTrans : CblasNoTrans, Int32(transposesA ? k : m),
        Int32(transposesA ? m : k), alpha, a, Int32(strideA), b, transposesB ? 1 : Int32(strideB), beta, c,
        Int32(strideC))
    } else if allocates {
      inParts(a, strideA, b, strideB, c, strideC)
    } else {
      cblas_sgemm(
        CblasRowMajor, transposesA ? CblasTrans : CblasNoTrans, transposesB ? CblasTrans : CblasNoTrans, Int32(m),
        Int32(n), Int32(k), alpha, a, Int32(strideA), b, Int32(strideB), beta, c, Int32(strideC))
    }
  }

  private var allocates: Bool {
    Self.hasSmallKernels && !transposesA && !transposesB && (1...8).contains(n % 16)
      && Double(m) * Double(n) * Double(k) <= Self.smallLimit
  }

  /// The columns in parts whose widths are multiples of 16, 9 to 15 more than one, or 1.
  private func inParts(
    _ a: UnsafePointer<Float>, _ strideA: Int, _ b: UnsafePointer<Float>, _ strideB: Int,
    _ c: UnsafeMutablePointer<Float>, _ strideC: Int
  ) {
    // 17 to 24 columns are two parts of 9 to 12, but 17; 33 are three of 11; 1 to 8, and one of 17, are single ones.
    let rest = n % 16
    let (tail, width) =
      rest > 1 && n > 16 ? (16 + rest, (17 + rest) / 2) : rest == 1 && n > 32 ? (33, 11) : (rest, 1)
    var start = 0
    while start < n {
      var part = self
      part.n = start == 0 && n > tail ? n - tail : min(width, n - start)
      part(a, strideA, b + start, strideB, c + start, strideC)
      start += part.n
    }
  }

  /// Plain loops, for extents that the library's 32-bit integers cannot hold.
  private func loops(
    _ a: UnsafePointer<Float>, _ strideA: Int, _ b: UnsafePointer<Float>, _ strideB: Int,
    _ c: UnsafeMutablePointer<Float>, _ strideC: Int
  ) {
    for row in 0..<m {
      for column in 0..<n {
        var sum = 0.0
        for depth in 0..<k {
          let left = transposesA ? a[depth * strideA + row] : a[row * strideA + depth]
          let right = transposesB ? b[column * strideB + depth] : b[depth * strideB + column]
          sum += Double(left) * Double(right)
        }
        let result = c + row * strideC + column
        result.pointee = Float(sum * Double(alpha)) + (accumulates ? result.pointee : 0)
      }
    }
  }
}
