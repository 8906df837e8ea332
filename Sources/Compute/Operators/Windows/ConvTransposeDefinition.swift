import CKernels
import ModelGraph
import Tensors

/// `ConvTranspose`: the transposed convolution of images (n, c, spatial) with weights (c, m / groups, kernel) and an
/// optional bias (m).
struct ConvTransposeDefinition: OperatorDefinition {
  let names = ["ConvTranspose"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0, 1, 2], among: [.float32, .float64])
    try call.expectOutputs(atMost: 1)
    let shape = try shape(call)
    return [TensorType(type, try shape.result(call, spatial: shape.geometry.input))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let shape = try shape(call)
    if try call.required(0).type.elementType == .float64 {
      return try direct(call, shape, outputs[0], ckernels_convolve_transposed_f64)
    }
    guard let multiply = call.resources.multiply, shape.groupInputs > 0, shape.outputs > 0, shape.batch > 0 else {
      return try direct(call, shape, outputs[0], ckernels_convolve_transposed_f32)
    }
    return try product(call, shape, outputs[0], multiply)
  }

  /// The shape; its geometry is that of the convolution from the result back to the input.
  private func shape(_ call: OperatorCall) throws(OperatorError) -> ConvolutionShape {
    let (image, weights) = (try call.shape(0), try call.shape(1))
    guard image.rank >= 3, weights.rank == image.rank else {
      throw .invalid("it convolves \(image.rank) dimensions with weights of \(weights.rank)")
    }
    let groups = try call.int("group") ?? 1
    guard groups >= 1, image[1].isMultiple(of: groups), weights[0] == image[1] else {
      throw .invalid("\(groups) groups do not divide \(image[1]) channels by weights of the extents \(weights)")
    }
    let (outputs, overflow) = weights[1].multipliedReportingOverflow(by: groups)
    guard !overflow else { throw .invalid("\(groups) groups of \(weights[1]) channels are too many") }
    try call.expectShape(2, [outputs])
    return ConvolutionShape(
      batch: image[0], groups: groups, groupInputs: image[1] / groups, groupOutputs: weights[1],
      geometry: try geometry(call, Array(image.dims.dropFirst(2)), Array(weights.dims.dropFirst(2))))
  }

  private func geometry(
    _ call: OperatorCall, _ image: [Int], _ kernel: [Int]
  ) throws(OperatorError) -> WindowGeometry {
    let attributes = try WindowAttributes(call, rank: image.count, weights: kernel)
    let zeros = [Int](repeating: 0, count: image.count)
    let extra = try WindowAttributes.list(call, "output_padding", default: zeros, least: 0)
    // Some exporters give all of the output's extents.
    let wanted = try call.ints("output_shape").map { Array($0.suffix(image.count)) }
    guard wanted == nil || wanted?.count == image.count else { throw .invalid("output_shape has too few values") }
    var (result, begin, end): ([Int], [Int], [Int]) = ([], [], [])
    for axis in image.indices {
      guard image[axis] > 0, image[axis] < WindowAttributes.extentLimit else {
        throw .unsupported("an image of the extents \(image)")
      }
      let stride = attributes.strides[axis]
      let full = stride * (image[axis] - 1) + extra[axis] + attributes.reach(axis)
      guard full < WindowAttributes.extentLimit else { throw .unsupported("a padded extent of \(full)") }
      var extent: Int? = wanted?[axis]
      if extent == nil, attributes.autoPad == .sameUpper || attributes.autoPad == .sameLower {
        extent = image[axis] * stride
      }
      if let extent {
        guard extent > 0, extent < WindowAttributes.extentLimit else {
          throw .invalid("output_shape \(extent) is not an extent")
        }
        let total = max(full - extent, 0)
        result.append(extent)
        // The smaller half comes first for SAME_UPPER only.
        begin.append(attributes.autoPad == .sameUpper ? total / 2 : total - total / 2)
        end.append(total - begin[axis])
      } else {
        begin.append(attributes.pads[axis])
        end.append(attributes.pads[axis + image.count])
        result.append(full - begin[axis] - end[axis])
        guard result[axis] > 0 else { throw .invalid("its padding leaves nothing of the extent \(full)") }
      }
    }
    return WindowGeometry(
      input: result, output: image, kernel: kernel, strides: attributes.strides, dilations: attributes.dilations,
      paddingBegin: begin, paddingEnd: end)
  }

  private typealias Kernel<Element> = (
    UnsafePointer<ckernels_window>?, UnsafePointer<Element>?, UnsafePointer<Element>?, Int, Int,
    UnsafePointer<Element>?, UnsafeMutablePointer<Element>?
  ) -> Void

  /// Output planes one by one.
  private func direct<Element>(
    _ call: OperatorCall, _ shape: ConvolutionShape, _ output: UnsafeMutableRawPointer,
    _ kernel: @escaping Kernel<Element>
  ) throws(OperatorError) -> Computation {
    let (x, w) = (try call.memory(0, as: Element.self), try call.memory(1, as: Element.self))
    let bias = call.optionalMemory(2, as: Element.self)
    let y = output.assumingMemoryBound(to: Element.self)
    let (window, geometry) = (shape.geometry.native, shape.geometry)
    return Computation(isDivisible: true) { share in
      for plane in share.range(of: shape.batch * shape.outputs) {
        let (image, channel) = plane.quotientAndRemainder(dividingBy: shape.outputs)
        let (group, groupChannel) = channel.quotientAndRemainder(dividingBy: shape.groupOutputs)
        let source = (image * shape.groups + group) * shape.groupInputs * geometry.outputCount
        let weights = (group * shape.groupInputs * shape.groupOutputs + groupChannel) * geometry.tapCount
        withUnsafePointer(to: window) { window in
          kernel(
            window, x + source, w + weights, shape.groupOutputs * geometry.tapCount, shape.groupInputs,
            bias.map { $0 + channel }, y + plane * geometry.inputCount)
        }
      }
    }
  }

  /// Weights transposed (m kernel, c) times the image (c, positions), whose rows are then added up where they overlap.
  private func product(
    _ call: OperatorCall, _ shape: ConvolutionShape, _ output: UnsafeMutableRawPointer,
    _ multiply: @escaping Resources.MatrixMultiply
  ) throws(OperatorError) -> Computation {
    let (x, w) = (try call.memory(0, as: Float.self), try call.memory(1, as: Float.self))
    let bias = call.optionalMemory(2, as: Float.self)
    let y = output.assumingMemoryBound(to: Float.self)
    let (window, geometry) = (shape.geometry.native, shape.geometry)
    let (taps, positions) = (geometry.tapCount, geometry.outputCount)
    let (rows, overflow) = taps.multipliedReportingOverflow(by: positions)
    guard !overflow, rows < Int.max / 8 else { throw .unsupported("columns of \(taps) by \(positions) elements") }
    let products = shape.batch * shape.groups
    let fair = (shape.groupOutputs * products - 1) / call.resources.shareCount + 1
    let block = max(1, min(shape.groupOutputs, Tiling.cachedElements / rows, fair))
    let blocks = (shape.groupOutputs - 1) / block + 1
    let scratch = try Scratch(bytesPerPart: block * rows * 4, parts: call.resources.shareCount)
    let stride = shape.groupOutputs * taps
    return Computation(isDivisible: true, heldBytes: scratch.byteCount) { share in
      let columns = scratch.floats(share.index)
      for index in share.range(of: products * blocks) {
        let (product, part) = index.quotientAndRemainder(dividingBy: blocks)
        let (group, first) = (product % shape.groups, part * block)
        let count = min(block, shape.groupOutputs - first)
        multiply(
          w + group * shape.groupInputs * stride + first * taps, stride, true,
          x + product * shape.groupInputs * positions, positions, false, columns, positions, count * taps, positions,
          shape.groupInputs, false)
        for channel in 0..<count {
          var window = window
          let addend = bias.map { $0[group * shape.groupOutputs + first + channel] } ?? 0
          ckernels_fold_columns_f32(
            &window, columns + channel * rows, addend,
            y + (product * shape.groupOutputs + first + channel) * geometry.inputCount)
        }
      }
    }
  }
}
