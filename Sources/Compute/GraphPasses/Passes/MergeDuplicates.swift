import ModelGraph
import Tensors

/// Computes once what exporters wrote several times: general nodes with the same operator and the same operands.
///
/// Small constants count as the same where their values are.
struct MergeDuplicates: GraphPass {
  let name = "merge-duplicates"

  /// Larger constants are only the same as themselves.
  private static let comparedBytes = 64

  func run(on draft: inout GraphDraft) throws -> Int {
    var editor = GraphEditor(draft)
    var known: [Key: [TensorID]] = [:]
    var values: [Value: TensorID] = [:]
    var canonical: [TensorID: TensorID] = [:]
    for handle in editor.handles() {
      guard let node = editor.general(at: handle), node.node.outputs.allSatisfy({ !editor.draft[$0].isDynamic }) else {
        continue
      }
      let operands = node.node.inputs.map { id -> TensorID in
        if let found = canonical[id] { return found }
        guard let value = Value(id, editor) else { return id }
        let first = values[value, default: id]
        values[value] = first
        canonical[id] = first
        return first
      }
      let key = Key(op: node.op, operands: operands, outputCount: node.node.outputs.count)
      guard let first = known[key] else {
        known[key] = node.node.outputs
        continue
      }
      guard node.node.outputs.allSatisfy({ !editor.isOutput($0) }) else { continue }
      for (mine, other) in zip(node.node.outputs, first) { editor.redirect(mine, to: other) }
      editor.removeUnread(handle)
    }
    if editor.changes > 0 { draft = editor.finished() }
    return editor.changes
  }

  private struct Key: Hashable {
    let op: GeneralOperator
    let operands: [TensorID]
    let outputCount: Int
  }

  /// A small constant by type and bytes.
  private struct Value: Hashable {
    let type: TensorType
    let bytes: [UInt8]

    init?(_ id: TensorID, _ editor: GraphEditor) {
      guard let constant = editor.draft.constant(id), constant.type.byteCount <= comparedBytes,
        let tensor = try? constant.tensor()
      else { return nil }
      type = tensor.type
      bytes = tensor.copiedBytes()
    }
  }
}
