import Tensors

/// An equation of two operands as a batched matrix product: labels of batches, rows, columns and sums.
///
/// An operand whose matrix lies at one stride per direction is multiplied where it is; others are packed first.
struct EinsumProduct {
  private let batch: [Int]
  private let rows: [Int]
  private let columns: [Int]
  private let summed: [Int]
  private let equation: EinsumEquation
  private let left: [Int]
  private let right: [Int]
  private let result: [Int]

  /// Nil where the equation is no such product: other than two operands, repeated or broadcast labels, or a sum over
  /// one operand only.
  init?(_ equation: EinsumEquation, _ shapes: [Shape]) {
    guard equation.operands.count == 2, !equation.extents.contains(0) else { return nil }
    for (labels, shape) in zip(equation.operands, shapes) where labels.map({ equation.extents[$0] }) != shape.dims {
      return nil
    }
    let (a, b) = (Set(equation.operands[0]), Set(equation.operands[1]))
    guard a.count == equation.operands[0].count, b.count == equation.operands[1].count else { return nil }
    let kept = Set(equation.output)
    guard a.symmetricDifference(b).isSubset(of: kept) else { return nil }
    // The order of each group is that of the output or of the first operand, so that packing is rarely needed.
    batch = equation.output.filter { a.contains($0) && b.contains($0) }
    rows = equation.output.filter { a.contains($0) && !b.contains($0) }
    columns = equation.output.filter { b.contains($0) && !a.contains($0) }
    summed = equation.operands[0].filter { !kept.contains($0) }
    guard !summed.isEmpty else { return nil }
    self.equation = equation
    let extents = equation.extents
    left = Self.denseStrides(equation.operands[0], extents)
    right = Self.denseStrides(equation.operands[1], extents)
    result = Self.denseStrides(equation.output, extents)
  }

  private static func denseStrides(_ labels: [Int], _ extents: [Int]) -> [Int] {
    var strides = [Int](repeating: 0, count: extents.count)
    for (label, stride) in zip(labels, Shape(labels.map { extents[$0] }).strides) { strides[label] = stride }
    return strides
  }
}

extension EinsumProduct {
  /// One side of the product: where a batch's matrix starts, and how it lies in memory.
  private struct Matrix {
    let extents: [Int]
    let strides: [Int]
    /// The distance of rows and whether the matrix is transposed; nil where it must be packed.
    let direct: (stride: Int, isTransposed: Bool)?

    init(_ rows: [Int], _ columns: [Int], _ extents: [Int], _ strides: [Int]) {
      self.extents = (rows + columns).map { extents[$0] }
      self.strides = (rows + columns).map { strides[$0] }
      let (rowStride, columnStride) = (Self.stride(rows, extents, strides), Self.stride(columns, extents, strides))
      let rowCount = rows.reduce(1) { $0 * extents[$1] }
      let columnCount = columns.reduce(1) { $0 * extents[$1] }
      direct =
        switch (rowStride, columnStride) {
        case (let row?, 1) where row >= columnCount || rowCount == 1: (max(row, columnCount), false)
        case (1, let column?) where column >= rowCount || columnCount == 1: (max(column, rowCount), true)
        default: nil
        }
    }

    /// The one stride of a group of labels whose dimensions continue each other; nil where they do not.
    private static func stride(_ labels: [Int], _ extents: [Int], _ strides: [Int]) -> Int? {
      let labels = labels.filter { extents[$0] > 1 }
      guard let last = labels.last else { return 1 }
      for (outer, inner) in zip(labels, labels.dropFirst())
      where strides[outer] != strides[inner] * extents[inner] { return nil }
      return strides[last]
    }
  }

  /// The product as a computation; threads divide the batches, and the rows where there are few batches.
  func computation(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
    _ multiply: @escaping Resources.MatrixMultiply, shareCount: Int
  ) throws(OperatorError) -> Computation {
    let extents = equation.extents
    let batches = batch.map { extents[$0] }
    let batchCount = batches.reduce(1, *)
    let (m, n, k) = (count(rows), count(columns), count(summed))
    let (matrixA, matrixB) = (Matrix(rows, summed, extents, left), Matrix(summed, columns, extents, right))
    let matrixC = Matrix(rows, columns, extents, result)
    let isDirectC = matrixC.direct.map { !$0.isTransposed } ?? false
    let packA = plan(matrixA, source: matrixA.strides, target: Shape(matrixA.extents).strides)
    let packB = plan(matrixB, source: matrixB.strides, target: Shape(matrixB.extents).strides)
    let unpackC = plan(matrixC, source: Shape(matrixC.extents).strides, target: matrixC.strides)
    let (sizeA, sizeB) = (matrixA.direct == nil ? m * k : 0, matrixB.direct == nil ? k * n : 0)
    let scratch = try Scratch(
      bytesPerPart: (sizeA + sizeB + (isDirectC ? 0 : m * n)) * MemoryLayout<Float>.stride, parts: shareCount)
    let walkA = StridedWalk(extents: batches, strides: batch.map { left[$0] })
    let walkB = StridedWalk(extents: batches, strides: batch.map { right[$0] })
    let walkC = StridedWalk(extents: batches, strides: batch.map { result[$0] })
    let lead = isDirectC ? matrixC.direct?.stride ?? n : n
    let canDivideRows = matrixA.direct != nil && isDirectC
    let parts = canDivideRows ? max((shareCount + batchCount - 1) / batchCount, 1) : 1
    return Computation(isDivisible: batchCount * parts > 1, heldBytes: scratch.byteCount) { share in
      let packedA = scratch.floats(share.index)
      let (packedB, packedC) = (packedA + sizeA, packedA + sizeA + sizeB)
      for item in share.range(of: batchCount * parts) {
        let number = item / parts
        var (offsetA, offsetC) = (walkA.offset(number), walkC.offset(number))
        let offsetB = walkB.offset(number)
        let own = WorkShare(index: item % parts, count: parts).range(of: m)
        if matrixA.direct == nil { packA.run(WorkShare(), from: a + offsetA, to: packedA) }
        if matrixB.direct == nil { packB.run(WorkShare(), from: b + offsetB, to: packedB) }
        let (layA, layB) = (matrixA.direct ?? (k, false), matrixB.direct ?? (n, false))
        offsetA += own.lowerBound * (layA.isTransposed ? 1 : layA.stride)
        offsetC += own.lowerBound * lead
        guard !own.isEmpty else { continue }
        multiply(
          matrixA.direct == nil ? UnsafePointer(packedA) : a + offsetA, layA.stride, layA.isTransposed,
          matrixB.direct == nil ? UnsafePointer(packedB) : b + offsetB, layB.stride, layB.isTransposed,
          isDirectC ? c + offsetC : packedC, lead, own.count, n, k, false)
        if !isDirectC { unpackC.run(WorkShare(), from: packedC, to: c + offsetC) }
      }
    }
  }

  private func count(_ labels: [Int]) -> Int { labels.reduce(1) { $0 * equation.extents[$1] } }

  private func plan(_ matrix: Matrix, source: [Int], target: [Int]) -> StridedCopy {
    StridedCopy(elementBytes: 4, extents: matrix.extents, sourceStrides: source, destinationStrides: target)
  }
}
