import ModelGraph
import Operators
import Tensors

/// Turns what exporters of quantised models write between `DequantizeLinear` and `QuantizeLinear` into operators on
/// integers.
///
/// - `Conv` of a dequantised operand with dequantised constant weights (one scale, or one for each result channel),
///   perhaps with a dequantised 32-bit bias, then quantised: `QLinearConv`. An activation in between must be implied by
///   saturation.
/// - `MatMul` and `Gemm` (without C) of two dequantised operands, then quantised: `QLinearMatMul`.
/// - An operator that moves or compares elements, between the same scale and zero point: the operator on integers.
/// - `DequantizeLinear` then `QuantizeLinear` with the same scale and zero point: nothing.
///
/// Sums are exact in integers and rounded once, so that results are as close to the exact ones as before or closer. The
/// opposite pair, quantise then dequantise, rounds and stays.
struct FuseQuantized: GraphPass {
  let name = "fuse-quantized"

  func run(on draft: inout GraphDraft) throws -> Int {
    draft.rewrite(["QuantizeLinear"]) { editor, quantize in
      guard let source = quantize[0], quantize.node.outputs.count == 1, !editor.draft[source].isDynamic,
        let result = Quantization(quantize, quantized: quantize.output, editor), result.isByte
      else { return }
      if Self.removePair(quantize, source, result, &editor) { return }
      guard result.axis == nil, let inner = Self.behindActivation(source, result, editor) else { return }
      switch inner.node.op.name {
      case "Conv": Self.convolution(inner.node, inner.passed, quantize, result, &editor)
      case "MatMul", "Gemm": Self.product(inner.node, inner.passed, quantize, result, &editor)
      default:
        if inner.passed.isEmpty { QuantizedMovement.fuse(inner.node, quantize, result, &editor) }
      }
    }
  }

  /// The node whose result is quantised, past an activation that saturation implies.
  private static func behindActivation(
    _ source: TensorID, _ result: Quantization, _ editor: GraphEditor
  ) -> (node: GeneralNode, passed: [GraphEditor.Handle])? {
    guard let node = editor.interior(source) else { return nil }
    guard let operand = node[0], let activation = Activation(node, of: operand, in: editor),
      result.implies(activation), let inner = editor.interior(operand, "Conv", "MatMul", "Gemm")
    else { return (node, []) }
    return (inner, [node.handle])
  }

  private static func removePair(
    _ quantize: GeneralNode, _ source: TensorID, _ result: Quantization, _ editor: inout GraphEditor
  ) -> Bool {
    guard let operand = DequantizedOperand(source, editor), operand.quantization.equals(result) else { return false }
    return editor.bypass(quantize.handle, from: operand.tensor, to: quantize.output)
  }

  // MARK: Products

  private static func convolution(
    _ node: GeneralNode, _ passed: [GraphEditor.Handle], _ quantize: GeneralNode, _ result: Quantization,
    _ editor: inout GraphEditor
  ) {
    guard let source = node[0].flatMap({ DequantizedOperand($0, editor) }),
      let weights = node[1].flatMap({ DequantizedOperand($0, editor) }), source.isPlain,
      weights.quantization.isByte, editor.draft.constant(weights.tensor) != nil,
      weights.quantization.axis == nil || weights.quantization.axis == 0
    else { return }
    var bias: TensorID?
    var handles = [source.handle, weights.handle]
    if let id = node[2] {
      guard let found = DequantizedOperand(id, editor), fits(bias: found, source, weights, editor) else { return }
      bias = found.tensor
      handles.append(found.handle)
    }
    handles += [node.handle] + passed + [quantize.handle]
    let attributes = node.op.attributes
    let op = GeneralOperator(
      "QLinearConv", opset: max(node.op.opset, 10), attributes: attributes,
      slots: Array(0..<(bias == nil ? 8 : 9)))
    replace(quantize, node.node.name, op, [source, weights], result, bias.map { [$0] } ?? [], handles, &editor)
  }

  /// Whether a bias is stored in 32 bits at the scale of the sums.
  private static func fits(
    bias: DequantizedOperand, _ source: DequantizedOperand, _ weights: DequantizedOperand, _ editor: GraphEditor
  ) -> Bool {
    guard bias.quantization.elementType == .int32, editor.draft.constant(bias.tensor) != nil,
      let scales = bias.quantization.scales(), let first = source.quantization.scales()?.first,
      let second = weights.quantization.scales(),
      scales.count == second.count || scales.count == 1 || second.count == 1
    else { return false }
    if let zero = bias.quantization.zeroPoint {
      guard let tensor = try? zero.tensor(), tensor.copiedBytes().allSatisfy({ $0 == 0 }) else { return false }
    }
    return (0..<max(scales.count, second.count)).allSatisfy {
      isNear(scales[scales.count == 1 ? 0 : $0], first * second[second.count == 1 ? 0 : $0])
    }
  }

  private static func product(
    _ node: GeneralNode, _ passed: [GraphEditor.Handle], _ quantize: GeneralNode, _ result: Quantization,
    _ editor: inout GraphEditor
  ) {
    guard node.node.inputs.count == 2, let left = node[0].flatMap({ DequantizedOperand($0, editor) }),
      var right = node[1].flatMap({ DequantizedOperand($0, editor) }), left.isPlain, right.quantization.isByte
    else { return }
    let rank = editor.shape(right.tensor).rank
    var columnAxis = rank - 1
    if node.op.name == "Gemm" {
      guard (node.op.int("transA") ?? 0) == 0, (node.op.float("alpha") ?? 1) == 1 else { return }
      if (node.op.int("transB") ?? 0) != 0 {
        columnAxis = 0
        guard let weights = editor.draft.constant(right.tensor), rank == 2 else { return }
        if editor.isShared(right.tensor) || editor.readerCount(of: right.widened) > 1 {
          guard editor.mayCopy(weights.type.byteCount) else { return }
        }
        right.tensor = editor.addConstant("\(node.node.name).weights", weights.transposed)
      }
    }
    // One scale for each column is a vector in this operator, which then must be all of the right operand's batch.
    guard right.quantization.axis == nil || (right.quantization.axis == columnAxis && rank == 2) else { return }
    let op = GeneralOperator("QLinearMatMul", opset: max(node.op.opset, 10), slots: Array(0..<8))
    let handles = [left.handle, right.handle, node.handle] + passed + [quantize.handle]
    replace(quantize, node.node.name, op, [left, right], result, [], handles, &editor)
  }

  /// Puts an operator with operands, each followed by scale and zero point, and those of the result, in the place of
  /// `quantize`.
  private static func replace(
    _ quantize: GeneralNode, _ name: String, _ op: GeneralOperator, _ operands: [DequantizedOperand],
    _ result: Quantization, _ more: [TensorID], _ handles: [GraphEditor.Handle], _ editor: inout GraphEditor
  ) {
    let copied = operands.map { $0.quantization } + [result]
    guard editor.mayCopy(copied.reduce(0) { $0 + $1.scale.type.byteCount + $1.wholeZeroPoint.type.byteCount }) else {
      return
    }
    var inputs: [TensorID] = []
    for (index, operand) in operands.enumerated() {
      inputs.append(operand.tensor)
      inputs.append(editor.addConstant("\(name).scale\(index)", operand.quantization.scale))
      inputs.append(editor.addConstant("\(name).zero\(index)", operand.quantization.wholeZeroPoint))
    }
    inputs.append(editor.addConstant("\(name).scale", result.scale))
    inputs.append(editor.addConstant("\(name).zero", result.wholeZeroPoint))
    editor.replace(
      quantize.handle,
      with: [
        Node(
          name: name, op: .general(op), inputs: inputs + more, outputs: [quantize.output],
          origins: editor.origins(handles))
      ])
  }
}

/// A tensor that `DequantizeLinear` widens.
struct DequantizedOperand {
  /// The quantised elements.
  var tensor: TensorID
  /// Their scale and zero point.
  let quantization: Quantization
  /// The result of the node that widens them.
  let widened: TensorID
  /// The node that widens them.
  let handle: GraphEditor.Handle

  /// Nil where a tensor is not written by `DequantizeLinear` to FP32 with constant scales.
  init?(_ widened: TensorID, _ editor: GraphEditor) {
    guard editor.isFloat(widened), let node = editor.general(producing: widened, "DequantizeLinear"),
      let source = node[0], let quantization = Quantization(node, quantized: source, editor)
    else { return nil }
    tensor = source
    self.widened = widened
    self.quantization = quantization
    handle = node.handle
  }

  /// Whether it has eight bits and one scale.
  var isPlain: Bool { quantization.isByte && quantization.axis == nil }
}
