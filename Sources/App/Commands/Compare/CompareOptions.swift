import Analysis
import ArgumentParser

/// What of two runs is compared, and how sure intervals are.
struct CompareOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Compare only these: \(Metric.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "list"))
  var metric: String?

  @Option(help: ArgumentHelp("The confidence of intervals, from 0.5 to 0.9999.", valueName: "share"))
  var confidence = 0.95

  /// The metrics, in the order of ``Metric``.
  func checkedMetrics() throws(CommandFailure) -> [Metric] {
    guard let metric else { return Metric.allCases }
    var chosen: Set<Metric> = []
    for name in metric.split(separator: ",", omittingEmptySubsequences: false) {
      guard let found = Metric(rawValue: String(name)) else {
        let known = Metric.allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandFailure("--metric: there is no metric `\(name.prefix(40))`; there are \(known).", exitCode: 64)
      }
      chosen.insert(found)
    }
    return Metric.allCases.filter(chosen.contains)
  }

  func checkedConfidence() throws(CommandFailure) -> Double {
    guard (0.5...0.9999).contains(confidence) else {
      throw CommandFailure("--confidence must be from 0.5 to 0.9999, for example 0.99.", exitCode: 64)
    }
    return confidence
  }
}
