import ModelGraph
import Tensors

/// Squeeze and Unsqueeze: removes or inserts dimensions of extent 1.
///
/// The axes are an attribute before opset 13, and an input from then on.
struct SqueezeDefinition: OperatorDefinition {
  let names = ["Squeeze", "Unsqueeze"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    let axes = try call.list("axes", orInput: 1, from: 13)
    let dims = input.shape.dims
    if call.op.name == "Squeeze" {
      guard let axes else { return [TensorType(input.elementType, Shape(dims.filter { $0 != 1 }))] }
      var isRemoved = [Bool](repeating: false, count: dims.count)
      for axis in try call.axes(axes, rank: dims.count) {
        guard dims[axis] == 1 else { throw .invalid("dimension \(axis) has the extent \(dims[axis]), not 1") }
        isRemoved[axis] = true
      }
      return [TensorType(input.elementType, Shape(dims.indices.filter { !isRemoved[$0] }.map { dims[$0] }))]
    }
    guard let axes else { throw .invalid("the axes are missing") }
    let rank = dims.count + axes.count
    var isInserted = [Bool](repeating: false, count: rank)
    for axis in try call.axes(axes, rank: rank) { isInserted[axis] = true }
    var rest = dims.makeIterator()
    return [TensorType(input.elementType, try call.shape(checking: isInserted.map { $0 ? 1 : rest.next() ?? 1 }))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    try call.denseCopy(to: outputs)
  }
}
