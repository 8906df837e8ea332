import CKernels
import ModelGraph
import Tensors

/// `MatMulInteger` and `QLinearMatMul`: NumPy's matrix product of u8 or s8 less their zero points, with sums modulo 2^32;
/// the latter rescales them to u8 or s8.
struct IntegerMatMulDefinition: OperatorDefinition {
  let names = ["MatMulInteger", "QLinearMatMul"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let positions = Positions(call)
    _ = try call.elementType(of: [positions.a, positions.zeroA], among: [.uint8, .int8])
    _ = try call.elementType(of: [positions.b, positions.zeroB], among: [.uint8, .int8])
    try call.expectOutputs(atMost: 1)
    let (a, b) = (try call.shape(positions.a), try call.shape(positions.b))
    let product = try BatchedProduct(a, b)
    let (rows, columns) = (a.rank == 1 ? 1 : a[-2], b.rank == 1 ? 1 : b[-1])
    try expectCount(call, positions.zeroA, rows, of: a)
    try expectCount(call, positions.zeroB, columns, of: b)
    let result = try call.shape(checking: product.result)
    guard positions.isScaled else { return [TensorType(.int32, result)] }
    for position in [1, 4] { _ = try call.elementType(of: [position], among: [.float32]) }
    try expectCount(call, 1, rows, of: a)
    try expectCount(call, 4, columns, of: b)
    return [TensorType(try Requantization.type(call, scale: 6, zero: 7), result)]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let positions = Positions(call)
    let shape = try BatchedProduct(call.shape(positions.a), call.shape(positions.b))
    let a = try ByteOperand(call, positions.a, zero: positions.zeroA)
    let b = try ByteOperand(call, positions.b, zero: positions.zeroB)
    let finish = try positions.isScaled ? Finish(call, shape) : nil
    let result = outputs[0].assumingMemoryBound(to: UInt8.self)
    let level = call.resources.level
    // Few rows do not repay the conversion to floats.
    if shape.rows >= 8, shape.k > 0, shape.n > 0, let multiply = call.resources.multiply {
      let tiling = Tiling(
        products: shape.count, rows: shape.rows, columns: shape.n, depth: 512, shares: call.resources.shareCount)
      let product = try IntegerProduct(
        call, multiply: multiply, tiling: tiling, k: shape.k, bounds: (a.bound, b.bound), keepsSums: finish != nil)
      return Computation(isDivisible: true, heldBytes: product.heldBytes) { share in
        for index in share.range(of: tiling.count) {
          let (batch, rows, columns) = tiling.tile(index)
          let matrix = shape.matrices(batch)
          let target = (batch * shape.rows + rows.lowerBound) * shape.n + columns.lowerBound
          let second = b.bytes + matrix.b * shape.k * shape.n + columns.lowerBound
          let codeB = b.code(Self.parameter(matrix.b, columns.lowerBound, shape.n, b.zeroCount), step: 1)
          let sums = finish == nil ? Self.integers(result) + target : product.sums(share)
          let stride = finish == nil ? shape.n : columns.count
          product(share, rows: rows.count, columns: columns.count, k: shape.k, into: sums, stride: stride) {
            (row, range, block) in
            let row = rows.lowerBound + row
            let code = a.code(Self.parameter(matrix.a, row, shape.m, a.zeroCount), step: 0)
            ckernels_decode_bytes(
              level, a.bytes + (matrix.a * shape.m + row) * shape.k + range.lowerBound, range.count, code, block)
          } second: { range, block in
            for (place, row) in range.enumerated() {
              ckernels_decode_bytes(
                level, second + row * shape.n, columns.count, codeB, block + place * columns.count)
            }
          }
          guard let finish else { continue }
          for row in rows {
            let sums = sums + (row - rows.lowerBound) * stride
            finish(matrix, row: row, columns: columns, sums, result + target + (row - rows.lowerBound) * shape.n)
          }
        }
      }
    }
    let scratch = try Scratch(
      bytesPerPart: finish == nil ? 0 : Self.columnBlock * 4, parts: call.resources.shareCount)
    return Computation(isDivisible: true, heldBytes: scratch.byteCount) { share in
      let blocks = (shape.n + Self.columnBlock - 1) / Self.columnBlock
      for index in share.range(of: shape.count * shape.rows * blocks) {
        let (place, block) = index.quotientAndRemainder(dividingBy: blocks)
        let (batch, row) = place.quotientAndRemainder(dividingBy: shape.rows)
        let columns = block * Self.columnBlock..<min((block + 1) * Self.columnBlock, shape.n)
        let matrix = shape.matrices(batch)
        let target = place * shape.n + columns.lowerBound
        let sums =
          finish == nil
          ? Self.integers(result) + target : scratch.part(share.index).assumingMemoryBound(to: Int32.self)
        ckernels_integer_row(
          level, a.bytes + (matrix.a * shape.m + row) * shape.k,
          a.code(Self.parameter(matrix.a, row, shape.m, a.zeroCount), step: 0),
          b.bytes + matrix.b * shape.k * shape.n + columns.lowerBound, shape.n,
          b.code(Self.parameter(matrix.b, columns.lowerBound, shape.n, b.zeroCount), step: 1), sums, columns.count,
          shape.k)
        finish?(matrix, row: row, columns: columns, sums, result + target)
      }
    }
  }

  private static let columnBlock = 512

  private static func integers(_ bytes: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(bytes).assumingMemoryBound(to: Int32.self)
  }

  /// Which parameter belongs to a row or column, `extent` of them in a matrix: one for all, one for each in every matrix
  /// alike, or each matrix its own.
  private static func parameter(_ matrix: Int, _ index: Int, _ extent: Int, _ count: Int) -> Int {
    count == 1 ? 0 : count == extent ? index % max(extent, 1) : matrix * extent + index
  }

  /// Expects one parameter, one for each row or column, or each of these in every matrix.
  private func expectCount(
    _ call: OperatorCall, _ position: Int, _ extent: Int, of matrices: Shape
  ) throws(OperatorError) {
    guard let shape = call.input(position)?.type.shape else { return }
    let all = matrices.dims.dropLast(2).reduce(extent, *)
    guard shape.count == 1 || shape.count == extent || shape.count == all else {
      throw .invalid("input \(position) of the extents \(shape) fits no rows or columns of \(matrices)")
    }
  }

  /// Where the operands are in the standard's list.
  private struct Positions {
    let isScaled: Bool
    let (a, b, zeroA, zeroB): (Int, Int, Int, Int)

    init(_ call: OperatorCall) {
      isScaled = call.op.name == "QLinearMatMul"
      (a, b, zeroA, zeroB) = isScaled ? (0, 3, 2, 5) : (0, 1, 2, 3)
    }
  }

  /// Rescales sums.
  private struct Finish {
    let requantization: Requantization
    let (scaleA, scaleB): (UnsafePointer<Float>, UnsafePointer<Float>)
    let (countA, countB): (Int, Int)
    let shape: BatchedProduct

    init(_ call: OperatorCall, _ shape: BatchedProduct) throws(OperatorError) {
      requantization = try Requantization(call, scale: 6, zero: 7)
      (scaleA, scaleB) = (try call.memory(1, as: Float.self), try call.memory(4, as: Float.self))
      (countA, countB) = (try call.shape(1).count, try call.shape(4).count)
      self.shape = shape
    }

    func callAsFunction(
      _ matrix: (a: Int, b: Int), row: Int, columns: Range<Int>, _ sums: UnsafePointer<Int32>,
      _ result: UnsafeMutablePointer<UInt8>
    ) {
      let first = IntegerMatMulDefinition.parameter(matrix.a, row, shape.m, countA)
      let second = IntegerMatMulDefinition.parameter(matrix.b, columns.lowerBound, shape.n, countB)
      requantization(
        sums, count: columns.count, bias: 0, first: scaleA[first], second: scaleB + second,
        step: countB == 1 ? 0 : 1, into: result)
    }
  }
}
