import CKernels

/// The C functions for everything that is not a matrix product; the vectorised table and the oracle share signatures.
struct RowwiseKernels {
  typealias Format = ckernels_format
  typealias Floats = UnsafePointer<Float>
  typealias Integers = UnsafePointer<Int32>
  typealias Results = UnsafeMutablePointer<Float>

  let convert: @convention(c) (Format, Floats?, Results?, Int) -> Void
  let maxPool: @convention(c) (UnsafePointer<ckernels_convolution>?, Floats?, Results?, Int) -> Void
  let averagePlanes: @convention(c) (Format, Floats?, Int, Float, Results?, Int) -> Void
  let layerNorm: @convention(c) (Format, Floats?, Floats?, Floats?, Floats?, Float, Results?, Int, Int) -> Void
  let maskedSoftmax: @convention(c) (Format, Floats?, Float, Integers?, Results?, Int, Int) -> Void
  let softmax: @convention(c) (Format, Floats?, Floats?, Int, Int, Results?, Int, Int) -> Void
  let embedding:
    @convention(c) (
      Format, Integers?, Integers?, Floats?, Int, Floats?, Floats?, Int, Int, Int, Int, Results?, Int
    ) -> Void
  let meanPool: @convention(c) (Format, Floats?, Integers?, Int, Int, Results?) -> Void
  let l2Normalize: @convention(c) (Format, Floats?, Results?, Int) -> Void

  /// The vectorised functions of one level.
  init(_ table: ckernels_operator_table) {
    convert = table.convert!
    maxPool = table.max_pool!
    averagePlanes = table.average_planes!
    layerNorm = table.layer_norm!
    maskedSoftmax = table.masked_softmax!
    softmax = table.softmax!
    embedding = table.embedding!
    meanPool = table.mean_pool!
    l2Normalize = table.l2_normalize!
  }

  private init(reference: Void) {
    convert = { format, source, destination, count in
      for index in 0..<count { destination![index] = ckernels_reference_format(format, source![index]) }
    }
    maxPool = ckernels_reference_max_pool
    averagePlanes = ckernels_reference_average_planes
    layerNorm = ckernels_reference_layer_norm
    maskedSoftmax = ckernels_reference_masked_softmax
    softmax = ckernels_reference_softmax
    embedding = ckernels_reference_embedding
    meanPool = ckernels_reference_mean_pool
    l2Normalize = ckernels_reference_l2_normalize
  }

  /// The oracle's functions.
  static let reference = RowwiseKernels(reference: ())
}
