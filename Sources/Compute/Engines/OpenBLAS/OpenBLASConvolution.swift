import CKernels
import ModelGraph
import Tensors

/// Convolutions as CBLAS products of the weights (co, ci*kh*kw) with the im2col matrix (ci*kh*kw, ho*wo).
///
/// Each group of an image is a product of its own. A 1x1 convolution with stride 1 reads its input as that matrix. Others lower blocks of columns: each thread its own
/// block where threads divide the columns, or all threads together where they divide the channels.
struct OpenBLASConvolution: OperatorImplementation {
  /// How the second operand comes about.
  enum Kind: String { case pointwise = "conv-1x1", im2col = "conv-im2col" }

  let kind: Kind
  var name: String { "openblas:\(kind.rawValue)" }

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard let extents = WindowExtents(convolution: node, in: model.graph) else { return .no("not a convolution") }
    let weights = model.graph[node.parameters[0]].shape
    let sizes = [model.graph[node.inputs[0]].shape.count, model.graph[node.output].shape.count, weights.count]
    let reason =
      extents.refusal ?? MatrixProduct.refusal(sizes) ?? model.integerSumRefusal(of: node, depth: extents.depth)
    if let reason { return .no(reason) }
    // Both factors are below 2^31.
    guard extents.depth * extents.outPlaneSize <= Self.largestMatrix else {
      return .no("the im2col matrix is too large")
    }
    guard kind == .pointwise else { return .yes }
    let (kernel, window) = (extents.kernel, extents.window)
    guard kernel == Window.Extent(1, 1) else { return .no("the kernel is \(kernel.height)x\(kernel.width)") }
    guard window.stride == Window.Extent(1, 1) else {
      return .no("the stride is \(window.stride.height)x\(window.stride.width)")
    }
    guard window.padding == Window.Padding(0) else { return .no("there is padding") }
    return .yes
  }

  /// Elements that the im2col matrix of one image may have.
  private static let largestMatrix = 1 << 36

  func prepare(_ node: Node, _ preparation: Preparation) -> Step {
    guard case .convolution(let convolution) = node.op,
      let extents = WindowExtents(convolution: node, in: preparation.model.graph)
    else { preconditionFailure("declined by accepts") }
    let threads = preparation.threadCount
    let plan = ConvolutionPlan(
      extents, source: preparation.floats(node.inputs[0]), weights: preparation.values(node.parameters[0]),
      destination: preparation.floats(node.output),
      epilogue: preparation.epilogue(node, activation: convolution.activation), kernels: preparation.kernels,
      isInteger: preparation.multipliesIntegers(node), isPointwise: kind == .pointwise, threads: threads,
      blockBytes: preparation.model.target.caches.own, parameters: preparation.parameters)
    let grid = Partition.grid(threads: threads, m: plan.m, n: plan.units * plan.n, granularity: 16)
    return grid.rows == 1 ? plan.columnStep(threads: threads) : plan.sharedStep(threads: threads)
  }
}
