import CKernels

extension OperatorCall {
  /// The FP32 matrix product of the engine or, without one or beyond the extents that it can take, plain loops.
  ///
  /// - Parameter extents: all extents and strides of the product.
  func product(extents: [Int]) -> Resources.MatrixMultiply {
    // Libraries count in 32 bits, and some refuse a depth of 0.
    guard let multiply = resources.multiply, extents.allSatisfy({ $0 > 0 && $0 <= Int(Int32.max) }) else {
      return Self.plainProduct
    }
    return multiply
  }

  /// The product with FP64 sums.
  private static let plainProduct: Resources.MatrixMultiply = {
    (a, strideA, transposesA, b, strideB, transposesB, c, strideC, m, n, k, accumulates) in
    ckernels_product_f32(
      a, transposesA ? 1 : strideA, transposesA ? strideA : 1, b, transposesB ? 1 : strideB,
      transposesB ? strideB : 1, c, strideC, m, n, k, accumulates ? 1 : 0)
  }
}
