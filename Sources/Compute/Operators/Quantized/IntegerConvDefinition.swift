import CKernels
import ModelGraph
import Tensors

/// `ConvInteger` and `QLinearConv`: convolution of u8 or s8 less their zero points, with sums modulo 2^32; the latter adds
/// a bias and rescales them to u8 or s8. Padding is the zero point.
struct IntegerConvDefinition: OperatorDefinition {
  let names = ["ConvInteger", "QLinearConv"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let positions = Positions(call)
    _ = try call.elementType(of: [positions.x, positions.zeroX], among: [.uint8, .int8])
    _ = try call.elementType(of: [positions.w, positions.zeroW], among: [.uint8, .int8])
    try call.expectOutputs(atMost: 1)
    let shape = try shape(call)
    let result = try shape.result(call, spatial: shape.geometry.output)
    try expectCount(call, positions.zeroX, 1)
    try expectCount(call, positions.zeroW, shape.outputs)
    guard positions.isScaled else { return [TensorType(.int32, result)] }
    for position in [1, 4] { _ = try call.elementType(of: [position], among: [.float32]) }
    try expectCount(call, 1, 1)
    try expectCount(call, 4, shape.outputs)
    if call.input(8) != nil { _ = try call.elementType(of: [8], among: [.int32]) }
    return [TensorType(try Requantization.type(call, scale: 6, zero: 7), result)]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let (positions, shape) = (Positions(call), try shape(call))
    let x = try ByteOperand(call, positions.x, zero: positions.zeroX)
    let w = try ByteOperand(call, positions.w, zero: positions.zeroW)
    let finish = try positions.isScaled ? Finish(call) : nil
    let isEmpty = shape.batch * shape.outputs * shape.depth == 0
    // A product of very few rows is slower than passes over the image.
    if shape.groupOutputs >= 4, !isEmpty, let multiply = call.resources.multiply {
      return try product(call, shape, x, w, finish, outputs[0], multiply)
    }
    let plane = shape.geometry.outputCount
    let scratch = try Scratch(bytesPerPart: finish == nil ? 0 : plane * 4, parts: call.resources.shareCount)
    let (window, level, result) = (shape.geometry.native, call.resources.level, outputs[0])
    return Computation(isDivisible: true, heldBytes: scratch.byteCount) { share in
      for index in share.range(of: shape.batch * shape.outputs) {
        let (image, channel) = index.quotientAndRemainder(dividingBy: shape.outputs)
        let group = image * shape.groups + channel / shape.groupOutputs
        let target = finish == nil ? result + index * plane * 4 : scratch.part(share.index)
        let sums = target.assumingMemoryBound(to: Int32.self)
        var window = window
        ckernels_convolve_s32(
          level, &window, x.bytes + group * shape.groupInputs * shape.geometry.inputCount, x.fixedCode(0),
          w.bytes + channel * shape.depth, w.fixedCode(channel), shape.groupInputs, sums)
        finish?(channel, sums, plane, (result + index * plane).assumingMemoryBound(to: UInt8.self))
      }
    }
  }

  /// Weights (m, depth) times what the windows read (depth, positions), tile by tile.
  private func product(
    _ call: OperatorCall, _ shape: ConvolutionShape, _ x: ByteOperand, _ w: ByteOperand, _ finish: Finish?,
    _ result: UnsafeMutableRawPointer, _ multiply: @escaping Resources.MatrixMultiply
  ) throws(OperatorError) -> Computation {
    let (depth, plane, window, level) = (
      shape.depth, shape.geometry.outputCount, shape.geometry.native, call.resources.level
    )
    let tiling = Tiling(
      products: shape.batch * shape.groups, rows: shape.groupOutputs, columns: plane, depth: 512,
      shares: call.resources.shareCount)
    let product = try IntegerProduct(
      call, multiply: multiply, tiling: tiling, k: depth, bounds: (w.bound, x.bound), keepsSums: finish != nil)
    return Computation(isDivisible: true, heldBytes: product.heldBytes) { share in
      for index in share.range(of: tiling.count) {
        let (image, rows, columns) = tiling.tile(index)
        let source = x.bytes + image * shape.groupInputs * shape.geometry.inputCount
        let firstChannel = image % shape.groups * shape.groupOutputs
        let target = (image * shape.groupOutputs + rows.lowerBound) * plane + columns.lowerBound
        let direct = (result + (finish == nil ? target * 4 : 0)).assumingMemoryBound(to: Int32.self)
        let sums = finish == nil ? direct : product.sums(share)
        let stride = finish == nil ? plane : columns.count
        product(share, rows: rows.count, columns: columns.count, k: depth, into: sums, stride: stride) {
          (row, range, block) in
          let channel = firstChannel + rows.lowerBound + row
          ckernels_decode_bytes(
            level, w.bytes + channel * depth + range.lowerBound, range.count, w.code(channel, step: 0), block)
        } second: { range, block in
          var window = window
          ckernels_window_columns_u8(
            &window, source, x.fixedCode(0), range.lowerBound, range.upperBound, columns.lowerBound,
            columns.upperBound, block, columns.count)
        }
        guard let finish else { continue }
        let bytes = result.assumingMemoryBound(to: UInt8.self)
        for row in 0..<rows.count {
          finish(
            firstChannel + rows.lowerBound + row, sums + row * stride, columns.count, bytes + target + row * plane)
        }
      }
    }
  }

  private func shape(_ call: OperatorCall) throws(OperatorError) -> ConvolutionShape {
    let positions = Positions(call)
    return try ConvolutionShape.convolution(call, x: positions.x, w: positions.w, bias: 8)
  }

  private func expectCount(_ call: OperatorCall, _ position: Int, _ channels: Int) throws(OperatorError) {
    guard let shape = call.input(position)?.type.shape else { return }
    guard shape.count == 1 || (shape.rank == 1 && shape[0] == channels) else {
      throw .invalid("input \(position) has the extents \(shape); 1 or \(channels) values are possible")
    }
  }

  /// Where the operands are in the standard's list.
  private struct Positions {
    let isScaled: Bool
    let (x, w, zeroX, zeroW): (Int, Int, Int, Int)

    init(_ call: OperatorCall) {
      isScaled = call.op.name == "QLinearConv"
      (x, w, zeroX, zeroW) = isScaled ? (0, 3, 2, 5) : (0, 1, 2, 3)
    }
  }

  /// Adds the bias and rescales.
  private struct Finish {
    let requantization: Requantization
    let (scaleX, scaleW): (UnsafePointer<Float>, UnsafePointer<Float>)
    let hasChannelScales: Bool
    let bias: UnsafePointer<Int32>?

    init(_ call: OperatorCall) throws(OperatorError) {
      requantization = try Requantization(call, scale: 6, zero: 7)
      (scaleX, scaleW) = (try call.memory(1, as: Float.self), try call.memory(4, as: Float.self))
      hasChannelScales = try call.shape(4).count > 1
      bias = call.optionalMemory(8, as: Int32.self)
    }

    func callAsFunction(
      _ channel: Int, _ sums: UnsafePointer<Int32>, _ count: Int, _ result: UnsafeMutablePointer<UInt8>
    ) {
      requantization(
        sums, count: count, bias: bias?[channel] ?? 0, first: scaleX.pointee,
        second: scaleW + (hasChannelScales ? channel : 0), step: 0, into: result)
    }
  }
}
