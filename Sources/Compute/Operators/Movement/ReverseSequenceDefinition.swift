import ModelGraph
import Tensors

/// ReverseSequence: reverses the first steps of each sequence of a batch; the sequences have different lengths.
struct ReverseSequenceDefinition: OperatorDefinition {
  let names = ["ReverseSequence"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    guard input.shape.rank >= 2 else { throw .invalid("the input must have at least 2 dimensions") }
    let lengths = try call.required(1).type
    guard lengths == TensorType(.int64, [input.shape[try batchAxis(call)]]) else {
      throw .invalid("the lengths must be one int64 per sequence and are \(lengths)")
    }
    return [input]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let input = try outputTypes(call)[0]
    let batchAxis = try batchAxis(call)
    let (outer, inner) = (input.shape[0], input.shape[1])
    let steps = input.shape[1 - batchAxis]
    let sliceBytes = input.shape.dims[2...].reduce(1, *) * input.elementType.byteCount
    let (source, lengths, destination) = (try call.memory(0), try call.memory(1), outputs[0])
    let faults = call.resources.faults
    return Computation(isDivisible: true) { share in
      for slice in share.range(of: outer * inner) {
        let (i, j) = slice.quotientAndRemainder(dividingBy: inner)
        let (batch, step) = batchAxis == 0 ? (i, j) : (j, i)
        let length = Int(lengths.load(fromByteOffset: batch * 8, as: Int64.self))
        if length < 0 || length > steps { faults.report(.invalidOperand) }
        let from = length <= steps && step < length ? length - 1 - step : step
        let position = batchAxis == 0 ? i * inner + from : from * inner + j
        (destination + slice * sliceBytes).copyMemory(from: source + position * sliceBytes, byteCount: sliceBytes)
      }
    }
  }

  private func batchAxis(_ call: OperatorCall) throws(OperatorError) -> Int {
    let (batch, time) = (try call.int("batch_axis") ?? 1, try call.int("time_axis") ?? 0)
    guard batch == 0 && time == 1 || batch == 1 && time == 0 else {
      throw .invalid("batch_axis \(batch) and time_axis \(time) must be 0 and 1 or 1 and 0")
    }
    return batch
  }
}
