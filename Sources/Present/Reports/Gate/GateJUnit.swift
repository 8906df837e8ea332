import Analysis

/// A gate's outcome as a JUnit report: a regression is a failure, what could not be told is skipped, and what an unfit machine left open is
/// an error. Where no case tells why the gate fails, a case for the gate does.
public struct GateJUnit {
  private let result: GateResult
  private let title: String
  private let failsInconclusive: Bool

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - title: what was held against what.
  ///   - failsInconclusive: whether the gate fails where it is inconclusive.
  public init(_ result: GateResult, title: String, failsInconclusive: Bool = true) {
    self.failsInconclusive = failsInconclusive
    self.result = result
    self.title = title
  }

  /// The file.
  public var text: String {
    let words = GateWords(result)
    let properties =
      [("verdict", result.verdict.rawValue), ("reason", result.reason), ("false alarms", words.falseAlarms)]
      + (result.effort.map { [("rounds", GateWords.effort($0))] } ?? [])
    let suite = JUnitReport.Suite(
      name: title, properties: properties.map { (name: $0.0, value: $0.1) },
      cases: result.cases.map(item) + whole)
    return JUnitReport(name: "assay gate", suites: [suite]).text
  }

  /// A case for the gate itself where none of the others would tell of its verdict.
  private var whole: [JUnitCase] {
    let outcome: JUnitCase.Outcome
    switch result.verdict {
    case .unfit: outcome = .error(type: "environment unfit", message: result.reason, details: [])
    case .inconclusive where failsInconclusive:
      outcome = .failed(type: "inconclusive", message: result.reason, details: [])
    case .inconclusive where result.cases.isEmpty: outcome = .skipped(message: "inconclusive: \(result.reason)")
    // Improvements that fail are no case's fault.
    case .regression where !result.cases.contains { $0.verdict == .regression }:
      outcome = .failed(type: "regression", message: result.reason, details: [])
    case .pass, .regression, .inconclusive: return []
    }
    return [JUnitCase(name: "gate", className: "assay gate", outcome: outcome, output: [])]
  }

  private func item(_ entry: GateCase) -> JUnitCase {
    let metric = entry.metric
    let figures = [
      entry.base.map { "base: \(metric.text($0))" }, entry.candidate.map { "candidate: \(metric.text($0))" },
      entry.worseBy == nil ? nil : "worse by: \(GateWords.worse(entry))",
      entry.limit.map { "limit: \(metric.change($0))" }, entry.detectable.map { "can see: \(metric.change($0))" },
    ].compactMap(\.self)
    let message = entry.reason ?? "\(metric.title) is worse by \(GateWords.worse(entry))"
    let outcome: JUnitCase.Outcome =
      switch entry.verdict {
      case .pass: .passed
      case .regression: .failed(type: "regression", message: message, details: figures)
      case .inconclusive: .skipped(message: "inconclusive: \(message)")
      case .unfit: .error(type: "environment unfit", message: result.reason, details: figures)
      }
    return JUnitCase(name: "\(entry.cell) \(metric.rawValue)", className: entry.cell, outcome: outcome, output: figures)
  }
}
