import ModelGraph
import Tensors

/// GatherND: the slices that tuples of indices select.
struct GatherNDDefinition: OperatorDefinition {
  let names = ["GatherND"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let selection = try selection(call)
    let dims = Array(try call.shape(1).dims.dropLast()) + selection.sliceDims
    return [TensorType(try call.required(0).type.elementType, try call.shape(checking: dims))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let selection = try selection(call)
    let bytes = try call.required(0).type.elementType.byteCount
    let sliceBytes = selection.sliceCount * bytes
    let indices = try IndexReader(call, 1)
    let (source, destination) = (try call.memory(0), outputs[0])
    let faults = call.resources.faults
    return Computation(isDivisible: true) { share in
      for tuple in share.range(of: selection.tuples) {
        let to = destination + tuple * sliceBytes
        if let offset = selection.offset(ofTuple: tuple, indices) {
          to.copyMemory(from: source + offset * bytes, byteCount: sliceBytes)
        } else {
          faults.report(.indexOutOfRange)
          to.initializeMemory(as: UInt8.self, repeating: 0, count: sliceBytes)
        }
      }
    }
  }

  private func selection(_ call: OperatorCall) throws(OperatorError) -> TupleSelection {
    try TupleSelection(call, batchDims: call.op.opset >= 12 ? try call.int("batch_dims") ?? 0 : 0)
  }
}
