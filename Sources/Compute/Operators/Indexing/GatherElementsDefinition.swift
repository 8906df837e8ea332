import ModelGraph
import Tensors

/// GatherElements: each index selects the element at its own position, but for the coordinate along an axis.
struct GatherElementsDefinition: OperatorDefinition {
  let names = ["GatherElements"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    _ = try AxisSelection(call)
    return [TensorType(try call.required(0).type.elementType, try call.shape(1))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try call.required(0).type.elementType
    return try gather(type.word, call, outputs[0])
  }

  private func gather<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _: Word.Type, _ call: OperatorCall, _ output: UnsafeMutableRawPointer
  ) throws(OperatorError) -> Computation {
    let selection = try AxisSelection(call)
    let indices = try IndexReader(call, 1)
    let source = try call.memory(0, as: Word.self)
    let destination = output.assumingMemoryBound(to: Word.self)
    let faults = call.resources.faults
    return Computation(isDivisible: true) { share in
      for row in share.range(of: selection.rows) {
        let base = selection.base(ofRow: row)
        for column in 0..<selection.columns {
          let position = row * selection.columns + column
          if let index = indices.index(position, below: selection.extent) {
            destination[position] = source[base + column * selection.columnStride + index * selection.axisStride]
          } else {
            faults.report(.indexOutOfRange)
            destination[position] = 0
          }
        }
      }
    }
  }
}
