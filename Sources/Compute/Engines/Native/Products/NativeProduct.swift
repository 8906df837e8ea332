import CKernels
import NumericFormats
import Tensors

/// One matrix product with everything decided: addresses, packed weights, blocks, and each thread's part.
final class NativeProduct: @unchecked Sendable {
  /// Scratch bytes of one thread, a multiple of 64.
  let scratchBytes: Int
  private let product: UnsafeMutablePointer<ckernels_gemm_product>
  private let parts: [TilePartition.Block]
  /// What the product points to.
  private let weights: PackedWeights
  private let constants: [AnyObject]

  /// - Parameters:
  ///   - constants: owners of what `product` points to besides its weights.
  init(
    _ product: ckernels_gemm_product, weights: PackedWeights, constants: [AnyObject], for target: Target
  ) throws(AllocationError) {
    var product = product
    product.weights = weights.panels.base
    product.start = weights.start
    ckernels_gemm_choose_blocks(&product, target.caches.own)
    let scratch = ckernels_gemm_scratch_bytes(&product)
    guard scratch >= 0 else { throw AllocationError(byteCount: .max) }
    scratchBytes = roundedToCacheLines(scratch)
    parts = TilePartition(Self.shape(of: product), threads: target.threads).blocks
    self.weights = weights
    self.constants = constants
    self.product = .allocate(capacity: 1)
    self.product.initialize(to: product)
  }

  deinit { product.deallocate() }

  /// One thread's part.
  func run(_ thread: Int, scratch: UnsafeMutableRawPointer) {
    let part = parts[thread]
    guard !part.isEmpty else { return }
    ckernels_gemm_run(
      product, part.rows.lowerBound, part.rows.upperBound, part.panels.lowerBound, part.panels.upperBound, scratch)
  }

  /// Bytes held beside the packed weights.
  var constantBytes: Int { weights.byteCount }

  /// A product as far as dividing it over threads needs.
  static func shape(of product: ckernels_gemm_product) -> TilePartition.Product {
    let kernel = GemmKernel(row: product.kernel)
    let groups = (product.depth + kernel.kr - 1) / kernel.kr
    let geometry = product.source.geometry
    // Beyond a few dozen, rows share nothing anyway.
    let stride = product.taps > 1 ? min(Int(geometry.stride_x) * Int(geometry.stride_y), 64) : 1
    return TilePartition.Product(
      rows: product.rows, columns: product.columns, mr: kernel.mr, nr: kernel.nr, lanes: kernel.lanes,
      steps: product.taps * groups, sourceBytesPerRow: product.depth * kernel.elementSize * stride,
      elementSize: ckernels_format_bytes(product.finish.dst_format.kind), pitch: product.finish.dst_pitch)
  }

  /// How `product` is cut, for ``StepDescription``: "2x1 threads, blocks of 126 rows".
  static func tiles(of product: ckernels_gemm_product, for target: Target) -> String {
    var product = product
    ckernels_gemm_choose_blocks(&product, target.caches.own)
    let kernel = GemmKernel(row: product.kernel)
    let parts = TilePartition(shape(of: product), threads: target.threads).blocks.filter { !$0.isEmpty }
    let rows = Set(parts.map(\.rows)).count, columns = Set(parts.map(\.panels)).count
    let block = min(product.row_block, max(parts.map(\.rows.count).max() ?? 0, 1))
    var text = "\(kernel.mr)x\(kernel.nr), \(block) rows a block"
    if product.chunk > 0 { text += ", \(product.chunk) \(product.taps > 1 ? "taps" : "deep") at once" }
    if target.threads > 1 { text += ", \(rows)x\(columns) threads" }
    return text
  }
}

extension ckernels_gemm_product {
  /// The product with as much of its result as its division over threads depends on, and no address.
  func describing(_ format: NumberFormat, elementsPerRow: Int) -> ckernels_gemm_product {
    var product = self
    product.finish.dst_pitch = elementsPerRow * format.byteCount
    product.finish.dst_format = format.kernel(integerLimit: 0)
    return product
  }
}
