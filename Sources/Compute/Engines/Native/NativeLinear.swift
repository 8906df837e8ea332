import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Inner products on our own matrix kernels, with bias, activation and rounding in the tile.
struct NativeLinear: OperatorImplementation {
  let name = "native:linear"
  let operations: Set<Kernel.Operation> = [.matrixProduct]

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard case .linear = node.op else { return .no("not an inner product") }
    if let reason = NativeOperands.refusal(node, in: model) { return .no(reason) }
    let (shape, extents) = (model.graph[node.output].shape, model.graph[node.parameters[0]].shape)
    let rows = shape.count / max(extents[0], 1)
    return MatrixProduct.refusal(shape.dims + [rows]).map { .no($0) } ?? .yes
  }

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    NodeStorages(.native, operands: node.inputs.count, results: 1)
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    guard let operands = NativeOperands(node, in: model) else { return nil }
    let whole = product(node, operands, model.graph)
    let product = whole.describing(model.format(of: node.output), elementsPerRow: whole.columns)
    return StepDescription(
      kernel: operands.kernel.name, algorithm: "GEMM",
      tiles: NativeProduct.tiles(of: product, for: model.target))
  }

  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step {
    guard case .linear(let linear) = node.op, let operands = NativeOperands(node, in: preparation.model) else {
      preconditionFailure("declined by accepts")
    }
    var product = product(node, operands, preparation.model.graph)
    product.source.src = UnsafeRawPointer(preparation.address(node.inputs[0]))
    let finish = preparation.finish(node, activation: linear.activation, elementsPerRow: product.columns)
    product.finish = finish.value
    let layout = PackedWeights.Layout(tapStride: 0, depthStride: 1, columnStride: product.depth)
    let packing = WeightMemory.Packing(
      parameter: node.parameters[0], kernel: operands.kernel.row, order: .strided(layout), taps: 1,
      depth: product.depth, columns: product.columns)
    let weights = try preparation.withValues(node.parameters[0]) {
      try PackedWeights(packing, $0, layout, zeroPoint: operands.zeroPoint, in: preparation.weightMemory)
    }
    let ready = try NativeProduct(
      product, weights: weights, constants: finish.constants, for: preparation.model.target)
    let scratch = ready.scratchBytes
    return Step(scratchBytes: scratch * preparation.threadCount, constantBytes: ready.constantBytes) { worker in
      ready.run(worker.thread, scratch: worker.ownScratch(scratch))
    }
  }

  /// Extents, without addresses: the rows are one line of pixels.
  private func product(_ node: Node, _ operands: NativeOperands, _ graph: ModelGraph) -> ckernels_gemm_product {
    let extents = graph[node.parameters[0]].shape
    let rows = graph[node.output].shape.count / max(extents[0], 1)
    var product = ckernels_gemm_product()
    product.kernel = operands.kernel.row
    (product.rows, product.columns, product.taps, product.depth) = (rows, extents[0], 1, extents[1])
    product.source.pixel_pitch = extents[1] * operands.kernel.elementSize
    product.source.geometry = ckernels_convolution(
      channels: 0, height: 1, width: Int32(clamping: rows), kernel_height: 1, kernel_width: 1, stride_y: 1, stride_x: 1,
      dilation_y: 1, dilation_x: 1, padding_top: 0, padding_left: 0, out_height: 1, out_width: Int32(clamping: rows))
    return product
  }
}
