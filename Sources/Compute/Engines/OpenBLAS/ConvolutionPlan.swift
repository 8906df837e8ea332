import CKernels
import Tensors

/// One convolution with everything decided but how threads divide it.
struct ConvolutionPlan {
  /// Independent products: groups of all units, in the order of the planes.
  let units: Int
  /// Output channels, output positions and products per result of one unit.
  let m: Int
  let n: Int
  let k: Int
  private let groups: Int
  private let sourceSize: Int
  private let geometry: ckernels_convolution
  private let source: UnsafeMutablePointer<Float>
  private let weights: UnsafePointer<Float>
  /// The weights as (k, m), group by group, for convolutions whose tiles may be small products.
  private let transposedWeights: FloatConstants?
  private let destination: UnsafeMutablePointer<Float>
  private let epilogue: Epilogue
  private let kernels: UnsafePointer<ckernels_operator_table>
  private let product: MatrixProduct
  private let isPointwise: Bool
  /// The size of a thread's im2col block, about what stays in its second-level cache.
  private let blockBytes: Int

  /// Decides everything but how threads divide the work.
  init(
    _ extents: WindowExtents, source: UnsafeMutablePointer<Float>, weights: UnsafePointer<Float>,
    destination: UnsafeMutablePointer<Float>, epilogue: Epilogue, kernels: UnsafePointer<ckernels_operator_table>,
    isInteger: Bool, isPointwise: Bool, threads: Int, blockBytes: Int, parameters: PreparedParameters
  ) {
    groups = extents.groups
    units = extents.images * groups
    (m, n, k) = (extents.outChannels / groups, extents.outPlaneSize, extents.depth)
    sourceSize = extents.channels / groups * extents.planeSize
    geometry = extents.geometry
    self.source = source
    self.weights = weights
    self.destination = destination
    self.epilogue = epilogue
    self.kernels = kernels
    self.isPointwise = isPointwise
    self.blockBytes = blockBytes
    // A thread's tile may be so small that OpenBLAS takes another kernel for it, which is faster with turned weights.
    let isSmall = Double(m) * Double(k) * Double(max(n / threads, 1)) <= BLASProduct.smallLimit
    transposedWeights = isSmall ? parameters.transposed(weights, groups: groups, m: m, k: k, kernels) : nil
    product = MatrixProduct(kernels: kernels, isInteger: isInteger, k: k, isFirstTransposed: isSmall)
  }

  /// Threads divide the columns of all units; each lowers and multiplies its own blocks.
  func columnStep(threads: Int) -> Step {
    let columnsPerThread = (units * n + threads - 1) / threads
    let wanted = isPointwise ? n : max(blockBytes / (max(k, 1) * 4) / 16 * 16, 64)
    let block = min(wanted, n, columnsPerThread + 16)
    let matrixBytes = isPointwise ? 0 : roundedToCacheLines(k * block * 4)
    let scratch = matrixBytes + product.scratchBytes(tile: m * block)
    return Step(scratchBytes: scratch * threads) { worker in
      let share = worker.share(of: units * n)
      let matrix = worker.ownScratch(scratch).assumingMemoryBound(to: Float.self)
      let sums = worker.ownScratch(scratch) + matrixBytes
      var start = share.lowerBound
      while start < share.upperBound {
        let (unit, column) = start.quotientAndRemainder(dividingBy: n)
        let rest = min(n - column, share.upperBound - start)
        // Equal blocks rather than full ones and a small last one.
        let count = (rest + (rest + block - 1) / block - 1) / ((rest + block - 1) / block)
        if isPointwise {
          multiply(
            unit, rows: 0..<m, columns: column..<(column + count), source + unit * sourceSize + column, stride: n,
            scratch: sums)
        } else {
          lower(unit, columns: column..<(column + count), into: matrix, stride: count)
          multiply(
            unit, rows: 0..<m, columns: column..<(column + count), matrix, stride: count, scratch: sums)
        }
        start += count
      }
    }
  }

  /// Threads divide each unit's channels, and columns too where there are many threads; they lower it together first.
  func sharedStep(threads: Int) -> Step {
    let grid = Partition.grid(threads: threads, m: m, n: n, granularity: 16)
    let largest = (0..<threads).map { thread in
      let tile = grid.tile(thread, rows: m, columns: n, granularity: 16)
      return tile.rows.count * tile.columns.count
    }.max()!
    let matrixBytes = isPointwise ? 0 : roundedToCacheLines(k * n * 4)
    let tileBytes = product.scratchBytes(tile: largest)
    return Step(scratchBytes: matrixBytes + tileBytes * threads) { worker in
      let matrix = worker.scratch.assumingMemoryBound(to: Float.self)
      let tile = grid.tile(worker.thread, rows: m, columns: n, granularity: 16)
      let sums = worker.scratch + matrixBytes + worker.thread * tileBytes
      for unit in 0..<units {
        if !isPointwise {
          let columns = worker.share(of: n)
          lower(unit, columns: columns, into: matrix + columns.lowerBound, stride: n)
          worker.barrier()
        }
        let operand = isPointwise ? UnsafePointer(source + unit * sourceSize) : UnsafePointer(matrix)
        multiply(
          unit, rows: tile.rows, columns: tile.columns, operand + tile.columns.lowerBound, stride: n, scratch: sums)
        if !isPointwise, unit + 1 < units { worker.barrier() }
      }
    }
  }

  /// Writes columns of one unit's im2col matrix.
  private func lower(_ unit: Int, columns: Range<Int>, into matrix: UnsafeMutablePointer<Float>, stride: Int) {
    withUnsafePointer(to: geometry) {
      kernels.pointee.im2col($0, source + unit * sourceSize, columns.lowerBound, columns.count, matrix, stride)
    }
  }

  /// Multiplies a tile and applies the epilogue while it is warm.
  private func multiply(
    _ unit: Int, rows: Range<Int>, columns: Range<Int>, _ operand: UnsafePointer<Float>, stride: Int,
    scratch: UnsafeMutableRawPointer
  ) {
    guard !rows.isEmpty, !columns.isEmpty else { return }
    let element = unit * m * n + rows.lowerBound * n + columns.lowerBound
    let group = unit % groups
    let result = destination + element
    let first =
      transposedWeights.map { UnsafePointer($0.base) + group * m * k + rows.lowerBound }
      ?? weights + (group * m + rows.lowerBound) * k
    let (sums, sumsStride) = product(
      first, strideA: transposedWeights == nil ? k : m, operand, strideB: stride, transposed: false, m: rows.count,
      n: columns.count, into: result, stride: n, scratch: scratch)
    var part = epilogue.part(channel: group * m + rows.lowerBound, element: element)
    kernels.pointee.epilogue_by_row(&part, sums, sumsStride, result, n, rows.count, columns.count)
  }
}
