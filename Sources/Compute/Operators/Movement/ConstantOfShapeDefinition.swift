import ModelGraph
import Tensors

/// ConstantOfShape: one value everywhere, by default the float 0.
struct ConstantOfShapeDefinition: OperatorDefinition {
  let names = ["ConstantOfShape"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let shape = try call.shape(checking: try call.integerList(0))
    return [TensorType(try value(call).type, shape)]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let bytes = try value(call).bytes
    let fill = StridedCopy(
      elementBytes: bytes.count, extents: [type.shape.count], sourceStrides: [0], destinationStrides: [1])
    let value = bytes.withUnsafeBytes { bytes in
      var word: UInt64 = 0
      withUnsafeMutableBytes(of: &word) { $0.copyMemory(from: bytes) }
      return word
    }
    let destination = outputs[0]
    return Computation(isDivisible: true) { share in
      withUnsafeBytes(of: value) { if let from = $0.baseAddress { fill.run(share, from: from, to: destination) } }
    }
  }

  private func value(_ call: OperatorCall) throws(OperatorError) -> (type: ElementType, bytes: [UInt8]) {
    switch call.op.attributes["value"] {
    case nil: return (.float32, [0, 0, 0, 0])
    case .tensor(let type, let bytes):
      guard type.shape.count == 1, bytes.count == type.elementType.byteCount else {
        throw .invalid("attribute value must hold one element")
      }
      return (type.elementType, bytes)
    default: throw .invalid("attribute value must be a tensor")
    }
  }
}
