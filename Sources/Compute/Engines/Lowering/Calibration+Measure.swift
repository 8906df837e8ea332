import CKernels
import ModelGraph
import NumericFormats
import Tensors

extension Calibration {
  /// Runs `samples` calibration inputs through an FP32 model and keeps the range of every FP32 activation and constant.
  ///
  /// - Parameters:
  ///   - model: a model compiled at FP32, each node a step of its own; `write` fills its inputs with sample `i` (a whole batch).
  public static func measure(
    _ model: ExecutableModel, samples: Int, write: (Int, [UnsafeMutableRawBufferPointer]) throws -> Void
  ) throws -> Calibration {
    precondition(!model.fusesNodes, "ranges of tensors that are nowhere cannot be measured")
    let table = ckernels_operators(model.features.operatorTable)!.pointee
    var ranges: [String: ValueRange] = [:]
    func observe(_ id: TensorID) {
      let info = model.graph[id]
      guard info.elementType == .float32, !info.isDynamic else { return }
      var (least, greatest) = (Float.infinity, -Float.infinity)
      let values = model.values(of: id)
      table.min_max(values.baseAddress!, values.count, &least, &greatest)
      guard let range = ValueRange(least: least, greatest: greatest) else { return }
      ranges[info.name] = ranges[info.name]?.union(range) ?? range
    }
    for (index, tensor) in model.graph.tensors.enumerated() where tensor.parameter != nil {
      observe(TensorID(index: index))
    }
    for sample in 0..<samples {
      try write(sample, model.inputs)
      for id in model.graph.inputs { observe(id) }
      // The arena reuses memory, so each activation is read right after it was written.
      model.runNodeByNode { $0.outputs.forEach(observe) }
      try model.check()
    }
    return Calibration(ranges: ranges, samples: samples)
  }
}
