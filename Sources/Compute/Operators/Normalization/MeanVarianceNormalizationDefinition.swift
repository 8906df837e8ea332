import ModelGraph
import Tensors

/// `MeanVarianceNormalization`: (x - mean) / (standard deviation + 1e-9) over given axes, in FP64.
struct MeanVarianceNormalizationDefinition: OperatorDefinition {
  let names = ["MeanVarianceNormalization"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0], among: [.float32, .float64])
    try call.expectOutputs(atMost: 1)
    _ = try axes(call)
    return [TensorType(type, try call.shape(0))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    if try call.required(0).type.elementType == .float32 { return try normalization(call, outputs[0], of: Float.self) }
    return try normalization(call, outputs[0], of: Double.self)
  }

  private func axes(_ call: OperatorCall) throws(OperatorError) -> Set<Int> {
    var axes: Set<Int> = []
    for axis in try call.ints("axes") ?? [0, 2, 3] { axes.insert(try call.axis(axis, rank: call.shape(0).rank)) }
    return axes
  }

  private func normalization<Element: BinaryFloatingPoint>(
    _ call: OperatorCall, _ output: UnsafeMutableRawPointer, of _: Element.Type
  ) throws(OperatorError) -> Computation {
    let (x, y) = (try call.memory(0, as: Element.self), output.assumingMemoryBound(to: Element.self))
    let (shape, axes) = (try call.shape(0), try axes(call))
    let kept = StridedWalk(shape, axes: shape.dims.indices.filter { !axes.contains($0) })
    let reduced = StridedWalk(shape, axes: axes.sorted())
    return Computation(isDivisible: true) { share in
      for index in share.range(of: kept.count) {
        let (source, target) = (x + kept.offset(index), y + kept.offset(index))
        var (mean, variance) = (0.0, 0.0)
        for place in 0..<reduced.count { mean += Double(source[reduced.offset(place)]) }
        mean /= Double(reduced.count)
        for place in 0..<reduced.count {
          let distance = Double(source[reduced.offset(place)]) - mean
          variance += distance * distance
        }
        let divisor = (variance / Double(reduced.count)).squareRoot() + 1e-9
        for place in 0..<reduced.count {
          let offset = reduced.offset(place)
          target[offset] = Element((Double(source[offset]) - mean) / divisor)
        }
      }
    }
  }
}
