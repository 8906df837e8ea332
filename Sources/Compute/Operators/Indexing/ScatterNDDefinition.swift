import ModelGraph
import Tensors

/// ScatterND: the data with slices, selected by tuples of indices, replaced by or joined with updates.
///
/// Updates of the same slice are applied in their order.
struct ScatterNDDefinition: OperatorDefinition {
  let names = ["ScatterND"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let data = try call.required(0).type
    let selection = try TupleSelection(call)
    let dims = Array(try call.shape(1).dims.dropLast()) + selection.sliceDims
    guard try call.required(2).type == TensorType(data.elementType, Shape(dims)) else {
      throw .invalid("the updates must be \(data.elementType.rawValue) \(Shape(dims))")
    }
    try ScatterReduction(call).check(data.elementType)
    return [data]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let reduction = try ScatterReduction(call)
    return try reduction.withNumber(try call.required(0).type.elementType) { (number) throws(OperatorError) in
      try scatter(number, call, reduction, outputs[0])
    }
  }

  private func scatter<Number: WrappingNumber>(
    _: Number.Type, _ call: OperatorCall, _ reduction: ScatterReduction, _ output: UnsafeMutableRawPointer
  ) throws(OperatorError) -> Computation {
    let selection = try TupleSelection(call)
    let count = try call.shape(0).count
    let sliceCount = selection.sliceCount
    let indices = try IndexReader(call, 1)
    let data = try call.memory(0)
    let updates = try call.memory(2, as: Number.self)
    let destination = output.assumingMemoryBound(to: Number.self)
    let faults = call.resources.faults
    // Every thread reads all tuples and applies those whose slice is its own.
    return Computation(isDivisible: true) { share in
      guard sliceCount > 0 else { return }
      let own = share.range(of: count / sliceCount)
      let (start, end) = (own.lowerBound * sliceCount, own.upperBound * sliceCount)
      UnsafeMutableRawPointer(destination + start).copyMemory(
        from: data + start * MemoryLayout<Number>.stride, byteCount: (end - start) * MemoryLayout<Number>.stride)
      for tuple in 0..<selection.tuples {
        guard let offset = selection.offset(ofTuple: tuple, indices) else {
          faults.report(.indexOutOfRange)
          continue
        }
        guard offset >= start, offset < end else { continue }
        for element in 0..<sliceCount {
          destination[offset + element] = reduction.apply(
            destination[offset + element], updates[tuple * sliceCount + element])
        }
      }
    }
  }
}
