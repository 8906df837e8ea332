import Engines
import ModelGraph
import NumericFormats
import Records
import Workloads

extension RoundRequest {
  /// Ranges of activations: those of the calibration file that was given, else from the workload's own calibration
  /// samples, which no evaluation sees; nil for numerics that need none.
  ///
  /// Makes a model of its own and gives it up. Says something before each sample.
  func calibration(
    _ workload: any Workload, numerics: Numerics, team: ThreadTeam, features: CPUFeatures, _ channel: EventChannel
  ) throws -> Calibration? {
    guard numerics.isCalibrated else { return nil }
    let graph = try workload.graph(batch: 1)
    if let ranges { return ranges.contents.calibration }
    let patience = Patience(calibrating: graph, threads: cell.placement.threads)
    let samples = try CalibrationSamples.count(cell.calibrationSamples, of: workload)
    let (method, limit) = (try calibrationMethod(), numerics.integerLimit(on: features))
    return try loads.calibration("\(workload.name) \(method) \(samples) \(limit) \(maxISA ?? "")") {
      try channel.send(.phase(.calibrating, expectedSeconds: patience.loading))
      return try numerics.calibration(
        of: workload, graph, parameters: loads.parameters(of: workload, for: graph), samples: samples, method: method,
        team: team, features: features
      ) { _ in try channel.send(.phase(.calibrating, expectedSeconds: patience.inference)) }
    }
  }

  /// What it shares with other workers: nothing, but where several instances or the rounds of a sweep load the same.
  var loads: SharedLoads { SharedLoads(folder: serves ? sharedFolder : nil) }

  /// The ranges and scales that `model` was made with; nil where its formats have no scales.
  func quantisation(of model: ExecutableModel, _ calibration: Calibration?) throws -> Quantisation? {
    guard let calibration else { return nil }
    let method = try ranges?.contents.method ?? calibrationMethod().description
    return Quantisation(of: model, calibration, method: method, file: ranges?.sha256)
  }

  private func calibrationMethod() throws -> CalibrationMethod {
    try cell.calibration.map(KnownNames.calibrationMethod) ?? .minMax
  }
}

extension Quantisation {
  /// What `model` made of a calibration.
  init(of model: ExecutableModel, _ calibration: Calibration, method: String, file: String?) {
    let activations = model.scaledActivations.compactMap { activation -> Activation? in
      let (tensor, format) = (activation.tensor, activation.format)
      let whole = calibration.ranges[tensor]
      switch format {
      case .u8(let scale, let zeroPoint):
        guard let range = whole else { return nil }
        return Activation(
          tensor: tensor, format: format.name, least: range.least, greatest: range.greatest, scale: scale,
          zeroPoint: Int(zeroPoint))
      default:
        guard let range = calibration.symmetricRanges[tensor] ?? whole else { return nil }
        return Activation(
          tensor: tensor, format: format.name, least: range.least, greatest: range.greatest, scale: format.scale,
          zeroPoint: nil)
      }
    }
    let weights = model.weightScales.compactMap { parameter, scales -> Weights? in
      guard let least = scales.min(), let greatest = scales.max() else { return nil }
      return Weights(parameter: parameter, channels: scales.count, leastScale: least, greatestScale: greatest)
    }
    self.init(
      method: method, samples: calibration.samples, file: file, activations: activations, weights: weights)
  }
}
