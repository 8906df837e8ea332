import Tensors

/// Parameters of a normalisation that broadcast to its input in any way: lays out those of one row.
struct RowBroadcast {
  /// The first element of each row, by parameter.
  private let rows: [StridedWalk]
  /// Elements of a row, by parameter.
  private let columns: [StridedWalk]

  /// Plans parameters that broadcast to `x`, whose dimensions from `axis` on make up a row.
  init(_ parameters: [Shape], in x: Shape, axis: Int) {
    let strides = parameters.map { parameter in
      [Int](repeating: 0, count: x.rank - parameter.rank)
        + zip(parameter.dims, parameter.strides).map { $0 == 1 ? 0 : $1 }
    }
    rows = strides.map { StridedWalk(extents: Array(x.dims[..<axis]), strides: Array($0[..<axis])) }
    columns = strides.map { StridedWalk(extents: Array(x.dims[axis...]), strides: Array($0[axis...])) }
  }

  /// Writes one row of a parameter to `target`, and returns that; nil where there is no such parameter.
  func layOut(
    _ source: UnsafeRawPointer?, parameter: Int, elementBytes: Int, row: Int, at target: UnsafeMutableRawPointer
  ) -> UnsafeRawPointer? {
    guard let source else { return nil }
    let first = rows[parameter].offset(row)
    for column in 0..<columns[parameter].count {
      (target + column * elementBytes).copyMemory(
        from: source + (first + columns[parameter].offset(column)) * elementBytes, byteCount: elementBytes)
    }
    return UnsafeRawPointer(target)
  }
}
