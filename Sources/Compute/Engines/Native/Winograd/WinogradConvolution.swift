import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// 3 x 3 convolutions of stride 1 by Winograd's F(4x4, 3x3): a quarter of the products, where the cost model says that the
/// rest does not outweigh them.
///
/// Results differ from the direct sum's by rounding, about twice as much as that itself (docs/winograd.md). NaN and infinity
/// spread over the tile of 4 x 4 results that reads them.
struct WinogradConvolution: OperatorImplementation {
  let name = "native:winograd"
  let operations: Set<Kernel.Operation> = [.winograd, .matrixProduct]
  /// Whether it leaves convolutions to the direct sum where that is expected to be as fast.
  var selectsByCost = true

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard model.contract(of: node).isFP32 else { return .no("it is for fp32") }
    guard let extents = WindowExtents(convolution: node, in: model.graph) else { return .no("not a convolution") }
    guard extents.kernel == .init(3, 3) else { return .no("the window is not 3x3") }
    guard extents.window.stride == .init(1, 1), extents.window.dilation == .init(1, 1) else {
      return .no("stride or dilation is not 1")
    }
    guard extents.groups == 1 else { return .no("it has groups") }
    if let reason = NativeOperands.refusal(node, in: model) ?? extents.refusal { return .no(reason) }
    if let reason = MatrixProduct.refusal([extents.images, extents.outChannels]) { return .no(reason) }
    guard let kernel = GemmKernel.select(.fp32Chain, for: model.target) else { return .no("no kernel") }
    let plan = WinogradPlan(extents, kernel, for: model.target)
    return (selectsByCost ? plan.refusal : nil).map { .no($0) } ?? .yes
  }

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    NodeStorages(.channelsLast, operands: node.inputs.count, results: 1)
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    guard let operands = NativeOperands(node, in: model),
      let extents = WindowExtents(convolution: node, in: model.graph)
    else { return nil }
    let plan = WinogradPlan(extents, operands.kernel, for: model.target)
    var tiles = "\(plan.blockTiles) tiles of 4x4 a block"
    if model.target.threads > 1 { tiles += ", \(plan.tileParts)x\(plan.panelParts) threads" }
    let algorithm = "Winograd F(4x4,3x3)" + (plan.form == .transformed ? "" : ", weights transformed on the way")
    // The table's row of the transforms rather than that of the products between them.
    let row = try? KernelTable.current.select(.winograd, .f32, on: model.target.features).get()
    return StepDescription(kernel: row?.name ?? operands.kernel.name, algorithm: algorithm, tiles: tiles)
  }

  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step {
    guard case .convolution(let convolution) = node.op,
      let operands = NativeOperands(node, in: preparation.model),
      let extents = WindowExtents(convolution: node, in: preparation.model.graph)
    else { preconditionFailure("declined by accepts") }
    let finish = preparation.finish(node, activation: convolution.activation, elementsPerRow: extents.outChannels)
    let geometry = extents.geometry
    let winograd = ckernels_winograd(
      kernel: operands.kernel.row, batch: Int32(extents.images), height: geometry.height, width: geometry.width,
      channels: geometry.channels, padding_top: geometry.padding_top, padding_left: geometry.padding_left,
      out_height: geometry.out_height, out_width: geometry.out_width, out_channels: Int32(extents.outChannels),
      src: UnsafePointer(preparation.address(node.inputs[0]).assumingMemoryBound(to: Float.self)),
      form: CKERNELS_WINOGRAD_TRANSFORMED, weights: nil, finish: finish.value)
    let ready = try preparation.withValues(node.parameters[0]) { values in
      try WinogradProduct(
        winograd, plan: WinogradPlan(extents, operands.kernel, for: preparation.model.target), values: values,
        of: node.parameters[0], in: preparation.weightMemory, constants: finish.constants)
    }
    return Step(scratchBytes: ready.scratchBytes) { ready.run($0) }
  }
}

extension WinogradPlan {
  /// The plan of a convolution with this kernel.
  init(_ extents: WindowExtents, _ kernel: GemmKernel, for target: Target) {
    self.init(
      Extents(
        images: extents.images, height: extents.plane.height, width: extents.plane.width,
        outHeight: extents.outPlane.height, outWidth: extents.outPlane.width, channels: extents.channels,
        outChannels: extents.outChannels),
      kernel: Kernel(nr: kernel.nr, lanes: kernel.lanes), threads: target.threads, caches: target.caches,
      choosesAlike: target.choosesAlike)
  }
}
