import LoadGen
import MLPerf

/// Whether MLPerf logs can be believed, and if not, why.
public struct SelfCheckReport {
  private let check: SelfCheck
  private let style: ReportStyle

  /// Makes a report.
  public init(_ check: SelfCheck, style: ReportStyle = ReportStyle()) {
    self.check = check
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let test = [check.scenario?.rawValue, check.mode?.rawValue].compactMap(\.self).joined(separator: ", ")
    let what = test.isEmpty ? "" : " (\(test))"
    let verdict =
      check.isAccepted
      ? style.text("accepted", .good)
      : style.text("refused", .bad)
        + style.text(" for \(check.findings.count) reason\(check.findings.count == 1 ? "" : "s")")
    let lines = check.findings.flatMap { style.paragraph($0.sentence, lead: "  - ", nil) }
    return ([style.text("\(check.directory)\(what): ") + verdict] + lines).joined(separator: "\n") + "\n"
  }
}
