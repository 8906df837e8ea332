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

  /// Computes a call whose inputs all have values, on the calling thread, into new tensors.
  ///
  /// - Throws: ``OperatorError``, ``AllocationError``, ``RunFault``.
  public static func evaluate(
    node: String, _ op: GeneralOperator, inputs: [Tensor], outputCount: Int, byteLimit: Int = .max
  ) throws -> [Tensor] {
    let definition = try definition(of: op.name)
    let faults = RunFaults()
    let call = OperatorCall(
      node: node, op: op, operands: inputs.map { Operand($0) }, outputCount: outputCount,
      resources: Resources(faults: faults))
    let types = try definition.outputTypes(call)
    let bytes = types.reduce(0) { $0 + $1.byteCount }
    guard bytes <= byteLimit else {
      throw OperatorError.invalid("its result of \(bytes) bytes exceeds the limit of \(byteLimit)")
    }
    var addresses: [UnsafeMutableRawPointer] = []
    let outputs = try types.map { type in
      // The address outlives the closure because the tensor owns it; nobody reads before the computation has run.
      try Tensor(type) { addresses.append($0.baseAddress!) }
    }
    let computation = try definition.prepare(call, outputs: addresses)
    withExtendedLifetime((inputs, outputs)) { computation.run(WorkShare()) }
    try faults.check()
    return outputs
  }
}
