import Analysis

/// What `assay verify` prints: what was checked of each record, how much of it, and what is wrong.
public struct VerificationReport {
  private let files: [VerifiedRecord]
  private let style: ReportStyle

  /// Makes a report.
  public init(_ files: [VerifiedRecord], style: ReportStyle = ReportStyle()) {
    self.files = files
    self.style = style
  }

  /// The report, ended by a line feed; files that are no records are left to whoever says why.
  public var text: String {
    let sections = files.filter { $0.checks != nil }.map(section)
    let closing = files.count > 1 ? [[style.text(overview, .title)]] : []
    let all = (sections + closing).map { $0.joined(separator: "\n") }
    return all.isEmpty ? "" : all.joined(separator: "\n\n") + "\n"
  }

  private func section(_ file: VerifiedRecord) -> [String] {
    let checks = file.checks ?? []
    var table = TextTable([.init("check", isShortenable: true), .init("of", .right), .init("result")])
    for check in checks {
      table.add(row: [
        check.subject.title, check.outcome == .unknown ? "" : check.subject.counted(check.count), check.result,
      ])
    }
    let failed = checks.count { $0.outcome == .failed }
    let unknown = checks.count { $0.outcome == .unknown }
    let verdict =
      failed > 0
      ? "Found out: \(failed) of \(Figure.counted(checks.count, "check")) failed."
      : unknown > 0 ? "Nothing is wrong, as far as it could be checked." : "All well."
    return [style.text(file.path, .title)] + table.rendered(style) + faults(checks) + notes(checks)
      + [style.text(verdict, failed > 0 ? .bad : unknown > 0 ? .caution : .good)]
  }

  private func faults(_ checks: [RecordCheck]) -> [String] {
    checks.filter { $0.outcome == .failed }.flatMap { check in
      let more = check.faultCount - check.faults.count
      return check.faults.flatMap { style.paragraph("\(check.subject.title): \($0)", lead: "  ✗ ", .bad) }
        + (more > 0 ? style.paragraph("\(check.subject.title): and \(more) more", lead: "  ✗ ", .bad) : [])
    }
  }

  private func notes(_ checks: [RecordCheck]) -> [String] {
    checks.flatMap { check in
      check.note.map { style.paragraph($0, lead: check.outcome == .unknown ? "  ? " : "  · ", .subdued) } ?? []
    }
  }

  private var overview: String {
    let unread = files.count { $0.checks == nil }
    let parts = [
      "\(files.count { $0.isSound }) sound", "\(files.count { !$0.isSound && $0.checks != nil }) found out",
      unread > 0 ? "\(unread) not read" : nil,
    ]
    return "\(Figure.counted(files.count, "record")): " + parts.compactMap(\.self).joined(separator: ", ") + "."
  }
}

extension RecordCheck {
  /// The outcome in a word or two.
  fileprivate var result: String {
    switch outcome {
    case .passed: subject == .summary ? "recomputed" : "agree"
    case .failed: "\(faultCount) wrong"
    case .unknown: "not checked"
    }
  }
}

extension RecordCheck.Subject {
  /// What is checked, for a table.
  fileprivate var title: String {
    switch self {
    case .seal: "seal"
    case .figures: "figures that can be"
    case .ids: "ids from their parts"
    case .windows: "latencies in windows"
    case .placements: "CPUs of threads"
    case .energy: "energy of meters"
    case .fidelity: "shares of decisions"
    case .machine: "machine and topology"
    case .references: "files referred to"
    case .sweep: "events of the sweep"
    case .roofline: "ceilings"
    case .summary: "summary"
    case .published: "published figures"
    }
  }

  /// A number of the things that are looked at.
  fileprivate func counted(_ count: Int) -> String {
    let name =
      switch self {
      case .seal: "digest"
      case .figures: "part"
      case .ids: "cell"
      case .windows, .placements, .energy: "window"
      case .fidelity: "round"
      case .machine, .summary, .published: "figure"
      case .references: "reference"
      case .sweep: "event"
      case .roofline: "ceiling"
      }
    return Figure.counted(count, name)
  }
}
