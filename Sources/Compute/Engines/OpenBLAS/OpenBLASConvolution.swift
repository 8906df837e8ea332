import CKernels
import ModelGraph
import Tensors

/// Convolutions as CBLAS products of the weights (co, ci*kh*kw) with the im2col matrix (ci*kh*kw, ho*wo).
///
/// A 1x1 convolution with stride 1 reads its input as that matrix. Others lower blocks of columns: each thread its own
/// block where threads divide the columns, or all threads together where they divide the channels.
struct OpenBLASConvolution: OperatorImplementation {
  /// How the second operand comes about.
  enum Kind: String { case pointwise = "conv-1x1", im2col = "conv-im2col" }

  /// The size of a thread's im2col block in bytes, about what stays in its share of the caches.
  static let blockBytes = 1 << 20

  let kind: Kind
  var name: String { "openblas:\(kind.rawValue)" }

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard case .convolution(let convolution) = node.op else { return .no("not a convolution") }
    if let reason = node.generality(in: model.graph) { return .no(reason) }
    let weights = model.graph[node.parameters[0]].shape
    if let reason = MatrixProduct.refusal([model.graph[node.output].shape.count, weights.count]) { return .no(reason) }
    guard kind == .pointwise else { return .yes }
    guard weights[2] == 1, weights[3] == 1 else { return .no("the kernel is \(weights[2])x\(weights[3])") }
    let window = convolution.window
    guard window.stride == Window.Extent(1, 1) else {
      return .no("the stride is \(window.stride.height)x\(window.stride.width)")
    }
    guard window.padding == Window.Padding(0) else { return .no("there is padding") }
    return .yes
  }

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    guard case .convolution(let convolution) = node.op else { preconditionFailure("declined by accepts") }
    let (input, output) = (preparation.shape(node.inputs[0]), preparation.shape(node.output))
    let weights = preparation.model.graph[node.parameters[0]].shape
    let k = weights[1] * weights[2] * weights[3]
    let plan = ConvolutionPlan(
      images: input[0], m: output[1], n: output[2] * output[3], k: k, sourceSize: input[1] * input[2] * input[3],
      geometry: preparation.geometry(node, convolution), source: preparation.floats(node.inputs[0]),
      weights: preparation.values(node.parameters[0]),
      isSmall: output[1] * k * max(output[2] * output[3] / preparation.threadCount, 1) <= MatrixProduct.smallLimit,
      destination: preparation.floats(node.output),
      epilogue: preparation.epilogue(node, activation: convolution.activation), kernels: preparation.kernels,
      isInteger: preparation.multipliesIntegers(node),
      isPointwise: kind == .pointwise)
    let grid = Partition.grid(threads: preparation.threadCount, m: plan.m, n: plan.images * plan.n, granularity: 16)
    return grid.rows == 1
      ? plan.columnStep(threads: preparation.threadCount) : plan.sharedStep(threads: preparation.threadCount)
  }
}
