import Tensors

/// The extents of a matrix product by NumPy's rules: batches broadcast, one-dimensional operands are a row or a column.
struct BatchedProduct {
  let m: Int
  let n: Int
  let k: Int
  /// Batch extents of the result.
  let batch: [Int]
  /// Matrices from one position of each batch dimension to the next in the operands; 0 where one is repeated.
  private let stepsA: StridedWalk
  private let stepsB: StridedWalk
  /// The result's extents.
  let result: [Int]

  /// Checks two operands.
  init(_ a: Shape, _ b: Shape) throws(OperatorError) {
    guard a.rank >= 1, b.rank >= 1 else { throw .invalid("it multiplies a scalar") }
    k = a[-1]
    let (rowsA, rowsB) = (a.rank == 1 ? 1 : a[-2], b.rank == 1 ? b[0] : b[-2])
    guard k == rowsB, let batch = Shape(a.dims.dropLast(2)).broadcast(with: Shape(b.dims.dropLast(2))) else {
      throw .invalid("its operands of the extents \(a) and \(b) do not fit")
    }
    (m, n) = (rowsA, b.rank == 1 ? 1 : b[-1])
    let tail = (a.rank == 1 ? [] : [m]) + (b.rank == 1 ? [] : [n])
    result = batch.dims + tail
    let isShared = b.dims.dropLast(2).allSatisfy { $0 == 1 }
    if isShared, a.rank > 1, !batch.dims.isEmpty, Shape(checking: batch.dims + [m, n, k]) != nil {
      // One second operand for all: the rows of all batches are one matrix.
      self.batch = []
      folded = batch.count
    } else {
      self.batch = batch.dims
      folded = 1
    }
    stepsA = Self.steps(a, over: self.batch)
    stepsB = Self.steps(b, over: self.batch)
  }

  /// Batches that are rows of one product instead.
  private let folded: Int

  /// Rows of each product.
  var rows: Int { m * folded }
  /// The number of products.
  var count: Int { batch.reduce(1, *) }

  /// Which matrix of each operand the product at `index` takes.
  func matrices(_ index: Int) -> (a: Int, b: Int) { (stepsA.offset(index), stepsB.offset(index)) }

  private static func steps(_ shape: Shape, over batch: [Int]) -> StridedWalk {
    let dims = shape.dims.dropLast(2)
    var steps = [Int](repeating: 0, count: batch.count)
    var step = 1
    for (axis, dim) in zip(batch.indices.reversed(), dims.reversed()) {
      steps[axis] = dim == 1 ? 0 : step
      step *= dim
    }
    return StridedWalk(extents: batch, strides: steps)
  }
}
