import CKernels
import ModelGraph
import NumericFormats
import Tensors

extension Calibration {
  /// Runs `samples` calibration inputs through an FP32 model and finds the range of every FP32 activation and constant.
  ///
  /// Methods other than min-max run the samples twice: the first time for the extremes, between which histograms of the
  /// second time lie. A tensor's histogram takes 32 KB.
  ///
  /// - Parameters:
  ///   - model: a model compiled at FP32, each node a step of its own; `write` fills its inputs with sample `i` (a whole
  ///     batch), the same values whenever it is asked for.
  public static func measure(
    _ model: ExecutableModel, samples: Int, method: CalibrationMethod = .minMax,
    write: (Int, [UnsafeMutableRawBufferPointer]) throws -> Void
  ) throws -> Calibration {
    precondition(!model.fusesNodes, "ranges of tensors that are nowhere cannot be measured")
    let isa = model.features.operatorTable
    let table = ckernels_operators(isa)!.pointee
    var ranges: [String: ValueRange] = [:]
    try observe(model, samples: samples, write) { name, values in
      var (least, greatest) = (Float.infinity, -Float.infinity)
      table.min_max(values.baseAddress!, values.count, &least, &greatest)
      guard let range = ValueRange(least: least, greatest: greatest) else { return }
      ranges[name] = ranges[name]?.union(range) ?? range
    }
    guard method != .minMax else { return Calibration(ranges: ranges, samples: samples) }

    let quantised = Lowering.quantisedTensors(of: model.graph)
    var histograms: [String: ValueHistogram] = [:]
    for name in quantised.unsigned.union(quantised.signed) {
      histograms[name] = ranges[name].flatMap(ValueHistogram.init)
    }
    try observe(model, samples: samples, write) { name, values in
      // In place: a copy of the counts for every tensor and sample would cost more than counting.
      histograms[name]?.add(values, isa)
    }
    var symmetric: [String: ValueRange] = [:]
    for (name, histogram) in histograms {
      if quantised.unsigned.contains(name) {
        ranges[name] = histogram.range(method, isSymmetric: false) ?? ranges[name]
      }
      if quantised.signed.contains(name) { symmetric[name] = histogram.range(method, isSymmetric: true) }
    }
    return Calibration(ranges: ranges, symmetricRanges: symmetric, samples: samples)
  }

  /// Runs the samples and shows every FP32 tensor while its values are there: constants once, the others for each sample.
  private static func observe(
    _ model: ExecutableModel, samples: Int, _ write: (Int, [UnsafeMutableRawBufferPointer]) throws -> Void,
    _ see: (String, UnsafeBufferPointer<Float>) -> Void
  ) throws {
    func show(_ id: TensorID) {
      let info = model.graph[id]
      guard info.elementType == .float32, !info.isDynamic else { return }
      see(info.name, model.values(of: id))
    }
    for (index, tensor) in model.graph.tensors.enumerated() where tensor.parameter != nil {
      show(TensorID(index: index))
    }
    for sample in 0..<samples {
      try write(sample, model.inputs)
      for id in model.graph.inputs { show(id) }
      // The arena reuses memory, so each activation is read right after it was written.
      model.runNodeByNode { $0.outputs.forEach(show) }
      try model.check()
    }
  }
}
