import CKernels

/// A C epilogue together with the scales that it points to.
final class Epilogue: @unchecked Sendable {
  /// The epilogue for the whole result.
  private let whole: ckernels_epilogue
  private let scales: FloatConstants?

  init(_ epilogue: ckernels_epilogue, scales: FloatConstants?) {
    var whole = epilogue
    whole.scale = scales.map { UnsafePointer($0.base) }
    self.whole = whole
    self.scales = scales
  }

  /// Whether it changes a sum at all.
  var isIdentity: Bool {
    whole.scale == nil && whole.bias == nil && whole.residual == nil && whole.activation == CKERNELS_ACTIVATION_NONE
      && whole.format.kind == CKERNELS_FORMAT_FP32
  }

  /// The epilogue of a part of the result that starts at `channel` (the index of scale and bias) and, for the residual,
  /// at `element` of the dense result.
  func part(channel: Int, element: Int) -> ckernels_epilogue {
    var part = whole
    part.scale = whole.scale.map { $0 + channel }
    part.bias = whole.bias.map { $0 + channel }
    part.residual = whole.residual.map { $0 + element }
    return part
  }
}
