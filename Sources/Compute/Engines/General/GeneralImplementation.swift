import CKernels
import ModelGraph
import Operators
import Tensors

/// General operators by the library of operators, and the dynamic parts of a graph node by node.
struct GeneralImplementation: OperatorImplementation {
  /// Whose products general operators use.
  enum Source: Sendable {
    /// CBLAS and the vectorised kernels.
    case kernels
    /// Plain loops with FP64 sums.
    case reference
  }

  let source: Source
  let name = "general"

  func name(for node: Node) -> String { "\(name):\(node.op.name)" }

  func accepts(_ node: Node, in model: LoweredModel) -> Acceptance {
    do throws(OperatorError) {
      switch node.op {
      case .general(let op): _ = try OperatorLibrary.definition(of: op.name)
      case .dynamic(let graph):
        for nested in graph.nodes {
          guard case .general(let op) = nested.op else { return .no("\(nested.name) is not a general operator") }
          _ = try OperatorLibrary.definition(of: op.name)
        }
      default: return .no("not a general operator")
      }
    } catch {
      return .no(error.description)
    }
    return .yes
  }

  func prepare(_ node: Node, _ preparation: Preparation) throws -> Step {
    switch node.op {
    case .general(let op):
      do {
        return try general(node, op, preparation)
      } catch let error as OperatorError {
        throw UnpreparedNodeError(node: node.name, op: op.name, reason: error.description)
      }
    case .dynamic(let graph):
      return try DynamicStep(node, graph, preparation, resources(shares: 1, preparation, RunFaults())).step()
    default: preconditionFailure("declined by accepts")
    }
  }

  private func resources(shares: Int, _ preparation: Preparation, _ faults: RunFaults) -> Resources {
    switch source {
    case .kernels:
      Resources(
        shareCount: shares, isa: preparation.features.operatorTable.rawValue, multiply: BLASProduct.resource,
        faults: faults)
    case .reference: Resources(shareCount: shares, faults: faults)
    }
  }

  private func general(_ node: Node, _ op: GeneralOperator, _ preparation: Preparation) throws -> Step {
    let graph = preparation.model.graph
    let faults = StepFaults(node: node.name)
    let operands = node.inputs.map { id in
      Operand(
        type: graph[id].type, address: UnsafeRawPointer(preparation.address(id)), hasValue: graph[id].parameter != nil)
    }
    let call = OperatorCall(
      node: node.name, op: op, operands: operands, outputCount: node.outputs.count,
      resources: resources(shares: preparation.threadCount, preparation, faults.values))
    let plan = try OperatorLibrary.definition(of: op.name).plan(call)
    // The memory was laid out by the graph's types: they must be the ones that the computation writes.
    let declared = node.outputs.map { graph[$0].type }
    guard plan.types == declared else {
      throw OperatorError.invalid("the graph declares \(declared) and the operator gives \(plan.types)")
    }
    let computation = try plan.prepare(node.outputs.map { preparation.address($0) })
    let run = computation.run
    guard computation.isDivisible else {
      return Step(constantBytes: computation.heldBytes, faults: faults) { worker in
        if worker.thread == 0 { run(WorkShare()) }
      }
    }
    return Step(constantBytes: computation.heldBytes, faults: faults) { worker in
      run(WorkShare(index: worker.thread, count: worker.threadCount))
    }
  }
}
