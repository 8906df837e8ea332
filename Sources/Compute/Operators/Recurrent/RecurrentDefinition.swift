import ModelGraph
import Tensors

/// `RNN`, `GRU` and `LSTM`: one layer in one or both directions.
struct RecurrentDefinition: OperatorDefinition {
  let names = ["RNN", "GRU", "LSTM"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    _ = try call.elementType(of: [0, 1, 2, 3, 5, 6, 7], among: [.float32])
    if call.input(4) != nil { _ = try call.elementType(of: [4], among: [.int32]) }
    _ = try call.required(1)
    let shape = try RecurrentShape(call)
    _ = try GateFunctions(call, shape)
    return try shape.outputs(call)
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let layer = try RecurrentLayer(call, outputs)
    return Computation(isDivisible: true, heldBytes: layer.heldBytes) { layer.run($0) }
  }
}
