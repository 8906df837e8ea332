import Tensors

extension ModelParser {
  /// Reads a tensor without its elements, and checks that those are where they should be.
  ///
  /// - Parameter place: names it where it has no name of its own.
  mutating func tensor(_ proto: ProtoTensor, place: String) throws(ONNXError) -> ONNXTensor {
    let name = proto.name.isEmpty ? place : proto.name
    let shape = try shape(proto.dims, named: name)
    guard proto.hasDataType, proto.dataType != 0 else {
      throw ONNXError(.damaged, "tensor \(name.quoted) says no element type")
    }
    guard !proto.hasSegment else {
      throw ONNXError(.unsupported, "tensor \(name.quoted) is only a segment of a tensor, which Assay does not support")
    }
    guard let elementType = ElementType(onnxDataType: proto.dataType) else {
      return ONNXTensor(
        name: name, shape: shape, elementType: nil, elementTypeName: ElementType.onnxName(dataType: proto.dataType),
        contents: .unreadable)
    }
    return ONNXTensor(
      name: name, shape: shape, elementType: elementType, elementTypeName: elementType.rawValue,
      contents: try contents(proto, TensorType(elementType, shape), named: name))
  }

  /// Reads of a sparse tensor what is needed for refusing it when it is used.
  func sparseTensor(_ proto: ProtoSparseTensor) throws(ONNXError) -> ONNXTensor {
    let name = proto.values.name
    let type = ElementType.onnxName(dataType: proto.values.dataType)
    return ONNXTensor(
      name: name, shape: try shape(proto.dims, named: name), elementType: nil, elementTypeName: "sparse \(type)",
      contents: .unreadable)
  }

  private func shape(_ dims: [Int64], named name: String) throws(ONNXError) -> Shape {
    guard dims.count <= Self.rankLimit else {
      throw ONNXError(
        .damaged, "tensor \(name.quoted) has \(dims.count) dimensions; at most \(Self.rankLimit) make sense")
    }
    if let negative = dims.first(where: { $0 < 0 }) {
      throw ONNXError(.damaged, "tensor \(name.quoted) has the negative dimension \(negative)")
    }
    guard let shape = Shape(checking: dims.map { Int($0) }) else {
      throw ONNXError(
        .damaged, "the dimensions of tensor \(name.quoted) have a product that is too large for any memory")
    }
    return shape
  }

  private mutating func contents(
    _ proto: ProtoTensor, _ type: TensorType, named name: String
  ) throws(ONNXError) -> ONNXTensor.Contents {
    switch proto.dataLocation {
    case 0: return .stored(try stored(proto, type, named: name))
    case 1:
      guard proto.payload.isEmpty else {
        throw ONNXError(.damaged, "tensor \(name.quoted) has elements both in the model and in external data")
      }
      let data = try ExternalData(proto.externalData, folder: folder, type: type, named: name)
      try claim(data, type, named: name)
      return .external(data)
    default:
      throw ONNXError(.damaged, "tensor \(name.quoted) has the unknown data location \(proto.dataLocation)")
    }
  }

  private func stored(_ proto: ProtoTensor, _ type: TensorType, named name: String) throws(ONNXError) -> StoredElements
  {
    let field = proto.payload.first?.field ?? StoredElements.Field.raw.rawValue
    guard let field = StoredElements.Field(rawValue: field), proto.payload.allSatisfy({ $0.field == field.rawValue })
    else {
      throw ONNXError(.damaged, "tensor \(name.quoted) has its elements in more than one field")
    }
    var runs: [StoredElements.Run] = []
    for range in proto.payload {
      guard let offset = Int(exactly: range.offset), let byteCount = Int(exactly: range.byteCount) else {
        throw ONNXError(.damaged, "tensor \(name.quoted) has its elements outside the file")
      }
      runs.append(StoredElements.Run(offset: offset, byteCount: byteCount, isTagged: range.isTagged))
    }
    // No bytes at all are the elements of an empty tensor.
    if runs.isEmpty { runs.append(StoredElements.Run(offset: 0, byteCount: 0, isTagged: false)) }
    return try StoredElements(source, field: field, runs: runs, type: type, named: name)
  }
}
