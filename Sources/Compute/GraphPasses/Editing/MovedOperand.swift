import ModelGraph
import Tensors

/// An operand behind reshapes and transposes, traced to the tensor whose elements it reorders.
///
/// Elements are followed by atoms: dimensions that no step splits any further. A reshape groups atoms anew and keeps
/// their order in memory; a transposition moves the atoms of its axes. Two ways of moving are the same exactly where
/// the atoms end up in the same order, whatever exporters put in between.
struct MovedOperand {
  /// The tensor at the start.
  let source: TensorID
  /// The product of the scalar factors passed.
  let scale: Double
  /// The nodes passed, from the operand back to the source.
  let handles: [GraphEditor.Handle]

  private static let limit = 12

  private struct Step {
    let handle: GraphEditor.Handle
    var factor = 1.0
    var order: [Int]?
    let source: TensorID

    init?(behind tensor: TensorID, _ editor: GraphEditor) {
      guard let node = editor.general(producing: tensor), node.node.outputs.count == 1, let first = node[0] else {
        return nil
      }
      handle = node.handle
      if node.op.name == "Transpose" {
        guard let order = node.permutation(editor) else { return nil }
        (self.order, source) = (order, first)
      } else if MergeMovements.reshapes.contains(node.op.name) {
        source = first
      } else if editor.interior(tensor) != nil, let scale = ScaleFactor(node, editor) {
        (factor, source) = (scale.value, scale.operand)
      } else {
        return nil
      }
    }
  }

  /// The steps from an operand backwards, as far as they only move or scale.
  private static func steps(behind operand: TensorID, _ editor: GraphEditor) -> [Step] {
    var steps: [Step] = []
    var tensor = operand
    while steps.count < limit, let step = Step(behind: tensor, editor), !editor.draft[step.source].isDynamic {
      steps.append(step)
      tensor = step.source
    }
    return steps
  }

  /// The tensors that an operand was made from by moving and scaling, itself first.
  static func tensors(behind operand: TensorID, _ editor: GraphEditor) -> [TensorID] {
    [operand] + steps(behind: operand, editor).map(\.source)
  }

  /// Finds a source whose elements, seen as a dense array of the extents `atoms`, arrive in the order `expected`
  /// (indices of atoms, outermost first).
  ///
  /// Prefers a source of the shape `preferred`, then the one furthest back.
  init?(_ operand: TensorID, atoms: [Int], expected: [Int], preferred: Shape, in editor: GraphEditor) {
    let steps = Self.steps(behind: operand, editor)
    let wanted = expected.filter { atoms[$0] != 1 }
    var best: (count: Int, source: TensorID)?
    for count in (0...steps.count).reversed() {
      let source = count == 0 ? operand : steps[count - 1].source
      let shape = editor.shape(source)
      guard editor.isActivation(source), editor.isFloat(source), shape.count == preferred.count,
        Self.arrival(steps.prefix(count), atoms: atoms, editor) == wanted
      else { continue }
      if shape == preferred {
        best = (count, source)
        break
      }
      if best == nil { best = (count, source) }
    }
    guard let best else { return nil }
    source = best.source
    scale = steps.prefix(best.count).reduce(1) { $0 * $1.factor }
    handles = steps.prefix(best.count).map(\.handle)
  }

  /// The order of the atoms behind some steps, of which the last is done first; nil where a step splits an atom.
  private static func arrival(_ steps: ArraySlice<Step>, atoms: [Int], _ editor: GraphEditor) -> [Int]? {
    var order = atoms.indices.filter { atoms[$0] != 1 }
    for step in steps.reversed() {
      guard let permutation = step.order else { continue }
      guard let moved = moving(order, atoms: atoms, shape: editor.shape(step.source), by: permutation) else {
        return nil
      }
      order = moved
    }
    return order
  }

  /// The order of atoms behind a transposition of a tensor of `shape`; nil where an axis splits an atom.
  static func moving(_ order: [Int], atoms: [Int], shape: Shape, by permutation: [Int]) -> [Int]? {
    var groups: [[Int]] = []
    var next = 0
    for extent in shape.dims {
      var group: [Int] = []
      var product = 1
      while product < extent, next < order.count {
        group.append(order[next])
        product *= atoms[order[next]]
        next += 1
      }
      guard product == extent else { return nil }
      groups.append(group)
    }
    guard next == order.count, permutation.count == groups.count else { return nil }
    return permutation.flatMap { groups[$0] }
  }
}
