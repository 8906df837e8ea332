import NumericFormats
import Records

/// Rough times for plans: good for "minutes or hours", not for comparison with anything measured.
enum Estimate {
  /// Parameter elements that are made or read, converted and packed per second.
  private static let parametersPerSecond = 60e6
  /// Process start, graph and sample library.
  private static let startSeconds = 0.3
  /// An emulated inference against a native one of the same engine: operands are rounded on the way.
  private static let emulationFactor = 1.5

  /// How much longer than assumed an inference or loading may take before a worker's silence counts as hanging.
  private static let margin = 4.0

  /// What a worker announces for one whole inference, so that a slow engine is not killed for being slow.
  ///
  /// - Parameters:
  ///   - multiplyAccumulates: of the whole inference: batch included.
  ///   - rate: of the engine, see ``Catalogue/EngineFacts/assumedRate``.
  static func patience(multiplyAccumulates: Int, rate: Double, threads: Int, emulated: Bool = false) -> Double {
    margin * Double(multiplyAccumulates) / (rate * Double(max(1, threads))) * (emulated ? emulationFactor : 1)
  }

  /// What a worker announces for making or reading, converting and packing parameters.
  static func patience(parameters: Int) -> Double { margin * Double(parameters) / parametersPerSecond }

  /// The same where another worker has left them: they are read, converted and packed.
  private static let sharedParametersPerSecond = 150e6

  /// Seconds from starting a worker of a sweep until its model is loaded. Parameters and ranges are there already.
  static func sharedLoadSeconds(of workload: Catalogue.WorkloadFacts) -> Double {
    startSeconds / 2 + Double(workload.parameterCount) / sharedParametersPerSecond
  }

  static func secondsPerRound(
    of cell: Cell, workload: Catalogue.WorkloadFacts, engine: Catalogue.EngineFacts, spec: RunSpec
  ) -> Double {
    let perSample = Double(workload.multiplyAccumulates) / (engine.assumedRate * Double(cell.placement.threads))
    let load = startSeconds + Double(workload.parameterCount) / parametersPerSecond
    switch cell.measurement {
    case .performance(let scenario):
      let query = perSample * Double(cell.batch)
      // The warm-up detector needs at least 15 queries; one query always completes.
      let warmUp = max(min(spec.maxWarmUp, 15 * query), query)
      let queries = scenario == .singleStream ? Double(spec.minQueryCount) : 1
      return load + warmUp + max(spec.minDuration, queries * query)
    case .fidelity:
      let samples = Double(workload.fixedFidelitySamples ?? spec.fidelitySamples)
      // Methods other than min-max see the samples twice.
      let needsCalibration =
        cell.isOfContract
        ? NumericsContract.named(cell.contract)?.needsCalibration ?? false : cell.precision == .int8
      let calibrated = cell.calibrationSamples ?? min(workload.calibrationSamples, RunSpec.defaultCalibrationSamples)
      let calibration =
        needsCalibration && cell.ranges == nil
        ? Double(calibrated) * perSample * (cell.calibration == nil ? 1 : 2) : 0
      return 2 * load + samples * perSample * (1 + emulationFactor) + calibration
    }
  }

  static func basis(engines: [Catalogue.EngineFacts]) -> String {
    let rates = engines.map { "\($0.name) \(($0.assumedRate / 1e9).plainText)" }.joined(separator: ", ")
    return "Estimates assume billions of multiply-accumulates per second and thread (\(rates)), perfect scaling over "
      + "threads and \((parametersPerSecond / 1e6).plainText) million parameters loaded per second."
  }
}
