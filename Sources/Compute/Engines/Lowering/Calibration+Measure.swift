import CKernels
import ModelGraph
import NumericFormats
import Tensors

extension Calibration {
  /// Runs calibration samples through a model at FP32 and finds the range of every FP32 activation and constant.
  ///
  /// The arithmetic is that of ``CalibrationEngine``: the ranges do not depend on the team's threads, nor on the engine or
  /// the instruction sets that will use them. Methods other than min-max run the samples twice: the first time for the
  /// extremes, between which histograms of the second time lie. A tensor's histogram takes 32 KB.
  ///
  /// - Parameters:
  ///   - integerLimit: the greatest magnitude of s8 activations where the ranges will be used: ``Target/integerLimit``.
  ///   - write: fills the model's inputs with sample `i` (a whole batch), the same values whenever it is asked for.
  /// - Throws: ``CalibrationError`` without samples, and where a tensor that formats with scales are to hold is not finite
  ///   (others, such as masks of minus infinity, may be so); what ``ExecutableModel`` throws, ``ModelFault``, and what
  ///   `write` does.
  public static func measure(
    _ graph: ModelGraph, parameters: ParameterStore, team: ThreadTeam, samples: Int,
    method: CalibrationMethod = .minMax, integerLimit: Int = 127,
    write: (Int, [UnsafeMutableRawBufferPointer]) throws -> Void
  ) throws -> Calibration {
    try measure(
      graph, parameters: parameters, team: team, features: .detect(), samples: samples, method: method,
      integerLimit: integerLimit, write: write)
  }

  /// The same with kernels for `features`, which change nothing but the time where they have FMA.
  static func measure(
    _ graph: ModelGraph, parameters: ParameterStore, team: ThreadTeam, features: CPUFeatures, samples: Int,
    method: CalibrationMethod = .minMax, integerLimit: Int = 127,
    write: (Int, [UnsafeMutableRawBufferPointer]) throws -> Void
  ) throws -> Calibration {
    let model = try ExecutableModel(
      graph: graph, parameters: parameters, engine: CalibrationEngine(), precision: .fp32, team: team,
      features: features, fusesNodes: false)
    return try measure(model, of: graph, samples: samples, method: method, integerLimit: integerLimit, write: write)
  }

  /// The same for a model at FP32 that is made already, each node a step of its own.
  ///
  /// - Parameter source: the graph that the model was made of: its own one has copies of tensors in other storages too.
  static func measure(
    _ model: ExecutableModel, of source: ModelGraph, samples: Int, method: CalibrationMethod = .minMax,
    integerLimit: Int = 127, write: (Int, [UnsafeMutableRawBufferPointer]) throws -> Void
  ) throws -> Calibration {
    precondition(!model.fusesNodes, "ranges of tensors that are nowhere cannot be measured")
    guard samples > 0 else { throw CalibrationError.noSamples }
    let quantised = Lowering.quantisedTensors(of: source)
    let wanted = quantised.unsigned.union(quantised.signed)
    let isa = model.features.operatorTable
    let table = ckernels_operators(isa)!.pointee
    let names = Set(source.tensors.map(\.name))
    var ranges: [String: ValueRange] = [:]
    try observe(model, names, samples: samples, write) { name, sample, values in
      if wanted.contains(name) { try requireFinite(values, name, sample) }
      var (least, greatest) = (Float.infinity, -Float.infinity)
      table.min_max(values.baseAddress!, values.count, &least, &greatest)
      // The vectors compare everything; what is not finite is left out only where there is some.
      guard let range = ValueRange(least: least, greatest: greatest) ?? ValueRange(ofFinite: values) else { return }
      ranges[name] = ranges[name]?.union(range) ?? range
    }
    guard method != .minMax else { return Calibration(ranges: ranges, samples: samples) }

    var histograms: [String: ValueHistogram] = [:]
    for name in wanted { histograms[name] = ranges[name].flatMap(ValueHistogram.init) }
    try observe(model, wanted, samples: samples, write) { name, _, values in
      // In place: a copy of the counts for every tensor and sample would cost more than counting.
      histograms[name]?.add(values, isa)
    }
    var symmetric: [String: ValueRange] = [:]
    for (name, histogram) in histograms {
      if quantised.unsigned.contains(name) {
        ranges[name] = histogram.range(method, isSymmetric: false) ?? ranges[name]
      }
      if quantised.signed.contains(name) {
        // Zero is a level too.
        symmetric[name] = histogram.range(method, isSymmetric: true, levels: integerLimit + 1)
      }
    }
    return Calibration(ranges: ranges, symmetricRanges: symmetric, samples: samples)
  }

  private static func requireFinite(
    _ values: UnsafeBufferPointer<Float>, _ tensor: String, _ sample: Int?
  ) throws(CalibrationError) {
    // All exponent bits are set in what is not finite, and in nothing else.
    let exponent: UInt32 = 0x7f80_0000
    let strange = values.reduce(into: 0) { $0 += $1.bitPattern & exponent == exponent ? 1 : 0 }
    guard strange == 0 else {
      throw .notFinite(tensor: tensor, sample: sample, notFinite: strange, count: values.count)
    }
  }

  /// Runs the samples and shows the FP32 tensors `names` while their values are there: constants once, without a sample,
  /// the others for each sample.
  private static func observe(
    _ model: ExecutableModel, _ names: Set<String>, samples: Int,
    _ write: (Int, [UnsafeMutableRawBufferPointer]) throws -> Void,
    _ see: (String, Int?, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    func show(_ id: TensorID, _ sample: Int? = nil) throws {
      let info = model.graph[id]
      guard info.elementType == .float32, !info.isDynamic, names.contains(info.name) else { return }
      try see(info.name, sample, model.values(of: id))
    }
    for (index, tensor) in model.graph.tensors.enumerated() where tensor.parameter != nil {
      try show(TensorID(index: index))
    }
    for sample in 0..<samples {
      try write(sample, model.inputs)
      for id in model.graph.inputs { try show(id, sample) }
      // The arena reuses memory, so each activation is read right after it was written.
      try model.runNodeByNode { node in for id in node.outputs { try show(id, sample) } }
      try model.check()
    }
  }
}
