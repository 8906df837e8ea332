import LoadGen

/// The lines of `mlperf_log_detail.txt`.
///
/// LoadGen names its own source files in the metadata; here it is the place in Assay that wrote the line.
struct DetailLines {
  private let origin: String
  private(set) var text = ""

  /// - Parameter log: Says which process and thread wrote.
  init(_ log: RunLog) { origin = "\"pid\": \(log.process), \"tid\": \(log.thread)" }

  enum Severity {
    case plain, warning, error
  }

  /// Adds a line.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - json: The value as JSON.
  ///   - nanoseconds: When, since logging began.
  mutating func add(
    _ key: String, json: String, at nanoseconds: Int64, severity: Severity = .plain, file: String = #fileID,
    line: Int = #line
  ) {
    text += """
      :::MLLOG {"key": \(JSONText.string(key)), "value": \(json), "time_ms": \(Self.milliseconds(nanoseconds)), \
      "namespace": "mlperf::logging", "event_type": "POINT_IN_TIME", "metadata": {"is_error": \(severity == .error), \
      "is_warning": \(severity == .warning), "file": \(JSONText.string(file)), "line_no": \(line), \(origin)}}

      """
  }

  /// Six decimals: to the nanosecond.
  private static func milliseconds(_ nanoseconds: Int64) -> String {
    let time = max(0, nanoseconds)
    let fraction = "\(time % 1_000_000)"
    return "\(time / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
  }
}
