import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Products of two activations that no fused attention computes: the second operand is packed when it is there.
struct NativeBatchedProduct: OperatorImplementation {
  let name = "native:batched-product"

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard let product = BatchedProduct(node, in: model.graph) else { return .no("not a product of two activations") }
    guard let kernel = GemmKernel.select(model.precision, for: model.target) else {
      return .no("no kernel for \(model.precision.rawValue) runs here")
    }
    let (left, right) = (model.format(of: node.inputs[0]).name, model.format(of: node.inputs[1]).name)
    guard left == kernel.sourceFormat, right == kernel.weightsFormat else {
      return .no("the operands are \(left) and \(right)")
    }
    guard kernel.kr < 4 || product.k <= NativeOperands.deepest else {
      return .no("integer sums of more than \(NativeOperands.deepest) products could overflow")
    }
    return MatrixProduct.refusal([product.m, product.n, product.k]).map { .no($0) } ?? .yes
  }

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    NodeStorages(.native, operands: 2, results: 1)
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    guard let product = BatchedProduct(node, in: model.graph),
      let kernel = GemmKernel.select(model.precision, for: model.target)
    else { return nil }
    return StepDescription(
      kernel: kernel.name, algorithm: "\(product.offsets.count) products of \(product.m)x\(product.n)x\(product.k)",
      tiles: "\(kernel.mr)x\(kernel.nr)")
  }

  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step {
    guard let batched = BatchedProduct(node, in: preparation.model.graph),
      let kernel = GemmKernel.select(preparation.model.precision, for: preparation.model.target)
    else { preconditionFailure("declined by accepts") }
    let work = try Work(node, batched, kernel, preparation)
    let scratch = work.scratchBytes
    return Step(scratchBytes: scratch * preparation.threadCount) { worker in
      work.run(worker.share(of: work.parts), scratch: worker.ownScratch(scratch))
    }
  }

  /// All products of a node, cut into parts of rows where there are fewer products than threads.
  private final class Work: @unchecked Sendable {
    let parts: Int
    let scratchBytes: Int
    private let batched: BatchedProduct
    private let kernel: GemmKernel
    private let whole: ckernels_gemm_product
    private let zeroPoint: Int32
    private let partsPerProduct: Int
    private let (left, right): (UnsafeRawPointer, UnsafeRawPointer)
    private let resultSize: Int
    private let packedBytes: Int
    private let startBytes: Int
    private let constants: [FloatConstants]

    init(_ node: Node, _ batched: BatchedProduct, _ kernel: GemmKernel, _ preparation: Preparation) throws {
      let model = preparation.model
      (self.batched, self.kernel) = (batched, kernel)
      left = UnsafeRawPointer(preparation.address(node.inputs[0]))
      right = UnsafeRawPointer(preparation.address(node.inputs[1]))
      resultSize = model.format(of: node.output).byteCount
      if case .u8(_, let zero) = model.format(of: node.inputs[0]) { zeroPoint = zero } else { zeroPoint = 0 }
      partsPerProduct = max((preparation.threadCount + batched.offsets.count - 1) / max(batched.offsets.count, 1), 1)
      parts = batched.offsets.count * partsPerProduct

      let bias = FloatConstants([Float](repeating: 0, count: batched.n))
      let scale = kernel.kr == 4 ? node.inputs.reduce(Float(1)) { $0 * model.format(of: $1).scale } : 1
      let scales = FloatConstants([Float](repeating: scale * batched.scale, count: batched.n))
      constants = [bias, scales]
      var product = ckernels_gemm_product()
      product.kernel = kernel.row
      (product.rows, product.columns, product.taps, product.depth) = (batched.m, batched.n, 1, batched.k)
      product.source.pixel_pitch = batched.strideA * kernel.elementSize
      product.source.geometry = ckernels_convolution(
        channels: 0, height: 1, width: Int32(batched.m), kernel_height: 1, kernel_width: 1, stride_y: 1, stride_x: 1,
        dilation_y: 1, dilation_x: 1, padding_top: 0, padding_left: 0, out_height: 1, out_width: Int32(batched.m))
      product.finish.scale = UnsafePointer(scales.base)
      product.finish.bias = UnsafePointer(bias.base)
      product.finish.residual_format = ckernels_format(kind: CKERNELS_FORMAT_FP32, scale: 1, zero_point: 0)
      product.finish.dst = preparation.address(node.output)
      product.finish.dst_format = preparation.kernelFormat(node.output)
      product.finish.dst_pitch = batched.strideC * resultSize
      ckernels_gemm_choose_blocks(&product, model.target.caches.own)
      whole = product
      let (packed, own) = (
        ckernels_gemm_packed_bytes(kernel.row, 1, batched.k, batched.n), ckernels_gemm_scratch_bytes(&product)
      )
      guard packed >= 0, own >= 0 else { throw AllocationError(byteCount: .max) }
      packedBytes = roundedToCacheLines(packed)
      startBytes = roundedToCacheLines((batched.n + kernel.lanes) * 4)
      scratchBytes = packedBytes + startBytes + roundedToCacheLines(own)
    }

    func run(_ share: Range<Int>, scratch: UnsafeMutableRawPointer) {
      let starts = (scratch + packedBytes).assumingMemoryBound(to: Int32.self)
      let panels = (batched.n + kernel.nr - 1) / kernel.nr
      var packed: Int?
      for part in share {
        let (index, rows) = part.quotientAndRemainder(dividingBy: partsPerProduct)
        let offsets = batched.offsets[index]
        if packed != index {
          pack(right + offsets.b * kernel.elementSize, panels, into: scratch, starts)
          packed = index
        }
        var product = whole
        product.weights = UnsafeRawPointer(scratch)
        product.start = kernel.kr == 4 ? UnsafePointer(starts) : nil
        product.source.src = left + offsets.a * kernel.elementSize
        product.finish.dst = whole.finish.dst + offsets.c * resultSize
        let range = Partition.share(rows, of: partsPerProduct, items: batched.m)
        ckernels_gemm_run(&product, range.lowerBound, range.upperBound, 0, panels, scratch + packedBytes + startBytes)
      }
    }

    /// Packs one second operand and adds up its columns.
    private func pack(
      _ source: UnsafeRawPointer, _ panels: Int, into panel: UnsafeMutableRawPointer,
      _ starts: UnsafeMutablePointer<Int32>
    ) {
      let (depthStride, columnStride) = batched.transposesB ? (1, batched.strideB) : (batched.strideB, 1)
      ckernels_gemm_pack(
        kernel.row, source, 0, depthStride, columnStride, 1, batched.k, batched.n, 0, panels, panel)
      guard kernel.kr == 4 else { return }
      let values = source.assumingMemoryBound(to: Int8.self)
      for column in 0..<(batched.n + kernel.lanes) { starts[column] = 0 }
      for k in 0..<batched.k {
        for column in 0..<batched.n {
          starts[column] &-= Int32(values[k * depthStride + column * columnStride]) &* zeroPoint
        }
      }
    }
  }
}
