import CKernels

/// Products of integers held as floats, in blocks so short that FP32 sums are exact, added up in 32 bits.
final class IntegerProduct {
  /// Products that FP32 sums exactly, whatever their order.
  let depth: Int
  let tiling: Tiling
  private let scratch: Scratch
  private let multiply: Resources.MatrixMultiply
  private let level: ckernels_isa

  /// Rows of the first operand that are converted at a time.
  private static let rowBlock = 64

  /// - Parameters:
  ///   - bounds: the greatest magnitude of either operand's elements.
  ///   - k: the depth of the whole product.
  ///   - keepsSums: whether a tile's sums need memory here, because the result is something else.
  init(
    _ call: OperatorCall, multiply: @escaping Resources.MatrixMultiply, tiling: Tiling, k: Int, bounds: (Int, Int),
    keepsSums: Bool
  ) throws(OperatorError) {
    // A product of bounds below 2^16 leaves at least 258 products.
    depth = max(1, min(k, (1 << 24) / max(bounds.0 * bounds.1, 1), 512))
    self.tiling = tiling
    self.multiply = multiply
    level = call.resources.level
    let (sums, overflow) = (keepsSums ? tiling.tileRows : 0).multipliedReportingOverflow(by: tiling.tileColumns)
    guard !overflow, sums < 1 << 40 else { throw .unsupported("a product of \(tiling.tileRows) rows") }
    let floats = (depth + Self.rowBlock) * tiling.tileColumns + Self.rowBlock * depth + sums
    scratch = try Scratch(bytesPerPart: floats * 4, parts: call.resources.shareCount)
  }

  /// Bytes of scratch memory.
  var heldBytes: Int { scratch.byteCount }

  /// Memory for a tile's sums, if they are kept.
  func sums(_ share: WorkShare) -> UnsafeMutablePointer<Int32> {
    let used = (depth + Self.rowBlock) * tiling.tileColumns + Self.rowBlock * depth
    return (scratch.part(share.index) + used * 4).assumingMemoryBound(to: Int32.self)
  }

  /// Sums of `rows` by `columns` results.
  ///
  /// - Parameters:
  ///   - first: decodes a range of a row of the first operand.
  ///   - second: decodes a range of rows of the second operand's columns, which are dense.
  func callAsFunction(
    _ share: WorkShare, rows: Int, columns: Int, k: Int, into sums: UnsafeMutablePointer<Int32>, stride: Int,
    first: (_ row: Int, _ range: Range<Int>, UnsafeMutablePointer<Float>) -> Void,
    second: (_ range: Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let matrix = scratch.floats(share.index)
    let block = matrix + depth * tiling.tileColumns
    let partial = block + Self.rowBlock * depth
    var start = 0
    while start < k {
      let range = start..<min(start + depth, k)
      second(range, matrix)
      for row in Swift.stride(from: 0, to: rows, by: Self.rowBlock) {
        let count = min(Self.rowBlock, rows - row)
        for index in 0..<count { first(row + index, range, block + index * range.count) }
        multiply(
          block, range.count, false, matrix, columns, false, partial, columns, count, columns, range.count, false)
        for index in 0..<count {
          ckernels_add_partial_sums(
            level, partial + index * columns, sums + (row + index) * stride, columns, start == 0 ? 1 : 0)
        }
      }
      start = range.upperBound
    }
  }
}
