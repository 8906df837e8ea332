import CKernels
import ModelGraph
import Tensors

/// The Reduce operators: sums, means, extremes, products, norms and logarithms over any set of axes.
struct ReduceOperators: OperatorDefinition {
  /// One operator: how terms are joined, what follows, the element types it takes, and the version from which axes are
  /// an input instead of an attribute.
  struct Entry {
    let reduce: ckernels_reduce
    var finish = CKERNELS_FINISH_NONE
    var types = ElementTypes.numbers
    var axesInput = 18
  }

  private static let entries: [String: Entry] = [
    "ReduceSum": Entry(reduce: CKERNELS_REDUCE_SUM, axesInput: 13),
    "ReduceMean": Entry(reduce: CKERNELS_REDUCE_SUM, finish: CKERNELS_FINISH_MEAN),
    "ReduceProd": Entry(reduce: CKERNELS_REDUCE_PRODUCT),
    "ReduceMax": Entry(reduce: CKERNELS_REDUCE_MAX, types: ElementTypes.numbers.union([.bool])),
    "ReduceMin": Entry(reduce: CKERNELS_REDUCE_MIN, types: ElementTypes.numbers.union([.bool])),
    "ReduceL1": Entry(reduce: CKERNELS_REDUCE_SUM_OF_MAGNITUDES),
    "ReduceL2": Entry(
      reduce: CKERNELS_REDUCE_SUM_OF_SQUARES, finish: CKERNELS_FINISH_ROOT, types: ElementTypes.floats),
    "ReduceSumSquare": Entry(reduce: CKERNELS_REDUCE_SUM_OF_SQUARES),
    "ReduceLogSum": Entry(reduce: CKERNELS_REDUCE_SUM, finish: CKERNELS_FINISH_LOG, types: ElementTypes.floats),
    "ReduceLogSumExp": Entry(reduce: CKERNELS_REDUCE_LOG_SUM_EXP, types: ElementTypes.floats),
  ]

  var names: [String] { Self.entries.keys.sorted() }

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    try call.check(input.elementType, in: try entry(of: call).types)
    let axes = try axes(of: call, rank: input.shape.rank)
    let keeps = try call.int("keepdims") ?? 1 != 0
    var extents: [Int] = []
    for (dim, extent) in input.shape.dims.enumerated() {
      if !axes.contains(dim) { extents.append(extent) } else if keeps { extents.append(1) }
    }
    return [TensorType(input.elementType, try call.shape(checking: extents))]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    let input = try call.required(0)
    let entry = try entry(of: call)
    let plan = ReducePlan(
      entry.reduce, entry.finish, input.type.elementType, shape: input.type.shape,
      axes: try axes(of: call, rank: input.type.shape.rank), level: call.resources.level,
      source: try input.source().address, result: outputs[0])
    let faults = call.resources.faults
    return Computation(isDivisible: true, heldBytes: plan.heldBytes) { share in
      if plan.run(share.range(of: plan.count)) { faults.report(.divisionByZero) }
    }
  }

  private func entry(of call: OperatorCall) throws(OperatorError) -> Entry {
    guard let entry = Self.entries[call.op.name] else { throw .unsupported("\(call.op.name) is not a reduction") }
    return entry
  }

  /// The dimensions to reduce. None given means all, or none where the model says so.
  private func axes(of call: OperatorCall, rank: Int) throws(OperatorError) -> Set<Int> {
    let isInput = call.op.opset >= (try entry(of: call)).axesInput
    let given = isInput ? try call.integers(1) : try call.ints("axes")
    guard let given, !given.isEmpty else {
      let isNothing = isInput ? try call.int("noop_with_empty_axes") ?? 0 != 0 : false
      return isNothing ? [] : Set(0..<rank)
    }
    var axes: Set<Int> = []
    for axis in given where !axes.insert(try call.axis(axis, rank: rank)).inserted {
      throw .invalid("axis \(axis) is given twice")
    }
    return axes
  }
}
