extension Shape {
  /// The shape to which both broadcast as NumPy does, aligned at the last dimension; nil where they do not or where the result is
  /// no valid shape.
  public func broadcast(with other: Shape) -> Shape? {
    var result = [Int](repeating: 1, count: Swift.max(rank, other.rank))
    for index in result.indices {
      let (left, right) = (extent(fromEnd: index), other.extent(fromEnd: index))
      guard left == right || left == 1 || right == 1 else { return nil }
      result[result.count - 1 - index] = left == 1 ? right : left
    }
    return Shape(checking: result)
  }

  /// Elements from one position of each dimension to the next, in a dense row-major array of this shape.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for index in dims.indices.dropLast().reversed() { strides[index] = strides[index + 1] * dims[index + 1] }
    return strides
  }

  private func extent(fromEnd index: Int) -> Int { index < rank ? dims[rank - 1 - index] : 1 }
}
