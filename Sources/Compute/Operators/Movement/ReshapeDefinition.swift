import ModelGraph
import Tensors

/// Reshape: the same elements in the same order under another shape.
struct ReshapeDefinition: OperatorDefinition {
  let names = ["Reshape"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    let wanted = try call.integerList(1)
    let allowsZero = try call.isOn("allowzero")
    var dims = wanted
    var unknown: Int?
    for (index, extent) in wanted.enumerated() {
      switch extent {
      case -1:
        guard unknown == nil else { throw .invalid("more than one extent of the new shape is -1") }
        unknown = index
        dims[index] = 1
      case 0 where !allowsZero:
        guard index < input.shape.rank else {
          throw .invalid("extent \(index) is to be copied from an input of \(input.shape.rank) dimensions")
        }
        dims[index] = input.shape[index]
      case ..<0: throw .invalid("the new shape has the extent \(extent)")
      default: break
      }
    }
    let count = input.shape.count
    let known = try call.shape(checking: dims).count
    if let unknown {
      guard !allowsZero || !wanted.contains(0) else { throw .invalid("the new shape has both -1 and 0") }
      guard known > 0, count % known == 0 else {
        throw .invalid("no extent in place of -1 gives \(count) elements")
      }
      dims[unknown] = count / known
    }
    let shape = try call.shape(checking: dims)
    guard shape.count == count else { throw .invalid("\(count) elements cannot take the shape \(shape)") }
    return [TensorType(input.elementType, shape)]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    try call.denseCopy(to: outputs)
  }
}
