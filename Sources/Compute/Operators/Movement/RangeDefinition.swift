import ModelGraph
import Tensors

/// Range: start, start + delta, and so on, up to a limit that is not included.
struct RangeDefinition: OperatorDefinition {
  let names = ["Range"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.required(0).type.elementType
    for position in 0..<3 {
      let operand = try call.required(position)
      guard operand.type.elementType == type, operand.type.shape.count == 1 else {
        throw .invalid("input \(position) must be one \(type.rawValue)")
      }
      guard operand.hasValue, operand.address != nil else { throw .needsValue(of: position) }
    }
    let count =
      switch type {
      case .float32: try floatCount(call, Float.self)
      case .float64: try floatCount(call, Double.self)
      case .int16: try integerCount(call, Int16.self)
      case .int32: try integerCount(call, Int32.self)
      case .int64: try integerCount(call, Int64.self)
      default: throw .unsupported("Range of \(type.rawValue) is not supported")
      }
    return [TensorType(type, try call.shape(checking: [count]))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let type = try outputTypes(call)[0]
    let (count, destination) = (type.shape.count, outputs[0])
    switch type.elementType {
    case .float32: return floats(count, try values(call, Float.self), destination)
    case .float64: return floats(count, try values(call, Double.self), destination)
    case .int16: return integers(count, try values(call, Int16.self), destination)
    case .int32: return integers(count, try values(call, Int32.self), destination)
    default: return integers(count, try values(call, Int64.self), destination)
    }
  }

  private func values<T: BitwiseCopyable>(_ call: OperatorCall, _: T.Type) throws(OperatorError) -> (T, T, T) {
    (try call.memory(0).load(as: T.self), try call.memory(1).load(as: T.self), try call.memory(2).load(as: T.self))
  }

  private func floatCount<T: BinaryFloatingPoint & BitwiseCopyable>(
    _ call: OperatorCall, _: T.Type
  ) throws(OperatorError) -> Int {
    let (start, limit, delta) = try values(call, T.self)
    let steps = (Double(limit - start) / Double(delta)).rounded(.up)
    guard delta != 0, steps.isFinite, let count = Int(exactly: max(steps, 0)) else {
      throw .invalid("no range goes from \(start) to \(limit) in steps of \(delta)")
    }
    return count
  }

  private func integerCount<T: FixedWidthInteger & BitwiseCopyable>(
    _ call: OperatorCall, _: T.Type
  ) throws(OperatorError) -> Int {
    let (start, limit, delta) = try values(call, T.self)
    guard delta != 0 else { throw .invalid("the step of the range is 0") }
    let (distance, step) = (Int128(limit) - Int128(start), Int128(delta))
    let (steps, rest) = distance.quotientAndRemainder(dividingBy: step)
    let isPositive = (distance > 0) == (step > 0)
    return Int(clamping: isPositive ? steps + (rest == 0 ? 0 : 1) : 0)
  }

  private func floats<T: BinaryFloatingPoint & BitwiseCopyable>(
    _ count: Int, _ values: (start: T, limit: T, delta: T), _ destination: UnsafeMutableRawPointer
  ) -> Computation {
    let elements = destination.assumingMemoryBound(to: T.self)
    return Computation(isDivisible: true) { share in
      for index in share.range(of: count) { elements[index] = values.start + T(index) * values.delta }
    }
  }

  private func integers<T: FixedWidthInteger & BitwiseCopyable>(
    _ count: Int, _ values: (start: T, limit: T, delta: T), _ destination: UnsafeMutableRawPointer
  ) -> Computation {
    let elements = destination.assumingMemoryBound(to: T.self)
    return Computation(isDivisible: true) { share in
      for index in share.range(of: count) {
        elements[index] = values.start &+ T(truncatingIfNeeded: index) &* values.delta
      }
    }
  }
}
