import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// The kernel and the operands' formats of a node that multiplies with weights.
struct NativeOperands {
  let kernel: GemmKernel
  /// The zero point of the source; 0 for floats.
  let zeroPoint: Int32
  /// Whether blocks of one pixel's channels are summed on their own, so that pixels must not be read as one line.
  let sumsBlocks: Bool

  /// Nil where ``refusal(_:in:)`` has a reason.
  init?(_ node: Node, in model: LoweredModel) {
    guard Self.refusal(node, in: model) == nil,
      let kernel = GemmKernel.select(for: node, in: model)
    else { return nil }
    self.kernel = kernel
    sumsBlocks = model.contract(of: node).accumulation == .fp32Blocks
    if case .u8(_, let zeroPoint) = model.format(of: node.inputs[0]) {
      self.zeroPoint = zeroPoint
    } else {
      zeroPoint = 0
    }
  }

  /// Why no kernel computes the node.
  static func refusal(_ node: Node, in model: LoweredModel) -> String? {
    guard let kernel = GemmKernel.select(for: node, in: model) else {
      return "no kernel for \(model.contract(of: node).name) runs here"
    }
    let source = model.format(of: node.inputs[0])
    guard kernel.takesLeft(source) else { return "the source is \(source.name)" }
    let weights = model.graph[node.parameters[0]].shape
    return model.integerSumRefusal(of: node, depth: weights.dims.dropFirst().reduce(1, *))
  }
}

extension Preparation {
  /// What follows the sums of a convolution or an inner product, for all of the result, with the owners of what it points
  /// to. `elementsPerRow`: from one row of the result, and of the residual, to the next.
  func finish(_ node: Node, activation: Activation, elementsPerRow: Int) -> (
    value: ckernels_gemm_finish, constants: [AnyObject]
  ) {
    var finish = ckernels_gemm_finish()
    var constants: [AnyObject] = []
    if let weightScales = parameters.scales(node.parameters[0]) {
      let sourceScale = model.format(of: node.inputs[0]).scale
      let scales = FloatConstants(weightScales.map { $0 * sourceScale })
      finish.scale = UnsafePointer(scales.base)
      constants.append(scales)
    }
    finish.bias = values(node.parameters[1])
    finish.dst = address(node.output)
    finish.dst_format = kernelFormat(node.output)
    finish.dst_pitch = elementsPerRow * model.format(of: node.output).byteCount
    finish.residual_format = ckernels_format(kind: CKERNELS_FORMAT_FP32, scale: 1, zero_point: 0)
    if node.inputs.count > 1 {
      finish.residual = UnsafeRawPointer(address(node.inputs[1]))
      finish.residual_format = kernelFormat(node.inputs[1])
      finish.residual_pitch = elementsPerRow * model.format(of: node.inputs[1]).byteCount
    }
    (finish.activation, finish.alpha, finish.beta) = (
      activation.kernel, activation.figures.alpha, activation.figures.beta
    )
    return (finish, constants)
  }
}
