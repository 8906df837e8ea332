import LoadGen

/// A benchmark of MLPerf Inference: what its rules fix for a model.
///
/// Figures: `mlperf.conf` of the rounds since v5.0, as the `mlcommons-loadgen` package 6.0.17 applies it.
public struct Benchmark: Hashable, Sendable {
  /// The name that configuration files and submissions use.
  public let name: String
  /// Samples that performance mode draws from; nil where no rule says it.
  public let performanceSampleCount: Int?
  /// Server: the bound of the 99th percentile of latency, nanoseconds.
  public let serverLatency: Int64
  /// Offline: samples that must be processed at least.
  public let offlineSampleCount: Int

  /// Image classification.
  public static let resnet50 = Benchmark(
    name: "resnet50", performanceSampleCount: 1024, serverLatency: 15_000_000, offlineSampleCount: 24_576)
  /// Question answering; the data set has 10,833 questions.
  public static let bert = Benchmark(
    name: "bert", performanceSampleCount: 10_833, serverLatency: 130_000_000, offlineSampleCount: 10_833)

  /// A model that MLPerf does not know. It gets what `mlperf.conf` gives to all: 10 ms, 100 samples.
  public static func other(_ name: String) -> Benchmark {
    Benchmark(name: name, performanceSampleCount: nil, serverLatency: 10_000_000, offlineSampleCount: 100)
  }

  /// The benchmark that a workload belongs to: every size of BERT is measured by the rules of `bert`.
  public static func of(workload: String) -> Benchmark {
    if workload == resnet50.name { return .resnet50 }
    if workload == bert.name || workload.hasPrefix("\(bert.name)-") { return .bert }
    return .other(workload)
  }
}
