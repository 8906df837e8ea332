import Engines
import Records
import Workloads

extension RoundRequest {
  /// Calibration samples at most; MLPerf's calibration sets hold hundreds, min-max ranges change little after a few.
  private static let calibrationSamples = 16

  /// INT8 ranges from the workload's own calibration samples, which no evaluation sees.
  ///
  /// - Parameter model: at FP32, batch 1, each node a step of its own. Says something before each sample.
  func calibration(
    _ model: ExecutableModel, _ workload: any Workload, _ patience: Patience, _ channel: EventChannel
  ) throws -> Calibration {
    try channel.send(.phase(.calibrating, expectedSeconds: patience.inference))
    let count = min(workload.sampleCount(in: .calibration), Self.calibrationSamples)
    let method = try cell.calibration.map(KnownNames.calibrationMethod) ?? .minMax
    return try Calibration.measure(model, samples: count, method: method) { index, inputs in
      try channel.send(.phase(.calibrating, expectedSeconds: patience.inference))
      try workload.writeSample(index, of: .calibration, into: inputs)
    }
  }
}
