import CKernels
import ModelGraph
import Tensors

/// Products of two activations by CBLAS on strided views without copies: one for each sample and head of an attention, or
/// for each position of the leading dimensions.
struct OpenBLASBatchedProduct: OperatorImplementation {
  let name = "openblas:batched-matmul"

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    switch node.op {
    case .attentionScores, .attentionContext, .matMul:
      let extents = [node.output, node.inputs[0], node.inputs[1]].flatMap { model.graph[$0].shape.dims }
      let depth = BatchedProduct(node, in: model.graph)?.k ?? 0
      return (MatrixProduct.refusal(extents) ?? model.integerSumRefusal(of: node, depth: depth)).map { .no($0) } ?? .yes
    default: return .no("not a product of two activations")
    }
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    guard let batch = BatchedProduct(node, in: preparation.model.graph) else {
      preconditionFailure("declined by accepts")
    }
    let (m, n) = (batch.m, batch.n)
    let (left, right) = (preparation.floats(node.inputs[0]), preparation.floats(node.inputs[1]))
    let destination = preparation.floats(node.output)
    let product = MatrixProduct(
      kernels: preparation.kernels, isInteger: preparation.multipliesIntegers(node), k: batch.k, alpha: batch.scale)
    let epilogue = preparation.productEpilogue(node, columns: n, scale: batch.scale)
    let kernels = preparation.kernels
    let threads = preparation.threadCount

    func multiply(
      _ offsets: BatchedProduct.Offsets, rows: Range<Int>, columns: Range<Int>, scratch: UnsafeMutableRawPointer
    ) {
      guard !rows.isEmpty, !columns.isEmpty else { return }
      let result = destination + offsets.c + rows.lowerBound * batch.strideC + columns.lowerBound
      let columnOffset = columns.lowerBound * (batch.transposesB ? batch.strideB : 1)
      let (sums, stride) = product(
        left + offsets.a + rows.lowerBound * batch.strideA, strideA: batch.strideA, right + offsets.b + columnOffset,
        strideB: batch.strideB, transposed: batch.transposesB, m: rows.count, n: columns.count, into: result,
        stride: batch.strideC, scratch: scratch)
      guard !epilogue.isIdentity else { return }
      var part = epilogue.part(channel: 0, element: 0)
      kernels.pointee.epilogue_by_column(&part, sums, stride, result, batch.strideC, rows.count, columns.count)
    }

    // Whole products for each thread where there are enough of them, else tiles of each product.
    let isDivided = batch.offsets.count < threads
    let grid =
      isDivided ? Partition.grid(threads: threads, m: m, n: n, granularity: 16) : Partition.Grid(rows: 1, columns: 1)
    let largest =
      (0..<(isDivided ? threads : 1)).map { thread in
        let tile = grid.tile(thread, rows: m, columns: n, granularity: 16)
        return tile.rows.count * tile.columns.count
      }.max() ?? 0
    let scratch = product.scratchBytes(tile: largest)
    return Step(scratchBytes: scratch * threads) { worker in
      let own = worker.ownScratch(scratch)
      if isDivided {
        let tile = grid.tile(worker.thread, rows: m, columns: n, granularity: 16)
        for index in 0..<batch.offsets.count {
          multiply(batch.offsets[index], rows: tile.rows, columns: tile.columns, scratch: own)
        }
      } else {
        for index in worker.share(of: batch.offsets.count) {
          multiply(batch.offsets[index], rows: 0..<m, columns: 0..<n, scratch: own)
        }
      }
    }
  }
}
