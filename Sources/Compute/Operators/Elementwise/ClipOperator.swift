import CKernels
import ModelGraph
import Tensors

/// Clip: bounds are attributes before opset 11, then scalar inputs; a missing bound is the type's least or greatest
/// finite value.
struct ClipOperator: OperatorDefinition {
  var names: [String] { ["Clip"] }

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    try call.check(input.elementType, in: call.op.opset < 11 ? ElementTypes.floats : ElementTypes.numbers)
    for position in [1, 2] {
      guard let bound = try bound(call, position) else { continue }
      guard bound.type.elementType == input.elementType, bound.type.shape.count == 1 else {
        throw .invalid("input \(position) must be a scalar of \(input.elementType.rawValue)")
      }
    }
    return [input]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let bytes = type.elementType.byteCount
    let limits = Limits(type.elementType)
    if call.op.opset < 11 {
      limits.set(low: try call.float("min"), high: try call.float("max"))
    }
    let scalar: Shape = []
    let low = try bound(call, 1)?.source().address ?? UnsafeRawPointer(limits.low)
    let high = try bound(call, 2)?.source().address ?? UnsafeRawPointer(limits.high)
    let plan = MapPlan(
      try call.function(ckernels_clip_map(type.elementType.kernel, call.resources.level), type.elementType),
      [
        try call.required(0).source(), .init(shape: scalar, elementBytes: bytes, address: low),
        .init(shape: scalar, elementBytes: bytes, address: high),
      ], shape: type.shape, elementBytes: bytes, result: outputs[0], owning: limits)
    return Computation([plan], faults: call.resources.faults)
  }

  /// The operand of a bound, where the version has such operands.
  private func bound(_ call: OperatorCall, _ position: Int) throws(OperatorError) -> Operand? {
    call.op.opset < 11 ? nil : call.input(position)
  }

  /// Memory of the two bounds.
  private final class Limits {
    let low = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 8)
    var high: UnsafeMutableRawPointer { low + 8 }
    private let type: ElementType

    /// The least and the greatest finite value.
    init(_ type: ElementType) {
      self.type = type
      switch type {
      case .float64: store(-Double.greatestFiniteMagnitude, Double.greatestFiniteMagnitude)
      case .int8: store(Int8.min, Int8.max)
      case .int16: store(Int16.min, Int16.max)
      case .int32: store(Int32.min, Int32.max)
      case .int64: store(Int64.min, Int64.max)
      case .uint8: store(UInt8.min, UInt8.max)
      case .uint16: store(UInt16.min, UInt16.max)
      case .uint32: store(UInt32.min, UInt32.max)
      case .uint64: store(UInt64.min, UInt64.max)
      default: store(-Float.greatestFiniteMagnitude, Float.greatestFiniteMagnitude)
      }
    }

    deinit { low.deallocate() }

    /// Bounds of a float type from attributes; where one is missing, that of FP32 as the standard says.
    func set(low: Float?, high: Float?) {
      let bounds = (low ?? -.greatestFiniteMagnitude, high ?? .greatestFiniteMagnitude)
      if type == .float64 { store(Double(bounds.0), Double(bounds.1)) } else { store(bounds.0, bounds.1) }
    }

    private func store<Element: BitwiseCopyable>(_ least: Element, _ greatest: Element) {
      low.storeBytes(of: least, as: Element.self)
      high.storeBytes(of: greatest, as: Element.self)
    }
  }
}
