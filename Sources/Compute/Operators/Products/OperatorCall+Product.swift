import CKernels

extension OperatorCall {
  /// The FP32 matrix product of the engine or, without one, plain loops.
  var product: Resources.MatrixMultiply { resources.multiply ?? Self.plainProduct }

  /// The product with FP64 sums.
  private static let plainProduct: Resources.MatrixMultiply = {
    (a, strideA, transposesA, b, strideB, transposesB, c, strideC, m, n, k, accumulates) in
    ckernels_product_f32(
      a, transposesA ? 1 : strideA, transposesA ? strideA : 1, b, transposesB ? 1 : strideB,
      transposesB ? strideB : 1, c, strideC, m, n, k, accumulates ? 1 : 0)
  }
}
