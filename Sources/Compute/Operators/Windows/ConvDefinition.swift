import CKernels
import ModelGraph
import Tensors

/// `Conv`: images (n, c, spatial) with weights (m, c / groups, kernel) and an optional bias (m), one to three spatial
/// dimensions.
struct ConvDefinition: OperatorDefinition {
  let names = ["Conv"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0, 1, 2], among: [.float32, .float64])
    try call.expectOutputs(atMost: 1)
    let shape = try ConvolutionShape.convolution(call, x: 0, w: 1, bias: 2)
    return [TensorType(type, try shape.result(call, spatial: shape.geometry.output))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let shape = try ConvolutionShape.convolution(call, x: 0, w: 1, bias: 2)
    if shape.batch * shape.outputs * shape.depth == 0 {
      return try bias(call, shape, outputs[0])
    }
    if try call.required(0).type.elementType == .float64 { return try direct64(call, shape, outputs[0]) }
    guard let multiply = call.resources.multiply else { return try direct(call, shape, outputs[0], isExact: true) }
    // A product of very few rows is slower than passes over the image.
    if shape.groupOutputs < 4 { return try direct(call, shape, outputs[0], isExact: false) }
    return try product(call, shape, outputs[0], multiply)
  }

  /// Output planes one by one.
  private func direct(
    _ call: OperatorCall, _ shape: ConvolutionShape, _ output: UnsafeMutableRawPointer, isExact: Bool
  ) throws(OperatorError) -> Computation {
    let (x, w) = (try call.memory(0, as: Float.self), try call.memory(1, as: Float.self))
    let (bias, level) = (call.optionalMemory(2, as: Float.self), call.resources.level)
    let y = output.assumingMemoryBound(to: Float.self)
    let (window, channels) = (shape.geometry.native, shape.groupInputs)
    return planes(shape) { plane, channel, image in
      var window = window
      let weights = w + channel * shape.depth
      let target = y + plane * shape.geometry.outputCount
      if isExact {
        ckernels_convolve_f32(&window, x + image, weights, channels, bias.map { $0 + channel }, target)
      } else {
        ckernels_convolve_fast_f32(level, &window, x + image, weights, channels, bias.map { $0 + channel }, target)
      }
    }
  }

  private func direct64(
    _ call: OperatorCall, _ shape: ConvolutionShape, _ output: UnsafeMutableRawPointer
  ) throws(OperatorError) -> Computation {
    let (x, w) = (try call.memory(0, as: Double.self), try call.memory(1, as: Double.self))
    let bias = call.optionalMemory(2, as: Double.self)
    let y = output.assumingMemoryBound(to: Double.self)
    let window = shape.geometry.native
    return planes(shape) { plane, channel, image in
      var window = window
      ckernels_convolve_f64(
        &window, x + image, w + channel * shape.depth, shape.groupInputs, bias.map { $0 + channel },
        y + plane * shape.geometry.outputCount)
    }
  }

  /// Calls `body` with each output plane, its channel and the offset of its group's input.
  private func planes(_ shape: ConvolutionShape, _ body: @escaping (Int, Int, Int) -> Void) -> Computation {
    Computation(isDivisible: true) { share in
      for plane in share.range(of: shape.batch * shape.outputs) {
        let (image, channel) = plane.quotientAndRemainder(dividingBy: shape.outputs)
        let group = image * shape.groups + channel / shape.groupOutputs
        body(plane, channel, group * shape.groupInputs * shape.geometry.inputCount)
      }
    }
  }

  /// Weights (m, depth) times what the windows read (depth, positions), tile by tile.
  private func product(
    _ call: OperatorCall, _ shape: ConvolutionShape, _ output: UnsafeMutableRawPointer,
    _ multiply: @escaping Resources.MatrixMultiply
  ) throws(OperatorError) -> Computation {
    let (x, w) = (try call.memory(0, as: Float.self), try call.memory(1, as: Float.self))
    let bias = call.optionalMemory(2, as: Float.self)
    let y = output.assumingMemoryBound(to: Float.self)
    let (depth, positions, window) = (shape.depth, shape.geometry.outputCount, shape.geometry.native)
    let tiling = Tiling(
      products: shape.batch * shape.groups, rows: shape.groupOutputs, columns: positions, depth: depth,
      shares: call.resources.shareCount)
    let isPointwise = shape.geometry.isPointwise
    let (elements, overflow) = depth.multipliedReportingOverflow(by: 4 * tiling.tileColumns)
    guard !overflow else { throw .unsupported("a convolution of depth \(depth)") }
    let scratch = try Scratch(bytesPerPart: isPointwise ? 0 : elements, parts: call.resources.shareCount)
    let kernels = ckernels_operators(call.resources.level)
    return Computation(isDivisible: true, heldBytes: scratch.byteCount) { share in
      for index in share.range(of: tiling.count) {
        let (product, rows, columns) = tiling.tile(index)
        let group = product % shape.groups
        let source = x + product * shape.groupInputs * shape.geometry.inputCount
        let first = group * shape.groupOutputs + rows.lowerBound
        let target = y + (product * shape.groupOutputs + rows.lowerBound) * positions + columns.lowerBound
        var (matrix, stride) = (source + columns.lowerBound, positions)
        if !isPointwise {
          var window = window
          let tile = scratch.floats(share.index)
          stride = columns.count
          ckernels_window_columns_f32(
            &window, source, 0, depth, columns.lowerBound, columns.upperBound, tile, stride)
          matrix = UnsafePointer(tile)
        }
        multiply(
          w + first * depth, depth, false, matrix, stride, false, target, positions, rows.count, columns.count, depth,
          false)
        guard let bias else { continue }
        var epilogue = ckernels_epilogue()
        epilogue.bias = bias + first
        kernels?.pointee.epilogue_by_row(
          &epilogue, target, positions, target, positions, rows.count, columns.count)
      }
    }
  }

  /// Without products every result is its channel's bias.
  private func bias(
    _ call: OperatorCall, _ shape: ConvolutionShape, _ output: UnsafeMutableRawPointer
  ) throws(OperatorError) -> Computation {
    let size = try call.required(0).type.elementType.byteCount
    let bias = call.input(2)?.address
    let plane = shape.geometry.outputCount
    return Computation(isDivisible: false) { _ in
      for index in 0..<shape.batch * shape.outputs * plane {
        let target = output + index * size
        if let bias {
          target.copyMemory(from: bias + index / plane % shape.outputs * size, byteCount: size)
        } else {
          target.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        }
      }
    }
  }
}
