import CKernels
import ModelGraph
import Tensors

/// `LRN`: local response normalisation across channels.
struct LRNDefinition: OperatorDefinition {
  let names = ["LRN"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0], among: [.float32, .float64])
    try call.expectOutputs(atMost: 1)
    guard try call.shape(0).rank >= 2 else { throw .invalid("it normalises channels of an input without any") }
    guard let size = try call.int("size"), size >= 1 else { throw .invalid("size must be a positive integer") }
    return [TensorType(type, try call.shape(0))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    if try call.required(0).type.elementType == .float32 {
      return try normalization(call, outputs[0], ckernels_local_response_f32)
    }
    return try normalization(call, outputs[0], ckernels_local_response_f64)
  }

  private typealias Kernel<Element> = (
    UnsafePointer<Element>?, Int, Int, Int, Int, Double, Double, Double, UnsafeMutablePointer<Element>?
  ) -> Void

  private func normalization<Element>(
    _ call: OperatorCall, _ output: UnsafeMutableRawPointer, _ kernel: @escaping Kernel<Element>
  ) throws(OperatorError) -> Computation {
    let (x, y) = (try call.memory(0, as: Element.self), output.assumingMemoryBound(to: Element.self))
    let image = try call.shape(0)
    let (channels, plane) = (image[1], image.dims.dropFirst(2).reduce(1, *))
    let size = try call.int("size") ?? 1
    let factor = Double(try call.float("alpha") ?? 1e-4) / Double(size)
    let (beta, bias) = (Double(try call.float("beta") ?? 0.75), Double(try call.float("bias") ?? 1))
    // More neighbours than there are channels change nothing, and could overflow.
    let (before, after) = (min((size - 1) / 2, channels), min(size / 2, channels))
    return Computation(isDivisible: true) { share in
      for index in share.range(of: image[0] * channels) {
        let (n, channel) = index.quotientAndRemainder(dividingBy: channels)
        kernel(
          x + n * channels * plane, plane, channel, max(channel - before, 0), min(channel + after + 1, channels),
          factor, beta, bias, y + index * plane)
      }
    }
  }
}
