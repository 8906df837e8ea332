import ModelGraph
import Tensors

/// x * scale + shift with one constant pair for each channel: what batch normalisation is in inference, and what
/// multiplications and additions of per-channel constants are. Computed late and in FP64.
struct ChannelAffine {
  /// The number of channels.
  let channels: Int
  /// The factors; nil for 1.
  private(set) var scale: Constant.Vector?
  /// The addends; nil for 0.
  private(set) var shift: Constant.Vector?

  /// The identity.
  init(channels: Int) { self.channels = channels }

  /// Whether nothing was merged.
  var isIdentity: Bool { scale == nil && shift == nil }

  /// Appends a multiplication.
  mutating func multiply(_ factors: @escaping Constant.Vector) {
    if let scale { self.scale = { zip(try scale(), try factors()).map { $0 * $1 } } } else { scale = factors }
    if let shift { self.shift = { zip(try shift(), try factors()).map { $0 * $1 } } }
  }

  /// Appends an addition.
  mutating func add(_ addends: @escaping Constant.Vector) {
    if let shift { self.shift = { zip(try shift(), try addends()).map { $0 + $1 } } } else { shift = addends }
  }

  /// A bias with everything applied to it: bias * scale + shift.
  func applied(toBias bias: Constant?) -> Constant {
    var whole = ChannelAffine(channels: channels)
    if let bias { whole.add(bias.doubles) }
    if let scale { whole.multiply(scale) }
    if let shift { whole.add(shift) }
    guard let values = whole.shift else { return .zeros(channels) }
    if let bias, isIdentity, bias.type.shape == [channels] { return bias }
    return .vector(channels, values)
  }

  /// Appends what `reader` does to `tensor`, whose channels lie at `axis`; returns false where that is nothing of this
  /// kind.
  mutating func append(_ reader: GeneralNode, of tensor: TensorID, axis: Int, in editor: GraphEditor) -> Bool {
    guard reader.node.outputs.count == 1, editor.draft[reader.output].type == editor.draft[tensor].type,
      editor.isFloat(tensor)
    else { return false }
    if reader.op.name == "BatchNormalization" {
      guard reader[0] == tensor, axis == 1, let (scale, shift) = batchNormalization(reader, editor) else {
        return false
      }
      multiply(scale)
      add(shift)
      return true
    }
    guard let other = editor.other(reader, than: tensor),
      let values = channelValues(other, beside: editor.shape(tensor), axis: axis, editor)
    else { return false }
    switch (reader.op.name, reader[0] == tensor) {
    case ("Mul", _): multiply(values)
    case ("Add", _): add(values)
    case ("Sub", true): add { try values().map { -$0 } }
    case ("Sub", false):
      multiply { [channels] in [Double](repeating: -1, count: channels) }
      add(values)
    case ("Div", true): multiply { try values().map { 1 / $0 } }
    default: return false
    }
    return true
  }

  /// The values of an FP32 constant that differs along `axis` of `shape` only, one for each channel.
  private func channelValues(
    _ id: TensorID, beside shape: Shape, axis: Int, _ editor: GraphEditor
  ) -> Constant.Vector? {
    guard let constant = editor.floatConstant(id), constant.type.shape.rank <= shape.rank else { return nil }
    let dims = [Int](repeating: 1, count: shape.rank - constant.type.shape.rank) + constant.type.shape.dims
    for (index, extent) in dims.enumerated() where extent != 1 && (index != axis || extent != channels) { return nil }
    return { [channels] in
      let values = try constant.doubles()
      return values.count == 1 ? [Double](repeating: values[0], count: channels) : values
    }
  }

  /// Scale and shift of a batch normalisation with stored statistics.
  private func batchNormalization(
    _ node: GeneralNode, _ editor: GraphEditor
  ) -> (scale: Constant.Vector, shift: Constant.Vector)? {
    guard (node.op.int("training_mode") ?? 0) == 0, node.op.opset >= 9 || (node.op.int("spatial") ?? 1) == 1 else {
      return nil
    }
    let operands = (1...4).compactMap { position in node[position].flatMap { editor.floatConstant($0) } }
    guard operands.count == 4, operands.allSatisfy({ $0.type.shape == [channels] }) else { return nil }
    let (gamma, beta, mean, variance) = (
      operands[0].doubles, operands[1].doubles, operands[2].doubles, operands[3].doubles
    )
    let epsilon = Double(node.op.float("epsilon") ?? 1e-5)
    let scale: Constant.Vector = {
      zip(try gamma(), try variance()).map { $0 / ($1 + epsilon).squareRoot() }
    }
    return (scale, { zip(zip(try beta(), try mean()), try scale()).map { $0.0 - $0.1 * $1 } })
  }
}
