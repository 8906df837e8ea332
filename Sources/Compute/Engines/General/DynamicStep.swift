import ModelGraph
import Operators
import Tensors

/// A part of a graph whose extents are known only while it runs: its general operators, evaluated one after the other
/// by thread 0. Each run allocates its results.
struct DynamicStep {
  /// Bytes that all results that are alive may take; extents that come from the values of an input are bounded by
  /// nothing else.
  static let byteLimit = 1 << 32

  private let node: Node
  private let nested: ModelGraph
  private let resources: Resources
  private let faults: StepFaults
  private let results: DynamicResults
  /// The operands from outside, by the nested graph's inputs.
  private let operands: [Operand]
  /// Outputs with fixed extents: where the rest of the graph finds them.
  private let copies: [(output: Int, type: TensorType, address: UnsafeMutableRawPointer)]
  /// The nested tensors that nobody reads after each node.
  private let released: [[TensorID]]

  init(_ node: Node, _ nested: ModelGraph, _ preparation: Preparation, _ resources: Resources) throws {
    func fail(_ reason: String) -> UnpreparedNodeError {
      UnpreparedNodeError(node: node.name, op: node.op.name, reason: reason)
    }
    guard nested.inputs.count == node.inputs.count, nested.outputs.count == node.outputs.count else {
      throw fail("its operands are not those of its nested graph")
    }
    guard nested.tensors.allSatisfy({ $0.parameter == nil }) else { throw fail("its nested graph holds constants") }
    let outer = preparation.model.graph
    guard node.inputs.allSatisfy({ !outer[$0].isDynamic }) else { throw fail("an operand's extents are not known") }
    self.node = node
    self.nested = nested
    faults = StepFaults(node: node.name)
    self.resources = Resources(
      shareCount: 1, isa: resources.isa, multiply: resources.multiply, faults: faults.values)
    operands = node.inputs.map { id in
      Operand(type: outer[id].type, address: UnsafeRawPointer(preparation.address(id)), hasValue: true)
    }
    copies = node.outputs.enumerated().compactMap { index, id in
      outer[id].isDynamic ? nil : (index, outer[id].type, preparation.address(id))
    }
    let kept = nested.tensors.indices.filter { preparation.kept.contains(nested.tensors[$0].name) }
    results = DynamicResults(outputs: node.outputs.count, kept: kept.map { nested.tensors[$0].name })
    released = Self.released(nested, keeping: Set(kept))
  }

  /// The step; thread 0 does everything, the others wait at the barrier.
  func step() -> Step {
    Step(faults: faults, dynamicResults: results) { worker in
      guard worker.thread == 0 else { return }
      do {
        try run()
      } catch let failure as ModelFault {
        faults.failure = failure
      } catch {
        faults.failure = ModelFault(node: node.name, reason: "\(error)")
      }
    }
  }

  private func run() throws {
    results.clear()
    var values = [Operand?](repeating: nil, count: nested.tensors.count)
    // Keeps memory that `values` points to.
    var tensors = [Tensor?](repeating: nil, count: nested.tensors.count)
    for (id, operand) in zip(nested.inputs, operands) { values[id.index] = operand }
    for (index, inner) in nested.nodes.enumerated() {
      let live = tensors.reduce(0) { $0 + ($1?.type.byteCount ?? 0) }
      for (id, tensor) in zip(inner.outputs, try evaluate(inner, values, byteLimit: Self.byteLimit - live)) {
        tensors[id.index] = tensor
        values[id.index] = Operand(tensor)
        results.keep(tensor, nested[id].name)
      }
      for id in released[index] { (tensors[id.index], values[id.index]) = (nil, nil) }
    }
    for (index, id) in nested.outputs.enumerated() {
      guard let operand = values[id.index], let address = operand.address else {
        throw ModelFault(node: node.name, reason: "Nothing computes its output \(nested[id].name).")
      }
      // An output may be one of the inputs: its values belong to the arena and are copied.
      let tensor =
        try tensors[id.index]
        ?? Tensor(operand.type) { $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: $0.count)) }
      results.set(index, tensor)
    }
    for copy in copies {
      guard let tensor = results.outputs[copy.output], tensor.type == copy.type else {
        throw ModelFault(node: node.name, reason: "A result has other extents than the graph declares.")
      }
      copy.address.copyMemory(from: tensor.bytes.baseAddress!, byteCount: tensor.type.byteCount)
    }
  }

  private func evaluate(_ inner: Node, _ values: [Operand?], byteLimit: Int) throws -> [Tensor] {
    func fail(_ reason: String) -> ModelFault { ModelFault(node: inner.name, reason: "\(reason).") }
    guard case .general(let op) = inner.op else { throw fail("\(inner.op.name) is not a general operator") }
    do {
      let operands = try inner.inputs.map { id in
        guard let operand = values[id.index] else { throw fail("nothing computes its operand \(nested[id].name)") }
        return operand
      }
      let call = OperatorCall(
        node: inner.name, op: op, operands: operands, outputCount: inner.outputs.count, resources: resources)
      let results = try OperatorLibrary.evaluate(call, byteLimit: byteLimit)
      guard results.count == inner.outputs.count else { throw fail("it gives \(results.count) results") }
      return results
    } catch let error as OperatorError {
      throw fail(error.description)
    } catch let fault as RunFault {
      throw ModelFault(node: inner.name, reason: fault.description)
    }
  }

  /// The tensors that neither a later node nor the outputs read, by node.
  private static func released(_ graph: ModelGraph, keeping kept: Set<Int>) -> [[TensorID]] {
    var needed = Set(graph.outputs).union(kept.map { TensorID(index: $0) })
    var released = [[TensorID]](repeating: [], count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated().reversed() {
      for id in Set(node.inputs + node.outputs) where needed.insert(id).inserted { released[index].append(id) }
    }
    return released
  }
}

/// What the last run of a dynamic step gave.
final class DynamicResults {
  /// By output; nil where the last run failed before it.
  private(set) var outputs: [Tensor?]
  private let keptNames: Set<String>
  /// Inner tensors that were asked for, by name.
  private(set) var kept: [String: Tensor] = [:]

  init(outputs: Int, kept: [String]) {
    self.outputs = [Tensor?](repeating: nil, count: outputs)
    keptNames = Set(kept)
  }

  /// Forgets everything.
  func clear() {
    for index in outputs.indices { outputs[index] = nil }
    kept.removeAll(keepingCapacity: true)
  }

  func set(_ output: Int, _ tensor: Tensor) { outputs[output] = tensor }

  func keep(_ tensor: Tensor, _ name: String) {
    if keptNames.contains(name) { kept[name] = tensor }
  }
}
