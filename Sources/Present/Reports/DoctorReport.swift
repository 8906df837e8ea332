import HostState

/// What `assay doctor` prints: everything that would distort numbers here, the worst first, each with what to do.
public struct DoctorReport {
  private let findings: [Finding]
  private let style: ReportStyle

  /// Makes a report.
  public init(_ findings: [Finding], style: ReportStyle = ReportStyle()) {
    self.findings = findings
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let width = findings.map(\.topic.rawValue.count).max() ?? 0
    var lines: [String] = []
    for severity in Finding.Severity.allCases.sorted(by: >) {
      for finding in findings where finding.severity == severity {
        let lead = "\(Self.mark(severity)) \(finding.topic.rawValue.padded(to: width, .left))  "
        let seen = [finding.seen, finding.effect].compactMap { $0 }.joined(separator: " ")
        lines += style.paragraph(seen, lead: lead, Self.emphasis(severity))
        if let action = finding.action {
          lines += style.paragraph(action, lead: String(repeating: " ", count: width + 4) + "→ ", .subdued)
        }
      }
    }
    return (lines + (lines.isEmpty ? [] : [""]) + [style.text(closing, .title)]).joined(separator: "\n") + "\n"
  }

  private var closing: String {
    func count(_ severity: Finding.Severity) -> Int { findings.count { $0.severity == severity } }
    return Figure.counted(count(.warning), "warning") + ", " + Figure.counted(count(.note), "note") + ", "
      + "\(count(.ok)) as it should be."
  }

  private static func mark(_ severity: Finding.Severity) -> String {
    switch severity {
    case .warning: "!"
    case .note: "·"
    case .ok: "✓"
    }
  }

  private static func emphasis(_ severity: Finding.Severity) -> ReportStyle.Emphasis {
    switch severity {
    case .warning: .caution
    case .note: .subdued
    case .ok: .good
    }
  }
}
