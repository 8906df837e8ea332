import CKernels
import Tensors

/// One thread's matrix product through CBLAS: floats, or integers held as floats with exact sums.
///
/// Integer operands are at most 255 x 127 (u8 against s8), so 512 products add up to less than 2^24 and FP32 holds every
/// partial sum exactly, in whatever order the library adds; longer sums go through 32-bit integers block by block. The
/// result is what VPDPBUSD accumulates.
struct MatrixProduct {
  /// Products that FP32 sums exactly.
  static let exactDepth = 512

  let kernels: UnsafePointer<ckernels_operator_table>
  /// Whether operands are integers whose sums must be exact.
  let isInteger: Bool
  /// The depth of the product.
  let k: Int
  /// The factor applied to the sums of a float product; integer products are scaled by their epilogue.
  var alpha: Float = 1
  /// Whether the first operand is stored transposed (k, m).
  var isFirstTransposed = false

  /// Scratch bytes for a tile of `count` results; 0 for products that CBLAS writes in place.
  func scratchBytes(tile count: Int) -> Int { needsBlocks ? roundedToCacheLines(2 * count * 4) : 0 }

  private var needsBlocks: Bool { isInteger && k > Self.exactDepth }

  /// Sums of a (m, k) times b (k, n); b is stored (n, k) where `transposed`.
  ///
  /// Returns where they are and their row stride: `destination` itself, or `scratch` for long integer products.
  func callAsFunction(
    _ a: UnsafePointer<Float>, strideA: Int, _ b: UnsafePointer<Float>, strideB: Int, transposed: Bool, m: Int, n: Int,
    into destination: UnsafeMutablePointer<Float>, stride: Int, scratch: UnsafeMutableRawPointer
  ) -> (sums: UnsafePointer<Float>, stride: Int) {
    guard needsBlocks else {
      gemm(a, strideA, b, strideB, transposed, m, n, k, isInteger ? 1 : alpha, destination, stride)
      return (UnsafePointer(destination), stride)
    }
    let partial = scratch.assumingMemoryBound(to: Float.self)
    let sums = (scratch + m * n * 4).assumingMemoryBound(to: Int32.self)
    var start = 0
    while start < k {
      let depth = min(Self.exactDepth, k - start)
      let first = isFirstTransposed ? a + start * strideA : a + start
      let second = transposed ? b + start : b + start * strideB
      gemm(first, strideA, second, strideB, transposed, m, n, depth, 1, partial, n)
      kernels.pointee.accumulate_s32(partial, sums, m * n, start == 0 ? 1 : 0)
      start += depth
    }
    kernels.pointee.convert_s32(sums, partial, m * n)
    return (UnsafePointer(partial), n)
  }

  private func gemm(
    _ a: UnsafePointer<Float>, _ strideA: Int, _ b: UnsafePointer<Float>, _ strideB: Int, _ transposed: Bool, _ m: Int,
    _ n: Int, _ depth: Int, _ alpha: Float, _ c: UnsafeMutablePointer<Float>, _ strideC: Int
  ) {
    BLASProduct(m: m, n: n, k: depth, transposesA: isFirstTransposed, transposesB: transposed, alpha: alpha)(
      a, strideA, b, strideB, c, strideC)
  }

  /// Why CBLAS cannot take a product of these extents; nil if it can.
  static func refusal(_ extents: [Int]) -> String? {
    extents.contains { $0 > Int(Int32.max) } ? "an extent exceeds 32 bits" : nil
  }
}
