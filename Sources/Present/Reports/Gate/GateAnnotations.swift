import Analysis

/// A gate's outcome as annotations of GitHub Actions: an error a regression, a warning for what could not be told.
public struct GateAnnotations {
  private let outcome: GateResult

  /// Makes annotations.
  public init(_ outcome: GateResult) { self.outcome = outcome }

  /// The lines, each ended by a line feed; empty where everything passed.
  public var text: String {
    let lines = outcome.cases.compactMap { entry -> String? in
      let words = "\(entry.metric.title) is worse by \(GateWords.worse(entry))"
      let limit = entry.limit.map { ", the limit is \(entry.metric.change($0))" } ?? ""
      let figures = entry.worseBy == nil ? nil : words + limit + "."
      let reason = entry.reason ?? (entry.verdict == .regression && figures != nil ? nil : outcome.reason)
      let message = [figures, reason].compactMap(\.self).joined(separator: " ")
      switch entry.verdict {
      case .pass: return nil
      case .regression: return GitHubCommand(.error, title: "Assay: \(entry.cell) regressed", message).line
      case .inconclusive, .unfit:
        return GitHubCommand(.warning, title: "Assay: \(entry.cell): \(entry.verdict.rawValue)", message).line
      }
    }
    // Improvements that fail are no case's fault.
    let isOfAll = outcome.verdict == .regression && !outcome.cases.contains { $0.verdict == .regression }
    let whole = isOfAll ? [GitHubCommand(.error, title: "Assay: the gate failed", outcome.reason).line] : []
    return (whole + lines).map { $0 + "\n" }.joined()
  }
}
