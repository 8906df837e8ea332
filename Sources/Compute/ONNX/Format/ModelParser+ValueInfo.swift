import Tensors

extension ModelParser {
  /// Reads what the file says about a value.
  func valueInfo(_ proto: ProtoValueInfo) throws(ONNXError) -> ONNXValueInfo {
    guard !proto.name.isEmpty else { throw ONNXError(.damaged, "the graph describes a value without a name") }
    guard proto.type.hasTensorType else {
      return ONNXValueInfo(name: proto.name, elementTypeName: Self.kind(proto.type), dims: nil)
    }
    let tensor = proto.type.tensorType
    let dims = tensor.hasShape ? try dimensions(tensor.shape, of: proto.name) : nil
    guard let elementType = ElementType(onnxDataType: tensor.elemType) else {
      return ONNXValueInfo(
        name: proto.name, elementTypeName: ElementType.onnxName(dataType: tensor.elemType), dims: dims)
    }
    return ONNXValueInfo(name: proto.name, elementType: elementType, dims: dims)
  }

  private static func kind(_ type: ProtoValueType) -> String {
    if type.hasSequenceType { return "sequence" }
    if type.hasMapType { return "map" }
    if type.hasOptionalType { return "optional" }
    if type.hasSparseTensorType { return "sparse \(ElementType.onnxName(dataType: type.sparseTensorType.elemType))" }
    return type.hasOpaqueType ? "opaque" : "undefined"
  }

  private func dimensions(
    _ shape: ProtoTensorShape, of name: String
  ) throws(ONNXError) -> [ONNXValueInfo.Dimension] {
    guard shape.dim.count <= Self.rankLimit else {
      throw ONNXError(
        .damaged, "value \(name.quoted) has \(shape.dim.count) dimensions; at most \(Self.rankLimit) make sense")
    }
    var dims: [ONNXValueInfo.Dimension] = []
    var fixed: [Int] = []
    for dim in shape.dim {
      // Paddle's exporter writes -1 where the format says to write nothing.
      if dim.hasDimValue, dim.dimValue != -1 {
        guard dim.dimValue >= 0 else {
          throw ONNXError(.damaged, "value \(name.quoted) has the negative dimension \(dim.dimValue)")
        }
        fixed.append(Int(dim.dimValue))
        dims.append(.fixed(Int(dim.dimValue)))
      } else {
        dims.append(dim.dimParam.isEmpty ? .unknown : .symbol(dim.dimParam))
      }
    }
    guard Shape(checking: fixed) != nil else {
      throw ONNXError(
        .damaged, "the dimensions of value \(name.quoted) have a product that is too large for any memory")
    }
    return dims
  }
}
