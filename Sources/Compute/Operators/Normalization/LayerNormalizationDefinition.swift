import ModelGraph
import Tensors

/// `LayerNormalization` and `RMSNormalization`: over all dimensions from an axis on.
struct LayerNormalizationDefinition: OperatorDefinition {
  let names = ["LayerNormalization", "RMSNormalization"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let type = try call.elementType(of: [0, 1, 2], among: [.float32, .float64])
    try call.expectOutputs(atMost: isCentred(call) ? 3 : 1)
    guard isCentred(call) || call.input(2) == nil else { throw .invalid("it has no bias") }
    _ = try rows(call)
    let (x, axis) = (try call.shape(0), try axis(call))
    // FP16 and BF16 are widened before they get here, so that statistics are FP32 for every stash type but FP64.
    guard try call.int("stash_type") != 11 else { throw .unsupported("stash_type 11 (FP64)") }
    let statistics = Shape(x.dims.prefix(axis) + x.dims.dropFirst(axis).map { _ in 1 })
    return [TensorType(type, x), TensorType(.float32, statistics), TensorType(.float32, statistics)]
      .prefix(call.outputCount).map { $0 }
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    try rows(call).computation(call, outputs)
  }

  private func isCentred(_ call: OperatorCall) -> Bool { call.op.name == "LayerNormalization" }

  private func axis(_ call: OperatorCall) throws(OperatorError) -> Int {
    try call.axis(call.int("axis") ?? -1, rank: call.shape(0).rank)
  }

  private func rows(_ call: OperatorCall) throws(OperatorError) -> RowNormalization {
    let (x, scale, axis) = (try call.shape(0), try call.shape(1), try axis(call))
    let shapes = [scale] + (call.input(2).map { [$0.type.shape] } ?? [])
    for shape in shapes where shape.broadcast(with: x) != x {
      throw .invalid("a parameter of the extents \(shape) does not broadcast to \(x)")
    }
    let columns = x.dims.dropFirst(axis).reduce(1, *)
    let patterns = shapes.map { pattern($0, in: x) }
    let common = patterns[0].flatMap { first in patterns.allSatisfy { $0 == first } ? first : nil }
    return RowNormalization(
      rows: x.dims.prefix(axis).reduce(1, *), columns: columns, subtractsMean: isCentred(call),
      epsilon: Double(try call.float("epsilon") ?? 1e-5), repeats: common?[0] ?? 1, period: common?[1] ?? columns,
      broadcast: common != nil ? nil : RowBroadcast(shapes, in: x, axis: axis))
  }

  /// How often each element of a parameter that broadcasts to `x` repeats in turn, and how many there are; nil where
  /// they do not repeat regularly.
  private func pattern(_ parameter: Shape, in x: Shape) -> [Int]? {
    let padded = Array(repeating: 1, count: x.rank - parameter.rank) + parameter.dims
    guard let first = padded.firstIndex(where: { $0 != 1 }), let last = padded.lastIndex(where: { $0 != 1 }) else {
      return [max(x.count, 1), 1]
    }
    guard padded[first...last].elementsEqual(x.dims[first...last]) else { return nil }
    return [x.dims.dropFirst(last + 1).reduce(1, *), parameter.count]
  }
}
