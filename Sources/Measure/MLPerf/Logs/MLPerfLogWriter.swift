import LoadGen

/// MLPerf's own three logs, as LoadGen 6.0 writes them: keys, their order and their form, so that its tools read them.
///
/// Figures have all their digits in the detail log, and the digits that LoadGen gives them in the summary. Keys of ours begin
/// with `assay_` and come last.
public struct MLPerfLogWriter: RunLogWriter {
  /// What options call it.
  public static let name = "mlperf"

  /// The names of the files.
  public enum FileName {
    /// For people, and for scripts that read the headline.
    public static let summary = "mlperf_log_summary.txt"
    /// For tools.
    public static let detail = "mlperf_log_detail.txt"
    /// The responses.
    public static let accuracy = "mlperf_log_accuracy.json"
  }

  /// Makes a writer.
  public init() {}

  /// The files that a test gives.
  public func files(of log: RunLog) -> [LogFile] {
    [
      LogFile(name: FileName.summary, text: SummaryText(log).text),
      LogFile(name: FileName.detail, text: Self.detail(log)),
      AccuracyText.file(name: FileName.accuracy, responses: log.responses),
    ]
  }
}
