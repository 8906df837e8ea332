import ModelGraph
import Tensors

/// ScatterElements, under its old name Scatter: the data with elements replaced by, or joined with, updates.
///
/// Updates of the same element are applied in their order.
struct ScatterElementsDefinition: OperatorDefinition {
  let names = ["ScatterElements", "Scatter"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let data = try call.required(0).type
    _ = try AxisSelection(call)
    guard try call.required(2).type == TensorType(data.elementType, try call.shape(1)) else {
      throw .invalid("the updates must be \(data.elementType.rawValue) of the indices' shape")
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
    let selection = try AxisSelection(call)
    let shape = try call.shape(0)
    let indices = try IndexReader(call, 1)
    let data = try call.memory(0)
    let updates = try call.memory(2, as: Number.self)
    let destination = output.assumingMemoryBound(to: Number.self)
    let faults = call.resources.faults
    // Where updates stay within positions of the first dimension, threads divide these positions.
    let slabs = selection.hasSlabs ? shape[0] : 1
    let slabElements = slabs == 0 ? 0 : shape.count / slabs
    let updatedSlabs = selection.hasSlabs ? try call.shape(1)[0] : 1
    let rowsPerSlab = selection.hasSlabs ? selection.rowsPerSlab : selection.rows
    return Computation(isDivisible: selection.hasSlabs) { share in
      let own = share.range(of: slabs)
      let start = own.lowerBound * slabElements
      UnsafeMutableRawPointer(destination + start).copyMemory(
        from: data + start * MemoryLayout<Number>.stride,
        byteCount: own.count * slabElements * MemoryLayout<Number>.stride)
      let updated = min(own.lowerBound, updatedSlabs)..<min(own.upperBound, updatedSlabs)
      guard selection.columns > 0 else { return }
      for row in (updated.lowerBound * rowsPerSlab)..<(updated.upperBound * rowsPerSlab) {
        let base = selection.base(ofRow: row)
        for column in 0..<selection.columns {
          let position = row * selection.columns + column
          guard let index = indices.index(position, below: selection.extent) else {
            faults.report(.indexOutOfRange)
            continue
          }
          let target = base + column * selection.columnStride + index * selection.axisStride
          destination[target] = reduction.apply(destination[target], updates[position])
        }
      }
    }
  }
}
