import GraphPasses
import ModelGraph
import Operators
import Tensors

extension GraphImport {
  /// Operators that stay in the graph although their operands are constant: `DequantizeLinear` marks quantised weights, which
  /// the passes use as they are.
  private static let kept: Set<String> = ["DequantizeLinear"]

  /// `Shape` and `Size` of a value whose type is known; nil for everything else.
  func foldExtents(
    _ op: GeneralOperator, _ operands: [ImportedValue], outputs: [String]
  ) throws -> ImportedValue? {
    guard op.name == "Shape" || op.name == "Size", operands.count == 1, op.slots == [0], outputs.count == 1 else {
      return nil
    }
    switch operands[0] {
    case .dynamic, .unavailable: return nil
    case .constant, .activation: break
    }
    let shape = operands[0].type.shape
    var extents = shape.dims[...]
    if op.name == "Shape" {
      func place(_ name: String, otherwise: Int) throws(OperatorError) -> Int {
        switch op.attributes[name] {
        case nil: return otherwise
        case .int(let value): return min(max(value < 0 ? value + shape.rank : value, 0), shape.rank)
        default: throw .invalid("attribute \(name) must be an integer")
        }
      }
      let start = try place("start", otherwise: 0)
      let end = try place("end", otherwise: shape.rank)
      extents = shape.dims[start..<max(start, end)]
    } else {
      extents = [shape.count]
    }
    let dims = op.name == "Shape" ? [extents.count] : []
    let tensor = try Tensor(.int64, Shape(dims), extents.map(Int64.init))
    return .constant(ImportedConstant(name: outputs[0], .tensor(tensor)))
  }

  /// Computes a node whose operands are all constant; nil where it must stay a node.
  mutating func fold(
    _ name: String, _ op: GeneralOperator, _ operands: [ImportedValue], outputs: [String], types: [TensorType]
  ) throws -> [ImportedValue]? {
    guard !Self.kept.contains(op.name) else { return nil }
    var constants: [ImportedConstant] = []
    for operand in operands {
      guard case .constant(let constant) = operand else { return nil }
      constants.append(constant)
    }
    // A graph may read one operand often; it is loaded once.
    var distinct: [ObjectIdentifier: ImportedConstant] = [:]
    for constant in constants { distinct[ObjectIdentifier(constant)] = constant }
    let decision = budget.decide(
      operator: op.name, read: constants.map(\.type.byteCount),
      loading: distinct.values.filter { $0.tensor == nil }.map { $0.work + $0.type.byteCount },
      results: types.map(\.byteCount))
    switch decision {
    case .never: return nil
    case .late(let work): return deferred(name, op, constants, outputs: outputs, types: types, work: work)
    case .now: break
    }
    guard budget.keeps(types.reduce(0) { $0 + $1.byteCount }) else { return nil }
    let limit = budget.limit
    let tensors = try distinct.mapValues { try $0.tensor ?? $0.constant.tensor() }
    let inputs = constants.compactMap { tensors[ObjectIdentifier($0)] }
    let results = try Self.evaluate(name, op, inputs, outputCount: types.count, limit: limit)
    return zip(outputs, results).map { .constant(ImportedConstant(name: $0, .tensor($1))) }
  }

  /// Results that are computed when somebody needs them.
  private func deferred(
    _ name: String, _ op: GeneralOperator, _ constants: [ImportedConstant], outputs: [String], types: [TensorType],
    work: Int
  ) -> [ImportedValue] {
    var places: [ObjectIdentifier: Int] = [:]
    var sources: [Constant] = []
    let order = constants.map { constant in
      if let place = places[ObjectIdentifier(constant)] { return place }
      places[ObjectIdentifier(constant)] = sources.count
      sources.append(constant.declared)
      return sources.count - 1
    }
    let limit = budget.limit
    let (distinct, count) = (sources, types.count)
    return zip(outputs, types).enumerated().map { index, output in
      let load: @Sendable () throws -> Tensor = {
        let tensors = try distinct.map { try $0.tensor() }
        do {
          return try Self.evaluate(name, op, order.map { tensors[$0] }, outputCount: count, limit: limit)[index]
        } catch let error as OperatorError {
          throw ImportError(.malformed, "node \(name.quoted) (\(op.name)): \(error)")
        }
      }
      return .constant(ImportedConstant(name: output.0, .deferred(output.1, load: load), work: work))
    }
  }

  private static func evaluate(
    _ name: String, _ op: GeneralOperator, _ inputs: [Tensor], outputCount: Int, limit: Int
  ) throws -> [Tensor] {
    do {
      return try OperatorLibrary.evaluate(
        node: name, op, inputs: inputs, outputCount: outputCount, byteLimit: limit)
    } catch let fault as RunFault {
      throw ImportError(
        .malformed, "node \(name.quoted) (\(op.name)) cannot be computed from the model's constants: \(fault.clause)")
    }
  }
}

extension RunFault {
  /// The sentence without its capital and its full stop.
  fileprivate var clause: String {
    let text = description
    return text.prefix(1).lowercased() + text.dropFirst().dropLast()
  }
}
