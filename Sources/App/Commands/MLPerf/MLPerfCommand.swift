import ArgumentParser

/// `assay mlperf`.
struct MLPerfCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mlperf",
    abstract: "Runs and explains tests by the rules of MLPerf Inference. Results are MLPerf-like, unofficial.",
    discussion: """
      Examples:
        assay mlperf run resnet50 --scenario SingleStream --output-dir logs
        assay mlperf peak resnet50 --target-latency 50ms
        assay mlperf schedule --scenario Server --target-qps 1000
        assay mlperf early-stopping --percentile 0.99 --queries 10000
      """,
    subcommands: [
      MLPerfRunCommand.self, PeakCommand.self, MLPerfAuditCommand.self, MLPerfPackageCommand.self,
      MLPerfCheckCommand.self, ScheduleCommand.self, EarlyStoppingCommand.self,
    ])
}
