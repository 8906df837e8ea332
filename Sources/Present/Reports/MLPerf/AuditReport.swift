import MLPerf

/// What an audit found, check by check.
public struct AuditReport {
  private let verdict: AuditVerdict
  private let applies: Bool
  private let style: ReportStyle

  /// Makes a report.
  ///
  /// - Parameter applies: Whether MLPerf audits this benchmark so.
  public init(_ verdict: AuditVerdict, applies: Bool, style: ReportStyle = ReportStyle()) {
    self.verdict = verdict
    self.applies = applies
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let word = verdict.passes ? style.text("passed", .good) : style.text("failed", .bad)
    var lines = ["\(verdict.audit.rawValue) \(word)"]
    for check in verdict.checks {
      let lead = check.passes ? "  ok  \(check.name): " : "  NO  \(check.name): "
      lines += style.paragraph(check.sentence, lead: lead, check.passes ? .subdued : .bad)
    }
    if !applies {
      lines += style.paragraph(
        "MLPerf does not ask for \(verdict.audit.rawValue) of this benchmark: its inputs differ in length, so that one "
          + "of them repeated may be faster or slower than all.", lead: "  ", nil)
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
