import GraphPasses
import ModelGraph
import Tensors

/// An attribute that Assay cannot use; the reason is a clause.
struct RefusedAttribute: Error {
  let reason: String
}

extension GraphImport {
  /// The largest tensor that is an attribute of anything but `Constant`: such attributes hold one element.
  private static let attributeLimit = 1 << 16

  /// The attributes of a node as general operators hold them: half-precision types become FP32.
  func attributes(of node: ONNXNode) throws -> [String: GeneralOperator.Attribute] {
    try node.attributes.reduce(into: [:]) { result, attribute in
      result[attribute.key] = try self.attribute(attribute.value, named: attribute.key)
    }
  }

  private func attribute(_ value: ONNXAttribute, named name: String) throws -> GeneralOperator.Attribute {
    switch value {
    case .int(let value):
      // Tensors inside the graph are never narrow; a `Cast` to a narrow type rounds and widens again, see `emit`.
      let isResultType = name == "dtype" || name == "output_dtype"
      let isNarrow = Int32(exactly: value).flatMap(ElementType.init(onnxDataType:))?.isNarrow ?? false
      return .int(isResultType && isNarrow ? Int(ElementType.float32.onnxDataType) : value)
    case .float(let value): return .float(value)
    case .string(let value): return .string(value)
    case .ints(let values): return .ints(values)
    case .floats(let values): return .floats(values)
    case .strings(let values): return .strings(values)
    case .tensor(let tensor):
      let constant = try loadable(tensor)
      guard constant.type.byteCount <= Self.attributeLimit else {
        throw RefusedAttribute(
          reason: "its attribute \(name.quoted) is a tensor of \(constant.type.byteCount) bytes, more than is supported"
        )
      }
      let loaded = try constant.tensor()
      return withExtendedLifetime(loaded) { .tensor(loaded.type, Array(loaded.bytes)) }
    case .tensors, .graph, .other:
      throw RefusedAttribute(reason: "its attribute \(name.quoted) is a \(value.kindName), which is not supported")
    }
  }

  /// The value of a `Constant` node.
  func constant(_ node: ONNXNode) throws(RefusedAttribute) -> ImportedValue {
    guard node.attributes.count == 1, let (name, attribute) = node.attributes.first else {
      throw RefusedAttribute(reason: "a constant has exactly one value, and this one has \(node.attributes.count)")
    }
    let output = node.outputs[0]
    do {
      switch (name, attribute) {
      case ("value", .tensor(let tensor)):
        return .constant(ImportedConstant(name: output, try loadable(tensor)))
      case ("value_int", .int(let value)):
        return try small(output, .int64, [], [Int64(value)])
      case ("value_ints", .ints(let values)):
        return try small(output, .int64, [values.count], values.map(Int64.init))
      case ("value_float", .float(let value)): return try small(output, .float32, [], [value])
      case ("value_floats", .floats(let values)): return try small(output, .float32, [values.count], values)
      default:
        throw RefusedAttribute(reason: "constants given as \(name.quoted) (\(attribute.kindName)) are not supported")
      }
    } catch let error as RefusedAttribute {
      throw error
    } catch {
      throw RefusedAttribute(reason: "\(error)")
    }
  }

  private func small<Element: BitwiseCopyable>(
    _ name: String, _ elementType: ElementType, _ dims: [Int], _ elements: [Element]
  ) throws -> ImportedValue {
    .constant(ImportedConstant(name: name, .tensor(try Tensor(elementType, Shape(dims), elements))))
  }

  /// The value of an initialiser; one of an unsupported type makes unavailable what reads it.
  mutating func value(of tensor: ONNXTensor, named name: String) throws -> ImportedValue {
    do throws(RefusedAttribute) {
      return .constant(ImportedConstant(name: name, try loadable(tensor)))
    } catch {
      unsupportedInitializers[name] = error.reason
      return .unavailable
    }
  }

  /// A tensor of the model, read when it is needed and widened if it is narrow.
  private func loadable(_ tensor: ONNXTensor) throws(RefusedAttribute) -> Constant {
    guard let elementType = tensor.elementType else {
      throw RefusedAttribute(reason: "tensors of type \(tensor.elementTypeName) are not supported")
    }
    let type = TensorType(elementType, tensor.shape)
    guard elementType.isNarrow else { return .deferred(type) { try tensor.load() } }
    return .deferred(type.widened) { try tensor.load().widened() }
  }
}
