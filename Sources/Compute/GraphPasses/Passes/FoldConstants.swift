import ModelGraph
import Operators
import Tensors

/// Computes nodes all of whose operands are constant.
///
/// Small results are computed at once. Large ones, such as weights that are stored in eight bits and widened, are
/// computed when the finished model asks for them, so that they never exist beside what they are made of. In all,
/// folding adds no more than a fixed multiple of the constants that the graph has. What the library cannot compute
/// stays a node, and so do graph outputs.
struct FoldConstants: GraphPass {
  let name = "fold-constants"

  /// Results up to this size are computed at once.
  static let eagerBytes = 1 << 20
  /// Results may take this much together, and a multiple of the constants beside.
  private static let baseBudget = 64 << 20
  private static let growth = 8
  /// Operators whose work is that of reading and writing; any other is computed only where its operands are few bytes.
  private static let light: Set<String> = [
    "DequantizeLinear", "Cast", "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Concat",
    "Split",
    "Slice", "Gather", "Expand", "Tile", "Add", "Sub", "Mul", "Div", "Neg", "Where",
  ]
  private static let heavyBytes = 1 << 16
  /// Late computations nest no deeper, because each asks for its operands anew.
  private static let depthLimit = 8

  func run(on draft: inout GraphDraft) throws -> Int {
    var budget = Self.baseBudget
    for constant in draft.constants {
      // Nothing overflows: what a stranger's file declares beyond this adds nothing more.
      budget += min(constant.type.byteCount, 1 << 40) * Self.growth
      budget = min(budget, 1 << 50)
    }
    var depths: [TensorID: Int] = [:]
    return draft.rewrite(Set(OperatorLibrary.names)) { editor, node in
      Self.fold(node, &editor, &budget, &depths)
    }
  }

  private static func fold(
    _ node: GeneralNode, _ editor: inout GraphEditor, _ budget: inout Int, _ depths: inout [TensorID: Int]
  ) {
    let (inputs, outputs) = (node.node.inputs, node.node.outputs)
    let constants = inputs.compactMap { editor.draft.constant($0) }
    guard !inputs.isEmpty, constants.count == inputs.count,
      outputs.allSatisfy({ !editor.isOutput($0) && !editor.draft[$0].isDynamic })
    else { return }
    let types = outputs.map { editor.draft[$0].type }
    let bytes = types.reduce(0) { $0 + $1.byteCount }
    let read = constants.reduce(0) { $0 + min($1.type.byteCount, 1 << 40) }
    guard bytes <= budget, light.contains(node.op.name) || bytes + read <= heavyBytes else { return }
    let depth = 1 + (inputs.map { depths[$0] ?? 0 }.max() ?? 0)
    let isLate = outputs.count == 1 && bytes > eagerBytes && depth <= depthLimit
    let (name, op) = (node.node.name, node.op)
    let results: [Constant]
    if isLate {
      results = [
        .deferred(types[0]) {
          try evaluate(name, op, constants, types)[0]
        }
      ]
    } else {
      guard let tensors = try? evaluate(name, op, constants, types) else { return }
      results = tensors.map { .tensor($0) }
    }
    budget -= bytes
    for (output, result) in zip(outputs, results) {
      let id = editor.addConstant(editor.draft[output].name, result)
      if isLate { depths[id] = depth }
      editor.redirect(output, to: id)
    }
    editor.removeUnread(node.handle)
  }

  private static func evaluate(
    _ name: String, _ op: GeneralOperator, _ constants: [Constant], _ types: [TensorType]
  ) throws -> [Tensor] {
    let results = try OperatorLibrary.evaluate(
      node: name, op, inputs: constants.map { try $0.tensor() }, outputCount: types.count,
      byteLimit: types.reduce(0) { $0 + $1.byteCount })
    guard results.map(\.type) == types else {
      throw OperatorError.invalid("its constant result has another type than was inferred")
    }
    return results
  }
}
