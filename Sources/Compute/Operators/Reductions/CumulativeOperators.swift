import CKernels
import ModelGraph
import Tensors

/// CumSum and CumProd: running results along an axis that is an input, read while the model runs.
struct CumulativeOperators: OperatorDefinition {
  var names: [String] { ["CumProd", "CumSum"] }

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    try call.check(input.elementType, in: ElementTypes.numbers)
    let axis = try call.required(1).type
    guard [.int32, .int64].contains(axis.elementType), axis.shape.count == 1 else {
      throw .invalid("input 1, the axis, must be one int32 or int64")
    }
    guard input.shape.rank > 0 else { throw .invalid("its input is a scalar, which has no axis") }
    _ = try flags(of: call)
    return [input]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let kernel: ckernels_line = call.op.name == "CumSum" ? CKERNELS_CUMULATIVE_SUM : CKERNELS_CUMULATIVE_PRODUCT
    guard let function = ckernels_line_function(kernel, type.elementType.kernel, call.resources.level, 1) else {
      throw .unsupported("\(call.op.name) of \(type.elementType.rawValue) elements is not supported")
    }
    let source = try call.required(0).source().address
    let axisAddress = try call.required(1).source().address
    let isWide = try call.required(1).type.elementType == .int64
    let result = outputs[0]
    let bytes = type.elementType.byteCount
    let flags = try flags(of: call)
    let faults = call.resources.faults
    // Every axis's lines are known before the run, so that it does not allocate.
    let lines = type.shape.dims.indices.map { Lines(type.shape, axis: $0) }
    return Computation(isDivisible: true, heldBytes: lines.count * MemoryLayout<Lines>.stride) { share in
      let axis = isWide ? axisAddress.load(as: Int64.self) : Int64(axisAddress.load(as: Int32.self))
      let rank = Int64(lines.count)
      guard axis >= -rank, axis < rank else { return faults.report(.invalidOperand) }
      let chosen = lines[Int(axis < 0 ? axis + rank : axis)]
      let range = share.range(of: chosen.count)
      var flags = flags
      ckernels_lines_range(
        function, &flags, source, result, bytes, bytes, chosen.extent, chosen.inner, chosen.extent, range.lowerBound,
        range.upperBound)
    }
  }

  private func flags(of call: OperatorCall) throws(OperatorError) -> ckernels_line_flags {
    ckernels_line_flags(
      exclusive: try call.int("exclusive") ?? 0 != 0 ? 1 : 0, reverse: try call.int("reverse") ?? 0 != 0 ? 1 : 0,
      last: 0)
  }
}
