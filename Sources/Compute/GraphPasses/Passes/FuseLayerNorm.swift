import ModelGraph
import Tensors

/// Turns layer normalisation over the last dimension into the engines' own, with a residual addition before it.
///
/// Before, with x read by nobody else where it is a sum of two activations:
/// - `LayerNormalization` with constant scale and bias;
/// - d = x - mean(x), then d / sqrt(mean(d^2) + epsilon), the square as `Pow` or as a product, the quotient also as a
///   product with `Reciprocal` or a power of -0.5; then constants along the last dimension, usually gamma and beta.
///
/// After: one `layerNorm` of x, or of both terms of x.
struct FuseLayerNorm: GraphPass {
  let name = "fuse-layer-norm"
  private static let limit = 16

  func run(on draft: inout GraphDraft) throws -> Int {
    var editor = GraphEditor(draft)
    for handle in editor.handles() {
      guard let root = editor.general(at: handle, "LayerNormalization", "Div", "Mul"), editor.isFloat(root.output),
        let core = root.op.name == "LayerNormalization"
          ? Core(operator: root, editor) : Core(spelled: root, editor)
      else { continue }
      Self.fuse(core, root, &editor)
    }
    for handle in editor.handles() {
      guard let node = editor[handle], case .layerNorm = node.op, node.inputs.count == 1 else { continue }
      Self.mergeResidual(node, handle, &editor)
    }
    if editor.changes > 0 { draft = editor.finished() }
    return editor.changes
  }

  private static func fuse(_ core: Core, _ root: GeneralNode, _ editor: inout GraphEditor) {
    let shape = editor.shape(core.operand)
    guard shape.rank > 0, editor.isFloat(core.operand), editor.isActivation(core.operand),
      editor.draft[root.output].type == editor.draft[core.operand].type
    else { return }
    var affine = ChannelAffine(channels: shape[-1])
    if let gamma = core.gamma { affine.multiply(gamma.doubles) }
    if let beta = core.beta { affine.add(beta.doubles) }
    var handles = core.handles
    var result = root.output
    while handles.count < Self.limit, let next = editor.general(at: editor.onlyReader(of: result)),
      affine.append(next, of: result, axis: shape.rank - 1, in: editor)
    {
      handles.append(next.handle)
      result = next.output
    }
    let op = Operator.layerNorm(LayerNorm(epsilon: core.epsilon))
    let features = shape[-1]
    let gamma = Constant.vector(features, affine.scale ?? { [Double](repeating: 1, count: features) })
    let beta = affine.shift.map { Constant.vector(features, $0) } ?? .zeros(features)
    guard let last = handles.last,
      editor.fits(op, inputs: [core.operand], parameters: [gamma, beta], output: editor.shape(result)),
      editor.mayCopy(gamma.type.byteCount + beta.type.byteCount)
    else { return }
    let name = root.node.name
    let parameters = [
      editor.addParameter("\(name).gamma", role: .gamma, gamma),
      editor.addParameter("\(name).beta", role: .beta, beta),
    ]
    editor.replace(
      last,
      with: [
        Node(
          name: name, op: op, inputs: [core.operand], parameters: parameters, outputs: [result],
          origins: editor.origins(handles))
      ])
  }

  private static func mergeResidual(_ node: Node, _ handle: GraphEditor.Handle, _ editor: inout GraphEditor) {
    guard let add = editor.interior(node.inputs[0], "Add"), let (left, right) = add.operands, left != right,
      [left, right].allSatisfy({
        editor.isActivation($0) && editor.draft[$0].type == editor.draft[node.inputs[0]].type
      })
    else { return }
    editor.replace(
      handle,
      with: [
        Node(
          name: node.name, op: node.op, inputs: [left, right], parameters: node.parameters, outputs: node.outputs,
          origins: editor.origins([add.handle]) + node.origins)
      ])
  }

  /// A normalisation without what follows it.
  private struct Core {
    let operand: TensorID
    let epsilon: Float
    var gamma: Constant?
    var beta: Constant?
    /// Its nodes, the root last.
    let handles: [GraphEditor.Handle]

    /// `LayerNormalization`.
    init?(operator node: GeneralNode, _ editor: GraphEditor) {
      guard let operand = node[0],
        node.node.outputs.dropFirst().allSatisfy({ !editor.isUsed($0) })
      else { return nil }
      let rank = editor.shape(operand).rank
      let axis = node.op.int("axis") ?? -1
      guard rank > 0, (axis < 0 ? axis + rank : axis) == rank - 1 else { return nil }
      for position in 1...2 {
        guard let id = node[position] else { continue }
        guard let constant = editor.floatConstant(id), constant.type.shape == [editor.shape(operand)[-1]] else {
          return nil
        }
        if position == 1 { gamma = constant } else { beta = constant }
      }
      self.operand = operand
      epsilon = node.op.float("epsilon") ?? 1e-5
      handles = [node.handle]
    }

    /// The spelled form, from the division by the deviation.
    init?(spelled root: GeneralNode, _ editor: GraphEditor) {
      guard let (left, right) = root.operands, left != right else { return nil }
      let orders = root.op.name == "Div" ? [(left, right)] : [(left, right), (right, left)]
      for (centred, factor) in orders {
        guard let difference = editor.general(producing: centred, "Sub"), let operand = difference[0],
          let meanID = difference[1], let mean = editor.interior(meanID, "ReduceMean"), mean[0] == operand,
          Self.isLastAxis(mean, operand, editor),
          let deviation = Deviation(factor, isInverse: root.op.name == "Mul", editor),
          let spread = editor.interior(deviation.variance, "ReduceMean"), let squaredID = spread[0],
          Self.isLastAxis(spread, operand, editor), let squared = editor.interior(squaredID, "Pow", "Mul"),
          Self.isSquare(squared, of: centred, editor), !editor.isOutput(centred),
          editor.readerCount(of: centred) <= 3,
          editor.readers(of: centred).allSatisfy({ $0 == squared.handle || $0 == root.handle })
        else { continue }
        self.operand = operand
        epsilon = deviation.epsilon
        handles =
          [mean.handle, difference.handle, squared.handle, spread.handle] + deviation.handles + [root.handle]
        return
      }
      return nil
    }

    private static func isLastAxis(_ mean: GeneralNode, _ operand: TensorID, _ editor: GraphEditor) -> Bool {
      let rank = editor.shape(operand).rank
      return editor.axes(mean, rank: rank) == [rank - 1] && (mean.op.int("keepdims") ?? 1) == 1
    }

    private static func isSquare(_ node: GeneralNode, of tensor: TensorID, _ editor: GraphEditor) -> Bool {
      if node.op.name == "Mul" { return node[0] == tensor && node[1] == tensor }
      return node[0] == tensor && node[1].flatMap { editor.scalar($0) } == 2
    }
  }

  /// sqrt(variance + epsilon) or its inverse.
  private struct Deviation {
    let variance: TensorID
    let epsilon: Float
    let handles: [GraphEditor.Handle]

    init?(_ factor: TensorID, isInverse: Bool, _ editor: GraphEditor) {
      guard let outer = editor.interior(factor) else { return nil }
      var passed = [outer.handle]
      let sum: TensorID?
      switch outer.op.name {
      case "Sqrt" where !isInverse: sum = outer[0]
      case "Pow":
        guard outer[1].flatMap({ editor.scalar($0) }) == (isInverse ? -0.5 : 0.5) else { return nil }
        sum = outer[0]
      case "Reciprocal" where isInverse, "Div" where isInverse:
        if outer.op.name == "Div", outer[0].flatMap({ editor.scalar($0) }) != 1 { return nil }
        guard let id = outer[outer.op.name == "Div" ? 1 : 0], let root = editor.interior(id, "Sqrt") else { return nil }
        passed.insert(root.handle, at: 0)
        sum = root[0]
      default: return nil
      }
      guard let sum, let add = editor.interior(sum, "Add"), let (variance, value, _) = editor.withScalar(add),
        value >= 0
      else { return nil }
      self.variance = variance
      epsilon = Float(value)
      handles = [add.handle] + passed
    }
  }
}
