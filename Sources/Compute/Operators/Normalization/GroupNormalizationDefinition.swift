import ModelGraph
import Tensors

/// `InstanceNormalization` and `GroupNormalization`: over each channel, or each group of channels, of each image.
struct GroupNormalizationDefinition: OperatorDefinition {
  let names = ["InstanceNormalization", "GroupNormalization"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0, 1, 2], among: [.float32, .float64])
    try call.expectOutputs(atMost: 1)
    _ = try rows(call)
    return [TensorType(type, try call.shape(0))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    try rows(call).computation(call, outputs)
  }

  private func rows(_ call: OperatorCall) throws(OperatorError) -> RowNormalization {
    let x = try call.shape(0)
    guard x.rank >= 2 else { throw .invalid("it normalises channels of an input without any") }
    let channels = x[1]
    let isGrouped = call.op.name == "GroupNormalization"
    let groups = try call.int("num_groups") ?? channels
    guard !isGrouped || (groups >= 1 && channels.isMultiple(of: groups)) else {
      throw .invalid("\(groups) groups do not divide \(channels) channels")
    }
    // Opset 21 changed the parameters from one a group to one a channel.
    let isByGroup = isGrouped && call.op.opset < 21
    let parameters = isByGroup ? groups : channels
    for position in 1...2 {
      _ = try call.required(position)
      try call.expectShape(position, [parameters])
    }
    let plane = x.dims.dropFirst(2).reduce(1, *)
    let rowChannels = isGrouped ? channels / groups : 1
    return RowNormalization(
      rows: x[0] * (isGrouped ? groups : channels), columns: rowChannels * plane,
      epsilon: Double(try call.float("epsilon") ?? 1e-5), repeats: isByGroup ? rowChannels * plane : plane,
      period: parameters)
  }
}
