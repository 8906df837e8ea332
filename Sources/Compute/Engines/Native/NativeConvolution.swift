import CKernels
import ModelGraph
import NumericFormats
import Tensors

/// Convolutions as products of pixels with packed weights, without an im2col matrix: each row of a tile has an address for
/// each element of the window.
///
/// Where there are so few channels that an element of the window is but a few steps (the first layer), a padded copy of the
/// image makes each *line* of the window one run of `kw * ci` elements.
struct NativeConvolution: OperatorImplementation {
  /// Windows over fewer bytes of channels are read line by line.
  private static let shortPixel = 64
  /// The padded copy has at most so many times the image's pixels; more padding, or steps beyond the image, are not copied.
  fileprivate static let largestCopy = 4

  let name = "native:convolution"
  /// Whether it takes depthwise convolutions too, each channel a product of its own: for contracts that the depthwise
  /// kernels do not keep.
  var computesDepthwise = false
  let operations: Set<Kernel.Operation> = [.matrixProduct]

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    guard let extents = WindowExtents(convolution: node, in: model.graph) else { return .no("not a convolution") }
    if let reason = NativeOperands.refusal(node, in: model) ?? extents.refusal { return .no(reason) }
    guard extents.groups == 1 || extents.channels > extents.groups || computesDepthwise else {
      return .no("it is depthwise")
    }
    return MatrixProduct.refusal([extents.images * extents.outPlaneSize]).map { .no($0) } ?? .yes
  }

  func storages(for node: Node, in model: LoweredModel) -> NodeStorages {
    NodeStorages(.channelsLast, operands: node.inputs.count, results: 1)
  }

  func description(of node: Node, followers: ArraySlice<Node>, in model: LoweredModel) -> StepDescription? {
    guard let operands = NativeOperands(node, in: model),
      let extents = WindowExtents(convolution: node, in: model.graph)
    else { return nil }
    let plan = Plan(extents, operands)
    let product = plan.product.describing(model.format(of: node.output), elementsPerRow: extents.outChannels)
    return StepDescription(
      kernel: operands.kernel.name, algorithm: plan.algorithm,
      tiles: NativeProduct.tiles(of: product, for: model.target))
  }

  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step {
    guard case .convolution(let convolution) = node.op,
      let operands = NativeOperands(node, in: preparation.model),
      let extents = WindowExtents(convolution: node, in: preparation.model.graph)
    else { preconditionFailure("declined by accepts") }
    let plan = Plan(extents, operands)
    let finish = preparation.finish(
      node, activation: convolution.activation, elementsPerRow: extents.outChannels)
    let padding = FloatConstants(count: extents.channels + 1) { _ in }
    let zero = UInt8(truncatingIfNeeded: operands.zeroPoint)
    UnsafeMutableRawPointer(padding.base).initializeMemory(as: UInt8.self, repeating: zero, count: padding.byteCount)
    let source = UnsafeRawPointer(preparation.address(node.inputs[0]))
    let image = try plan.readsLines ? PaddedImage(plan, source: source, fill: zero) : nil
    let size = operands.kernel.elementSize
    let outputSize = preparation.model.format(of: node.output).byteCount
    let residualSize = node.inputs.count > 1 ? preparation.model.format(of: node.inputs[1]).byteCount : 0
    let area = extents.kernel.height * extents.kernel.width
    let products = try preparation.withValues(node.parameters[0]) { values in
      try (0..<extents.groups).map { group in
        var product = plan.product
        let (channel, column) = (group * plan.channels, group * product.columns)
        product.source.src = image.map { UnsafeRawPointer($0.base) } ?? (source + channel * size)
        product.source.padding = UnsafeRawPointer(padding.base)
        product.finish = finish.value
        product.finish.dst += column * outputSize
        product.finish.bias += column
        product.finish.scale = product.finish.scale.map { $0 + column }
        product.finish.residual = product.finish.residual.map { $0 + column * residualSize }
        let weights = try plan.pack(
          node.parameters[0], values, from: column * plan.channels * area, operands, in: preparation.weightMemory)
        return try NativeProduct(
          product, weights: weights, constants: finish.constants + [padding] + (image.map { [$0] } ?? []),
          for: preparation.model.target)
      }
    }
    let scratch = products.map(\.scratchBytes).max() ?? 0
    return Step(
      scratchBytes: scratch * preparation.threadCount,
      constantBytes: products.reduce(image?.byteCount ?? 0) { $0 + $1.constantBytes }
    ) { worker in
      if let image {
        image.fill(worker.share(of: image.lines))
        worker.barrier()
      }
      // By index: an iterator would allocate in builds without optimisation.
      for index in products.indices { products[index].run(worker.thread, scratch: worker.ownScratch(scratch)) }
    }
  }

  /// A convolution as a product, without addresses.
  struct Plan {
    let extents: WindowExtents
    /// Channels of one group.
    let channels: Int
    let elementSize: Int
    let readsLines: Bool
    /// The padded image where lines are read.
    let lineCount: Int
    let lineWidth: Int
    /// One group's product.
    let product: ckernels_gemm_product

    init(_ extents: WindowExtents, _ operands: NativeOperands) {
      self.extents = extents
      let (window, kernel) = (extents.window, extents.kernel)
      channels = extents.channels / max(extents.groups, 1)
      elementSize = operands.kernel.elementSize
      let lines = extents.paddedLines
      let isShort =
        extents.groups == 1 && kernel.width > 1 && window.dilation.width == 1 && channels > 0
        && channels * elementSize < NativeConvolution.shortPixel && !operands.sumsBlocks
      readsLines = isShort && lines != nil
      (lineCount, lineWidth) = lines ?? (0, 0)
      var product = ckernels_gemm_product()
      product.kernel = operands.kernel.row
      product.rows = extents.images * extents.outPlaneSize
      product.columns = extents.outChannels / max(extents.groups, 1)
      product.source.geometry = extents.geometry
      if readsLines {
        product.taps = kernel.height
        // Whole groups of elements: what is beyond the line's run meets weights of zero. Floats are read exactly, because
        // zero times infinity is not zero.
        let run = kernel.width * channels
        product.depth = elementSize == 1 ? (run + 3) / 4 * 4 : run
        product.source.geometry.height = Int32(clamping: lineCount)
        product.source.geometry.width = Int32(clamping: lineWidth)
        product.source.geometry.kernel_width = 1
        product.source.geometry.padding_top = 0
        product.source.geometry.padding_left = 0
      } else {
        product.taps = kernel.height * kernel.width
        product.depth = channels
      }
      let (height, width) = readsLines ? (lineCount, lineWidth) : (extents.plane.height, extents.plane.width)
      product.source.pixel_pitch = extents.channels * elementSize
      product.source.line_pitch = product.source.pixel_pitch * width
      product.source.image_pitch = product.source.line_pitch * height
      self.product = product
    }

    /// `1x1 as GEMM`, `implicit GEMM 3x3`, `direct 7x7 by lines`.
    var algorithm: String {
      let area = "\(extents.kernel.height)x\(extents.kernel.width)"
      let groups = extents.groups > 1 ? ", \(extents.groups) groups" : ""
      if readsLines { return "direct \(area), lines of \(extents.kernel.width * channels)" }
      return (product.taps == 1 ? "1x1 as GEMM" : "implicit GEMM \(area)") + groups
    }

    /// Packs one group's weights, which lie (co, ci, kh, kw) from element `first` of the parameter on.
    func pack(
      _ parameter: ParameterID, _ values: UnsafePointer<Float>, from first: Int, _ operands: NativeOperands,
      in memory: WeightMemory
    ) throws -> PackedWeights {
      let (height, width) = (extents.kernel.height, extents.kernel.width)
      func packing(_ order: WeightMemory.Packing.Order) -> WeightMemory.Packing {
        WeightMemory.Packing(
          parameter: parameter, first: first, kernel: operands.kernel.row, order: order, taps: product.taps,
          depth: product.depth, columns: product.columns)
      }
      let values = values + first
      guard readsLines else {
        let layout = PackedWeights.Layout(
          tapStride: 1, depthStride: height * width, columnStride: channels * height * width)
        return try PackedWeights(
          packing(.strided(layout)), values, layout, zeroPoint: operands.zeroPoint, in: memory)
      }
      // A line's run goes over columns of the window and, within each, channels.
      let run = width * channels
      var lines = [Float](repeating: 0, count: product.columns * height * product.depth)
      for column in 0..<product.columns {
        for y in 0..<height {
          for element in 0..<run {
            let (x, channel) = element.quotientAndRemainder(dividingBy: channels)
            lines[(column * height + y) * product.depth + element] =
              values[((column * channels + channel) * height + y) * width + x]
          }
        }
      }
      let layout = PackedWeights.Layout(
        tapStride: product.depth, depthStride: 1, columnStride: height * product.depth)
      return try lines.withUnsafeBufferPointer { lines in
        try PackedWeights(
          packing(.lines), lines.baseAddress ?? values, layout, zeroPoint: operands.zeroPoint, in: memory)
      }
    }
  }
}

extension WindowExtents {
  /// Lines and pixels a line of an image with its padding, as far as windows reach; nil where that is much larger than the
  /// image, or more than the C geometry holds.
  fileprivate var paddedLines: (count: Int, width: Int)? {
    func reach(_ outputs: Int, _ stride: Int, _ kernel: Int, _ dilation: Int) -> Int? {
      let (steps, overflowed) = max(outputs - 1, 0).multipliedReportingOverflow(by: stride)
      let (window, overflowedToo) = max(kernel - 1, 0).multipliedReportingOverflow(by: dilation)
      guard !overflowed, !overflowedToo, steps < Int(Int32.max), window < Int(Int32.max) else { return nil }
      return steps + window + 1
    }
    guard
      let count = reach(outPlane.height, window.stride.height, kernel.height, window.dilation.height),
      let width = reach(outPlane.width, window.stride.width, kernel.width, window.dilation.width)
    else { return nil }
    let (pixels, overflowed) = count.multipliedReportingOverflow(by: width)
    // 1,024 pixels are nothing, whatever the image.
    guard !overflowed, pixels <= max(planeSize * NativeConvolution.largestCopy, 1024) else { return nil }
    return (count, width)
  }
}
