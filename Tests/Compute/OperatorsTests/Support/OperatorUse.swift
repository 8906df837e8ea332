import CKernels
import ModelGraph
import Operators
import Tensors

/// One operator with attributes and inputs, evaluated in every way that the library may be used.
struct OperatorUse {
  let name: String
  let opset: Int
  let attributes: [String: GeneralOperator.Attribute]
  /// By the standard's positions; nil where one is left out.
  let inputs: [Tensor?]
  let outputCount: Int

  init(
    _ name: String, opset: Int = 21, _ attributes: [String: GeneralOperator.Attribute], _ inputs: [Tensor?],
    outputCount: Int = 1
  ) {
    self.name = name
    self.opset = opset
    self.attributes = attributes
    self.inputs = inputs
    self.outputCount = outputCount
  }

  /// An operator without attributes.
  init(_ name: String, opset: Int = 21, _ inputs: [Tensor?], outputCount: Int = 1) {
    self.init(name, opset: opset, [:], inputs, outputCount: outputCount)
  }

  /// One way to evaluate.
  struct Way: CustomStringConvertible {
    let isa: UInt32
    let shares: Int
    /// Whether `prepare` sees all inputs' values, as constant folding lets it, or only those that types depend on.
    let isFolding: Bool
    /// Whether an engine brings its matrix product, or results are computed the plain way as for constants.
    let isPlain: Bool

    var description: String {
      "isa \(isa), \(isPlain ? "plain" : "engine's product"), \(shares) shares, \(isFolding ? "folding" : "running")"
    }

    /// The plain way and every instruction-set level of this CPU, one thread and several, with values and without.
    static let all: [Way] = {
      let levels = (0...ckernels_isa_for_features(ckernels_cpu_features()).rawValue).map { ($0, false) }
      return ([(0, true)] + levels).flatMap { isa, isPlain in
        [1, 3].flatMap { shares in
          [false, true].map { Way(isa: isa, shares: shares, isFolding: $0, isPlain: isPlain) }
        }
      }
    }()

    /// What the computation may use.
    var resources: Resources { Resources(shareCount: shares, isa: isa, multiply: isPlain ? nil : plainProduct) }
  }

  /// The operator as a graph holds it.
  var op: GeneralOperator {
    GeneralOperator(name, opset: opset, attributes: attributes, slots: inputs.indices.filter { inputs[$0] != nil })
  }

  /// The outputs' types, from the inputs' types and the values that are needed.
  func outputTypes() throws -> [TensorType] { try typesAndNeededInputs(Resources()).types }

  /// The outputs, computed in one way.
  ///
  /// Outputs start as rubbish and are followed by guard bytes; inputs without values hold rubbish while the call is
  /// prepared.
  func outputs(_ way: Way = Way(isa: 0, shares: 1, isFolding: true, isPlain: true)) throws -> [Tensor] {
    let resources = way.resources
    let (types, needed) = try typesAndNeededInputs(resources)
    // Where only some values are known, memory of the others is filled after `prepare`.
    var buffers: [UnsafeMutableRawBufferPointer] = []
    defer { for buffer in buffers { buffer.deallocate() } }
    func rubbish(_ count: Int) -> UnsafeMutableRawBufferPointer {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
      for index in buffer.indices { buffer[index] = 0xa5 }
      buffers.append(buffer)
      return buffer
    }
    var late: [(Tensor, UnsafeMutableRawBufferPointer)] = []
    let operands = inputs.enumerated().compactMap { position, input -> Operand? in
      guard let input else { return nil }
      let memory = rubbish(input.bytes.count + guardBytes)
      let hasValue = way.isFolding || needed.contains(position)
      if hasValue { memory.copyMemory(from: input.bytes) } else { late.append((input, memory)) }
      return Operand(type: input.type, address: UnsafeRawPointer(memory.baseAddress), hasValue: hasValue)
    }
    let results = types.map { rubbish($0.byteCount + guardBytes) }
    let call = OperatorCall(
      node: "test", op: op, operands: operands, outputCount: outputCount, resources: resources)
    let computation = try OperatorLibrary.definition(of: name).prepare(
      call, outputs: results.compactMap { $0.baseAddress })
    for (tensor, memory) in late { memory.copyMemory(from: tensor.bytes) }
    // Twice, because a computation must not depend on what an earlier run left behind.
    for _ in 0..<2 {
      let shares = computation.isDivisible ? way.shares : 1
      for index in 0..<shares { computation.run(WorkShare(index: index, count: shares)) }
      try resources.faults.check()
    }
    return try zip(types, results).map { type, memory in
      guard memory.suffix(guardBytes).allSatisfy({ $0 == 0xa5 }) else {
        throw OperatorError.invalid("wrote beyond the end of its output")
      }
      return try Tensor(type) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory.dropLast(guardBytes))) }
    }
  }

  private let guardBytes = 64

  private func typesAndNeededInputs(_ resources: Resources) throws -> (types: [TensorType], needed: Set<Int>) {
    let definition = try OperatorLibrary.definition(of: name)
    var needed: Set<Int> = []
    while true {
      let operands = inputs.enumerated().compactMap { position, input -> Operand? in
        guard let input else { return nil }
        return needed.contains(position) ? Operand(input) : Operand(type: input.type, address: nil, hasValue: false)
      }
      let call = OperatorCall(
        node: "test", op: op, operands: operands, outputCount: outputCount, resources: resources)
      do {
        return (try definition.outputTypes(call), needed)
      } catch {
        guard case .needsValue(let position) = error, !needed.contains(position), inputs.indices.contains(position)
        else { throw error }
        needed.insert(position)
      }
    }
  }
}

/// A matrix product such as an engine brings, by three loops with FP64 sums.
private let plainProduct: Resources.MatrixMultiply = {
  a, strideA, transposesA, b, strideB, transposesB, c, strideC, m, n, k, accumulates in
  for row in 0..<m {
    for column in 0..<n {
      var sum = accumulates ? Double(c[row * strideC + column]) : 0
      for index in 0..<k {
        let left = transposesA ? a[index * strideA + row] : a[row * strideA + index]
        let right = transposesB ? b[column * strideB + index] : b[index * strideB + column]
        sum += Double(left) * Double(right)
      }
      c[row * strideC + column] = Float(sum)
    }
  }
}
