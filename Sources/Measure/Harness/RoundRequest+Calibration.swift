import Engines
import ModelGraph
import NumericFormats
import Records
import Workloads

extension RoundRequest {
  /// Calibration samples at most; MLPerf's calibration sets hold hundreds, min-max ranges change little after a few.
  private static let calibrationSamples = 16

  /// INT8 ranges for `engine` from the workload's own calibration samples, which no evaluation sees; nil at other
  /// precisions.
  ///
  /// Makes a model of its own and gives it up. Says something before each sample.
  func calibration(
    _ workload: any Workload, engine: any Engine, team: ThreadTeam, features: CPUFeatures, _ channel: EventChannel
  ) throws -> Calibration? {
    guard cell.precision == .int8 else { return nil }
    let graph = try workload.graph(batch: 1)
    let patience = Patience(calibrating: graph, threads: cell.placement.threads)
    try channel.send(.phase(.calibrating, expectedSeconds: patience.loading))
    let count = min(workload.sampleCount(in: .calibration), Self.calibrationSamples)
    let method = try cell.calibration.map(KnownNames.calibrationMethod) ?? .minMax
    return try Calibration.measure(
      graph, parameters: workload.parameters(for: graph), team: team, samples: count, method: method,
      integerLimit: engine.integerLimit(on: features)
    ) { index, inputs in
      try channel.send(.phase(.calibrating, expectedSeconds: patience.inference))
      try workload.writeSample(index, of: .calibration, into: inputs)
    }
  }
}
