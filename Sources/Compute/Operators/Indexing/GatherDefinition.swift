import ModelGraph
import Tensors

/// Gather: the slices of a tensor along an axis that a tensor of indices selects.
struct GatherDefinition: OperatorDefinition {
  let names = ["Gather"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let data = try call.required(0).type
    try IndexReader.check(call, 1)
    let axis = try axis(call)
    let dims = data.shape.dims[..<axis] + (try call.shape(1).dims) + data.shape.dims[(axis + 1)...]
    return [TensorType(data.elementType, try call.shape(checking: Array(dims)))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let data = try call.required(0).type
    let axis = try axis(call)
    let extent = data.shape[axis]
    let sliceBytes = data.shape.dims[(axis + 1)...].reduce(1, *) * data.elementType.byteCount
    let outer = data.shape.dims[..<axis].reduce(1, *)
    let indexCount = try call.shape(1).count
    let indices = try IndexReader(call, 1)
    let (source, destination) = (try call.memory(0), outputs[0])
    let faults = call.resources.faults
    return Computation(isDivisible: true) { share in
      for slice in share.range(of: outer * indexCount) {
        let (block, position) = slice.quotientAndRemainder(dividingBy: indexCount)
        let to = destination + slice * sliceBytes
        if let index = indices.index(position, below: extent) {
          to.copyMemory(from: source + (block * extent + index) * sliceBytes, byteCount: sliceBytes)
        } else {
          faults.report(.indexOutOfRange)
          to.initializeMemory(as: UInt8.self, repeating: 0, count: sliceBytes)
        }
      }
    }
  }

  private func axis(_ call: OperatorCall) throws(OperatorError) -> Int {
    try call.axis(try call.int("axis") ?? 0, rank: try call.shape(0).rank)
  }
}
