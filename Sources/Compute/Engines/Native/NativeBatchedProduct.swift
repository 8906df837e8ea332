import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Products of two activations that no fused attention computes: the second operand is packed when it is there.
struct NativeBatchedProduct: OperatorImplementation {
  let name = "native:batched-product"
  let operations: Set<Kernel.Operation> = [.matrixProduct]

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard let product = BatchedProduct(node, in: model.graph) else { return .no("not a product of two activations") }
    guard let kernel = GemmKernel.select(for: node, in: model) else {
      return .no("no kernel for \(model.contract(of: node).name) runs here")
    }
    let (left, right) = (model.format(of: node.inputs[0]), model.format(of: node.inputs[1]))
    guard kernel.takesLeft(left), kernel.takesRight(right) else {
      return .no("the operands are \(left.name) and \(right.name)")
    }
    let reason =
      model.integerSumRefusal(of: node, depth: product.k) ?? MatrixProduct.refusal([product.m, product.n, product.k])
    return reason.map { .no($0) } ?? .yes
  }

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    NodeStorages(.native, operands: 2, results: 1)
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    guard let product = BatchedProduct(node, in: model.graph),
      let kernel = GemmKernel.select(for: node, in: model)
    else { return nil }
    return StepDescription(
      kernel: kernel.name, algorithm: "\(product.offsets.count) products of \(product.m)x\(product.n)x\(product.k)",
      tiles: "\(kernel.mr)x\(kernel.nr)")
  }

  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step {
    guard let batched = BatchedProduct(node, in: preparation.model.graph),
      let kernel = GemmKernel.select(for: node, in: preparation.model)
    else { preconditionFailure("declined by accepts") }
    let work = try Work(node, batched, kernel, preparation)
    return Step(scratchBytes: work.scratchBytes) { work.run($0) }
  }

  /// All products of a node: each thread has some of them or, where there are fewer products than threads, a part of the
  /// rows of one. Then all threads pack the second operands together before any of them multiplies.
  private final class Work: @unchecked Sendable {
    let scratchBytes: Int
    private let batched: BatchedProduct
    private let kernel: GemmKernel
    private let whole: ckernels_gemm_product
    private let zeroPoint: Int32
    private let partsPerProduct: Int
    /// The second operands by where they begin, each once.
    private let operands: [Int]
    /// Which of them each product has.
    private let operandOfProduct: [Int]
    private let (left, right): (UnsafeRawPointer, UnsafeRawPointer)
    private let resultSize: Int
    /// Bytes of one packed operand, and with what integer sums start from behind it.
    private let (packedBytes, operandBytes): (Int, Int)
    /// Scratch bytes of one thread besides.
    private let ownBytes: Int
    private let constants: [FloatConstants]

    private var panels: Int { kernel.panels(of: batched.n) }
    private var isShared: Bool { partsPerProduct > 1 }

    init(_ node: Node, _ batched: BatchedProduct, _ kernel: GemmKernel, _ preparation: Preparation) throws {
      let (model, threads) = (preparation.model, preparation.threadCount)
      (self.batched, self.kernel) = (batched, kernel)
      left = UnsafeRawPointer(preparation.address(node.inputs[0]))
      right = UnsafeRawPointer(preparation.address(node.inputs[1]))
      resultSize = model.format(of: node.output).byteCount
      if case .u8(_, let zero) = model.format(of: node.inputs[0]) { zeroPoint = zero } else { zeroPoint = 0 }
      let count = batched.offsets.count
      partsPerProduct = max((threads + count - 1) / max(count, 1), 1)
      operands = Set(batched.offsets.map(\.b)).sorted()
      let places = Dictionary(uniqueKeysWithValues: operands.enumerated().map { ($1, $0) })
      operandOfProduct = batched.offsets.map { places[$0.b] ?? 0 }

      let bias = FloatConstants([Float](repeating: 0, count: batched.n))
      let scale = node.inputs.reduce(Float(1)) { $0 * model.format(of: $1).scale }
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
      product.finish.residual_format = NumberFormat.fp32.kernel(integerLimit: 0)
      product.finish.dst = preparation.address(node.output)
      product.finish.dst_format = preparation.kernelFormat(node.output)
      product.finish.dst_pitch = batched.strideC * resultSize
      ckernels_gemm_choose_blocks(&product, model.target.caches.own)
      whole = product
      let (packed, own) = (
        ckernels_gemm_packed_bytes(kernel.row, 1, batched.k, batched.n), ckernels_gemm_scratch_bytes(&product)
      )
      guard packed >= 0, own >= 0, packed < .max / 4, own < .max / 4 else { throw AllocationError(byteCount: .max) }
      packedBytes = roundedToCacheLines(packed)
      operandBytes = packedBytes + roundedToCacheLines((batched.n + kernel.lanes) * 4)
      ownBytes = roundedToCacheLines(own)
      let held = operandBytes.multipliedReportingOverflow(by: partsPerProduct > 1 ? operands.count : threads)
      let rest = ownBytes.multipliedReportingOverflow(by: threads)
      let sum = held.partialValue.addingReportingOverflow(rest.partialValue)
      guard !held.overflow, !rest.overflow, !sum.overflow else { throw AllocationError(byteCount: .max) }
      scratchBytes = sum.partialValue
    }

    /// One thread's share.
    func run(_ worker: Worker) {
      let share = worker.share(of: batched.offsets.count * partsPerProduct)
      let memory = worker.scratch + (isShared ? operands.count : worker.threadCount) * operandBytes
      let own = memory + worker.thread * ownBytes
      if isShared {
        for item in worker.share(of: operands.count * panels) {
          let (operand, panel) = item.quotientAndRemainder(dividingBy: panels)
          pack(operand, panel..<(panel + 1), into: worker.scratch + operand * operandBytes)
        }
        worker.barrier()
      }
      var packed: Int?
      for part in share {
        let (index, rows) = part.quotientAndRemainder(dividingBy: partsPerProduct)
        let operand = operandOfProduct[index]
        let place = worker.scratch + (isShared ? operand : worker.thread) * operandBytes
        if !isShared, packed != operand {
          pack(operand, 0..<panels, into: place)
          packed = operand
        }
        multiply(index, Partition.share(rows, of: partsPerProduct, items: batched.m), place, scratch: own)
      }
    }

    private func multiply(
      _ index: Int, _ rows: Range<Int>, _ packed: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
    ) {
      let offsets = batched.offsets[index]
      var product = whole
      product.weights = UnsafeRawPointer(packed)
      product.start = kernel.kr == 4 ? UnsafePointer((packed + packedBytes).assumingMemoryBound(to: Int32.self)) : nil
      product.source.src = left + offsets.a * kernel.elementSize
      product.finish.dst = whole.finish.dst + offsets.c * resultSize
      ckernels_gemm_run(&product, rows.lowerBound, rows.upperBound, 0, panels, scratch)
    }

    /// Packs panels of one second operand and what the sums of their columns start from.
    private func pack(_ operand: Int, _ part: Range<Int>, into packed: UnsafeMutableRawPointer) {
      kernel.row.pointee.pack(
        right + operands[operand] * kernel.elementSize, batched.strideB * kernel.elementSize,
        batched.transposesB ? 1 : 0, batched.k, batched.n, part.lowerBound, part.upperBound, packed)
      guard kernel.kr == 4 else { return }
      let starts = (packed + packedBytes).assumingMemoryBound(to: Int32.self)
      kernel.row.pointee.column_sums(
        packed, 1, batched.k, batched.n, part.lowerBound, part.upperBound, 0 &- zeroPoint, starts)
    }
  }
}
