import CKernels
import ModelGraph
import Tensors

/// Inner products as one CBLAS call per thread on its tile of the result, then the epilogue while the tile is warm.
struct OpenBLASLinear: OperatorImplementation {
  let name = "openblas:linear"

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard case .linear = node.op else { return .no("not an inner product") }
    let reason =
      MatrixProduct.refusal(model.graph[node.output].shape.dims)
      ?? model.integerSumRefusal(of: node, depth: model.graph[node.parameters[0]].shape[1])
    return reason.map { .no($0) } ?? .yes
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    guard case .linear(let linear) = node.op else { preconditionFailure("declined by accepts") }
    let weights = preparation.values(node.parameters[0])
    let extents = preparation.model.graph[node.parameters[0]].shape
    let (n, k) = (extents[0], extents[1])
    let m = preparation.shape(node.output).count / max(n, 1)
    let (source, destination) = (preparation.floats(node.inputs[0]), preparation.floats(node.output))
    let epilogue = preparation.epilogue(node, activation: linear.activation)
    let product = MatrixProduct(
      kernels: preparation.kernels, isInteger: preparation.multipliesIntegers(node), k: k)
    let grid = Partition.grid(threads: preparation.threadCount, m: m, n: n, granularity: 16)
    let largest = (0..<preparation.threadCount).map { thread in
      let tile = grid.tile(thread, rows: m, columns: n, granularity: 16)
      return tile.rows.count * tile.columns.count
    }.max()!
    let scratch = product.scratchBytes(tile: largest)
    let kernels = preparation.kernels
    return Step(scratchBytes: scratch * preparation.threadCount) { worker in
      let tile = grid.tile(worker.thread, rows: m, columns: n, granularity: 16)
      guard !tile.rows.isEmpty, !tile.columns.isEmpty else { return }
      let (row, column) = (tile.rows.lowerBound, tile.columns.lowerBound)
      let result = destination + row * n + column
      let (sums, stride) = product(
        source + row * k, strideA: k, weights + column * k, strideB: k, transposed: true, m: tile.rows.count,
        n: tile.columns.count, into: result, stride: n, scratch: worker.ownScratch(scratch))
      guard !epilogue.isIdentity else { return }
      var part = epilogue.part(channel: column, element: row * n + column)
      kernels.pointee.epilogue_by_column(&part, sums, stride, result, n, tile.rows.count, tile.columns.count)
    }
  }
}
