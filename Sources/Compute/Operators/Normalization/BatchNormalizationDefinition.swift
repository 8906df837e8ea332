import CKernels
import ModelGraph
import Tensors

/// `BatchNormalization` with given statistics: (x - mean) / sqrt(variance + epsilon) * scale + bias by channel.
struct BatchNormalizationDefinition: OperatorDefinition {
  let names = ["BatchNormalization"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0, 1, 2, 3, 4], among: [.float32, .float64])
    // Before opset 14, more than one output is what tells training.
    let isTraining = try call.isOn("training_mode")
    guard !isTraining, call.outputCount <= 1 else {
      throw .unsupported("BatchNormalization in training mode is not supported")
    }
    _ = try layout(call)
    return [TensorType(type, try call.shape(0))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    if try call.required(0).type.elementType == .float32 {
      return try normalization(call, outputs[0], ckernels_batch_norm_f32)
    }
    return try normalization(call, outputs[0], ckernels_batch_norm_f64)
  }

  private func layout(_ call: OperatorCall) throws(OperatorError) -> (batch: Int, channels: Int, plane: Int) {
    let x = try call.shape(0)
    guard x.rank >= 1 else { throw .invalid("it normalises a scalar") }
    // One dimension is a batch of one channel.
    let (batch, features) = (x[0], Array(x.dims.dropFirst()))
    let spatial = try call.int("spatial") ?? 1
    let isByFeature = call.op.opset < 9 && spatial == 0
    let parameters = isByFeature ? features : [features.first ?? 1]
    for position in 1...4 {
      _ = try call.required(position)
      try call.expectShape(position, parameters)
    }
    let channels = parameters.reduce(1, *)
    return (batch, channels, isByFeature ? 1 : features.dropFirst().reduce(1, *))
  }

  private typealias Kernel<Element> = (
    ckernels_isa, UnsafePointer<Element>?, Int, UnsafePointer<Element>?, UnsafePointer<Element>?,
    UnsafePointer<Element>?, UnsafePointer<Element>?, Double, UnsafeMutablePointer<Element>?
  ) -> Void

  private func normalization<Element>(
    _ call: OperatorCall, _ output: UnsafeMutableRawPointer, _ kernel: @escaping Kernel<Element>
  ) throws(OperatorError) -> Computation {
    let (batch, channels, plane) = try layout(call)
    let (x, y) = (try call.memory(0, as: Element.self), output.assumingMemoryBound(to: Element.self))
    let (scale, bias) = (try call.memory(1, as: Element.self), try call.memory(2, as: Element.self))
    let (mean, variance) = (try call.memory(3, as: Element.self), try call.memory(4, as: Element.self))
    let epsilon = Double(try call.float("epsilon") ?? 1e-5)
    let level = call.resources.level
    return Computation(isDivisible: true) { share in
      for index in share.range(of: batch * channels) {
        let channel = index % channels
        kernel(
          level, x + index * plane, plane, scale + channel, bias + channel, mean + channel, variance + channel, epsilon,
          y + index * plane)
      }
    }
  }
}
