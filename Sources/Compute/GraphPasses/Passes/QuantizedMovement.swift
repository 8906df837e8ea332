import ModelGraph
import Operators
import Tensors

/// Operators that give back some of their operand's elements, which they can do as well with the integers that stand
/// for them.
enum QuantizedMovement {
  /// Operators whose first operand's elements are moved, or compared, and nothing else.
  private static let names: Set<String> = [
    "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Gather", "DepthToSpace", "SpaceToDepth",
    "Expand", "Tile", "MaxPool",
  ]

  /// Lets `node`, between `DequantizeLinear` and `quantize` of the same scale and zero point, work on integers.
  static func fuse(
    _ node: GeneralNode, _ quantize: GeneralNode, _ result: Quantization, _ editor: inout GraphEditor
  ) {
    guard node.node.outputs.count == 1 else { return }
    let count = node.op.name == "Concat" ? node.node.inputs.count : 1
    guard node.op.name == "Concat" || names.contains(node.op.name) else { return }
    var inputs = node.node.inputs
    var handles: [GraphEditor.Handle] = []
    for position in 0..<count {
      guard node.op.slots[position] == position, let operand = DequantizedOperand(inputs[position], editor),
        operand.quantization.equals(result)
      else { return }
      inputs[position] = operand.tensor
      handles.append(operand.handle)
    }
    var op = node.op
    if op.name == "MaxPool" {
      // Integers are allowed since operator set 12.
      op = GeneralOperator(op.name, opset: max(op.opset, 12), attributes: op.attributes, slots: op.slots)
    }
    guard isComputed(op, inputs, editor.draft[quantize.output].type, editor) else { return }
    editor.replace(
      quantize.handle,
      with: [
        Node(
          name: node.node.name, op: .general(op), inputs: inputs, outputs: [quantize.output],
          origins: editor.origins(handles + [node.handle, quantize.handle]))
      ])
  }

  /// Whether the library gives the expected type for integers.
  private static func isComputed(
    _ op: GeneralOperator, _ inputs: [TensorID], _ type: TensorType, _ editor: GraphEditor
  ) -> Bool {
    // Types depend on values only where those are extents, indices or axes: never many.
    let tensors = inputs.map { id in
      editor.draft.constant(id).flatMap { $0.type.byteCount <= FoldingBudget.eagerLimit ? try? $0.tensor() : nil }
    }
    let operands = zip(inputs, tensors).map { id, tensor in
      tensor.map { Operand($0) } ?? Operand(type: editor.draft[id].type, address: nil, hasValue: false)
    }
    let call = OperatorCall(node: "", op: op, operands: operands, outputCount: 1, resources: Resources())
    return withExtendedLifetime(tensors) {
      (try? OperatorLibrary.definition(of: op.name).outputTypes(call)) == [type]
    }
  }
}
