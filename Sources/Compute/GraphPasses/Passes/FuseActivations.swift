import ModelGraph
import Operators
import Tensors

/// Turns activations that exporters spell out into one operator of the standard.
///
/// - `Gelu`: x * 0.5 * (1 + erf(x / sqrt 2)), and the tanh form with x^3 as `Pow` or as products;
/// - `HardSwish`: x * HardSigmoid(x), x * clip(x + 3, 0, 6) / 6;
/// - `HardSigmoid`: clip(x + 3, 0, 6) / 6;
/// - `Swish`: x * sigmoid(x); `Mish`: x * tanh(softplus(x)).
///
/// Factors may stand in any order, and numbers may be multiplied or divided by, together or apart.
struct FuseActivations: GraphPass {
  let name = "fuse-activations"

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(["Mul", "Div"]) { editor, root in
      guard editor.isFloat(root.output), let product = Product(root: root, in: editor),
        let match = Self.match(product, editor), OperatorLibrary.names.contains(match.op.name),
        editor.draft[match.operand].type == editor.draft[root.output].type
      else { return }
      let node = Node(
        name: root.node.name, op: .general(match.op), inputs: [match.operand], outputs: root.node.outputs,
        origins: editor.origins(match.interior + product.nodes))
      editor.replace(root.handle, with: [node])
    }
  }

  /// An activation with what it is applied to and the nodes between, without those of the product itself.
  private struct Match {
    let op: GeneralOperator
    let operand: TensorID
    let interior: [GraphEditor.Handle]

    init(
      _ name: String, opset: Int, _ attributes: [String: GeneralOperator.Attribute] = [:], of operand: TensorID,
      _ interior: [GraphEditor.Handle]
    ) {
      op = GeneralOperator(name, opset: opset, attributes: attributes, slots: [0])
      self.operand = operand
      self.interior = interior
    }
  }

  private static func match(_ product: Product, _ editor: GraphEditor) -> Match? {
    if product.factors.count == 1 { return hardSigmoid(product, editor) }
    for factor in product.factors {
      guard let operand = product.other(than: factor) else { continue }
      if let found = gelu(product.coefficient, operand, factor, editor)
        ?? gated(product.coefficient, operand, factor, editor)
      {
        return found
      }
    }
    return nil
  }

  /// x * gate(x).
  private static func gated(
    _ coefficient: Double, _ operand: TensorID, _ factor: TensorID, _ editor: GraphEditor
  ) -> Match? {
    guard let gate = editor.interior(factor) else { return nil }
    let handles = [gate.handle]
    switch gate.op.name {
    case "Sigmoid" where gate[0] == operand && coefficient == 1:
      return Match("Swish", opset: 24, of: operand, handles)
    case "HardSigmoid"
    where gate[0] == operand && coefficient == 1 && isNear(Double(gate.op.float("alpha") ?? 0.2), 1 / 6.0)
      && (gate.op.float("beta") ?? 0.5) == 0.5:
      return Match("HardSwish", opset: 14, of: operand, handles)
    case "Clip":
      guard isNear(coefficient, 1 / 6.0), let shifted = shiftedClip(gate, editor), shifted.operand == operand else {
        return nil
      }
      return Match("HardSwish", opset: 14, of: operand, shifted.nodes)
    case "Tanh":
      guard coefficient == 1, let inner = gate[0], let softplus = editor.interior(inner, "Softplus"),
        softplus[0] == operand
      else { return nil }
      return Match("Mish", opset: 18, of: operand, [softplus.handle, gate.handle])
    default: return nil
    }
  }

  /// clip(x + 3, 0, 6) / 6.
  private static func hardSigmoid(_ product: Product, _ editor: GraphEditor) -> Match? {
    guard isNear(product.coefficient, 1 / 6.0), let clip = editor.interior(product.factors[0], "Clip"),
      let shifted = shiftedClip(clip, editor)
    else { return nil }
    return Match(
      "HardSigmoid", opset: 6, ["alpha": .float(1 / 6.0), "beta": .float(0.5)], of: shifted.operand, shifted.nodes)
  }

  /// clip(x + 3, 0, 6).
  private static func shiftedClip(
    _ clip: GeneralNode, _ editor: GraphEditor
  ) -> (operand: TensorID, nodes: [GraphEditor.Handle])? {
    guard let bounds = Activation.clipBounds(clip, editor), bounds == (0, 6), let inner = clip[0],
      let add = editor.interior(inner, "Add"), let (operand, value, _) = editor.withScalar(add), value == 3
    else { return nil }
    return (operand, [add.handle, clip.handle])
  }

  /// 0.5 * x * (1 + f(x)), f one of the two forms of the error function's argument.
  private static func gelu(
    _ coefficient: Double, _ operand: TensorID, _ factor: TensorID, _ editor: GraphEditor
  ) -> Match? {
    guard isNear(coefficient, 0.5), let add = editor.interior(factor, "Add"),
      let (curve, one, _) = editor.withScalar(add), one == 1, let function = editor.interior(curve, "Erf", "Tanh"),
      let argument = function[0], let inner = Product(of: argument, in: editor)
    else { return nil }
    let outer = [function.handle, add.handle]
    if function.op.name == "Erf" {
      guard inner.factors == [operand], isNear(inner.coefficient, 0.5.squareRoot()) else { return nil }
      return Match("Gelu", opset: 20, of: operand, inner.nodes + outer)
    }
    guard isNear(inner.coefficient, (2 / Double.pi).squareRoot()),
      let cubic = cubic(inner, operand, editor)
    else { return nil }
    return Match(
      "Gelu", opset: 20, ["approximate": .string("tanh")], of: operand, cubic + inner.nodes + outer)
  }

  /// The nodes of x + 0.044715 x^3, or of x * (1 + 0.044715 x^2), without the product's own; nil where it is neither.
  private static func cubic(
    _ product: Product, _ operand: TensorID, _ editor: GraphEditor
  ) -> [GraphEditor.Handle]? {
    if product.factors.count == 1, let sum = editor.interior(product.factors[0], "Add"),
      let term = editor.other(sum, than: operand)
    {
      return power(term, of: operand, 3, editor).map { $0 + [sum.handle] }
    }
    guard let factor = product.other(than: operand), let sum = editor.interior(factor, "Add"),
      let (term, one, _) = editor.withScalar(sum), one == 1
    else { return nil }
    return power(term, of: operand, 2, editor).map { $0 + [sum.handle] }
  }

  /// The nodes of 0.044715 x^exponent.
  private static func power(
    _ term: TensorID, of operand: TensorID, _ exponent: Int, _ editor: GraphEditor
  ) -> [GraphEditor.Handle]? {
    guard let product = Product(of: term, in: editor), isNear(product.coefficient, 0.044715) else { return nil }
    var degree = 0
    var handles: [GraphEditor.Handle] = []
    for factor in product.factors {
      if factor == operand {
        degree += 1
      } else if let power = editor.interior(factor, "Pow"), power[0] == operand,
        let value = power[1].flatMap({ editor.scalar($0) }), value == 2 || value == 3
      {
        degree += Int(value)
        handles.append(power.handle)
      } else {
        return nil
      }
    }
    return degree == exponent ? handles + product.nodes : nil
  }
}
