import ModelGraph
import Tensors

/// All general operators of this build.
public enum OperatorLibrary {
  /// Every definition.
  public static let all: [any OperatorDefinition] =
    elementwise + reductions + movement + indexing + windows + products + normalization + recurrent + quantized

  private static let byName: [String: any OperatorDefinition] = Dictionary(
    all.flatMap { definition in definition.names.map { ($0, definition) } }, uniquingKeysWith: { first, _ in first })

  /// The names of all operators, in alphabetical order.
  public static let names: [String] = byName.keys.sorted()

  /// The definition of an operator by its ONNX name.
  public static func definition(of name: String) throws(OperatorError) -> any OperatorDefinition {
    guard let found = byName[name] else { throw .unsupported("operator \(name) is not supported") }
    return found
  }

  /// Computes an operator whose inputs are all given, on the calling thread with plain loops, into new tensors.
  ///
  /// - Throws: ``OperatorError``, ``AllocationError``, ``RunFault``.
  public static func evaluate(
    node: String, _ op: GeneralOperator, inputs: [Tensor], outputCount: Int, byteLimit: Int = .max
  ) throws -> [Tensor] {
    let call = OperatorCall(
      node: node, op: op, operands: inputs.map { Operand($0) }, outputCount: outputCount, resources: Resources())
    return try withExtendedLifetime(inputs) { try evaluate(call, byteLimit: byteLimit) }
  }

  /// Computes a call whose operands all have values, on the calling thread, into new tensors.
  ///
  /// - Parameter byteLimit: what all results together may take.
  /// - Throws: ``OperatorError``, ``AllocationError``, ``RunFault``.
  public static func evaluate(_ call: OperatorCall, byteLimit: Int = .max) throws -> [Tensor] {
    let plan = try definition(of: call.op.name).plan(call)
    var room = byteLimit
    for type in plan.types {
      guard type.byteCount <= room else {
        throw OperatorError.invalid("its result of \(type.byteCount) bytes exceeds the \(room) that are left for it")
      }
      room -= type.byteCount
    }
    var addresses: [UnsafeMutableRawPointer] = []
    let outputs = try plan.types.map { type in
      // The address outlives the closure because the tensor owns it; nobody reads before the computation has run.
      try Tensor(type) { addresses.append($0.baseAddress!) }
    }
    let computation = try plan.prepare(addresses)
    withExtendedLifetime(outputs) { computation.run(WorkShare()) }
    try call.resources.faults.check()
    return outputs
  }
}
