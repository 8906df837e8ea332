import ModelGraph
import Operators
import Tensors

/// Computes nodes all of whose operands are constant, as far as ``FoldingBudget`` allows.
///
/// Small results are computed at once. Large ones, such as weights that are stored in eight bits and widened, are
/// computed when the finished model asks for them, so that they never exist beside what they are made of. What the
/// library cannot compute stays a node, and so do graph outputs.
struct FoldConstants: GraphPass {
  let name = "fold-constants"

  func run(on draft: inout GraphDraft) throws -> Int {
    // Nothing overflows: what a stranger's file declares beyond this adds nothing more.
    var budget = FoldingBudget(
      modelBytes: draft.constants.reduce(0) { min($0 + min($1.type.byteCount, 1 << 40), 1 << 50) })
    var works: [TensorID: Int] = [:]
    return draft.rewrite(Set(OperatorLibrary.names)) { editor, node in
      Self.fold(node, &editor, &budget, &works)
    }
  }

  /// - Parameter works: what each constant that this pass will compute late takes each time. Those of the importer,
  ///   which takes no more than a fixed multiple of their bytes for them, count as if they were stored.
  private static func fold(
    _ node: GeneralNode, _ editor: inout GraphEditor, _ budget: inout FoldingBudget, _ works: inout [TensorID: Int]
  ) {
    let (inputs, outputs) = (node.node.inputs, node.node.outputs)
    guard !inputs.isEmpty, inputs.allSatisfy({ editor.draft[$0].parameter != nil }),
      outputs.allSatisfy({ !editor.isOutput($0) && !editor.draft[$0].isDynamic })
    else { return }
    var distinct: [TensorID: Constant] = [:]
    for id in inputs { distinct[id] = editor.draft.constant(id) }
    let loading = distinct.map { id, constant in
      if case .tensor = constant { return 0 }
      return constant.type.byteCount + (works[id] ?? 0)
    }
    let types = outputs.map { editor.draft[$0].type }
    let decision = budget.decide(
      operator: node.op.name, read: inputs.map { editor.draft[$0].type.byteCount }, loading: loading,
      results: types.map(\.byteCount))
    guard decision != .never, budget.keeps(types.reduce(0) { $0 + $1.byteCount }) else { return }
    let (name, op, operands) = (node.node.name, node.op, distinct)
    var lateWork: Int?
    let results: [Constant]
    if case .late(let work) = decision, outputs.count == 1 {
      lateWork = work
      results = [.deferred(types[0]) { try evaluate(name, op, inputs, operands, types)[0] }]
    } else {
      guard let tensors = try? evaluate(name, op, inputs, operands, types) else { return }
      results = tensors.map { .tensor($0) }
    }
    for (output, result) in zip(outputs, results) {
      let id = editor.addConstant(editor.draft[output].name, result)
      works[id] = lateWork
      editor.redirect(output, to: id)
    }
    editor.removeUnread(node.handle)
  }

  private static func evaluate(
    _ name: String, _ op: GeneralOperator, _ inputs: [TensorID], _ operands: [TensorID: Constant], _ types: [TensorType]
  ) throws -> [Tensor] {
    // What is read several times is loaded once.
    let tensors = try operands.mapValues { try $0.tensor() }
    let results = try OperatorLibrary.evaluate(
      node: name, op, inputs: inputs.compactMap { tensors[$0] }, outputCount: types.count,
      byteLimit: types.reduce(0) { $0 + $1.byteCount })
    guard results.map(\.type) == types else {
      throw OperatorError.invalid("its constant result has another type than was inferred")
    }
    return results
  }
}
