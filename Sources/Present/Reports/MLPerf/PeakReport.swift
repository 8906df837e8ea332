import LoadGen

/// What a search for the largest valid Server rate found, and every run that it made.
public struct PeakReport {
  private let answer: PeakAnswer
  private let runs: [PeakRun]
  private let plan: PeakPlan
  private let style: ReportStyle

  /// Makes a report.
  public init(_ answer: PeakAnswer, runs: [PeakRun], plan: PeakPlan, style: ReportStyle = ReportStyle()) {
    self.answer = answer
    self.runs = runs
    self.plan = plan
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    (table + [""] + verdict + notes).joined(separator: "\n") + "\n"
  }

  private var percentile: String { "p\(Figure.plain(plan.percentile * 100))" }

  private var table: [String] {
    var table = TextTable([
      .init("run", .right), .init("rate", unit: "1/s", .right), .init("queries", .right), .init("over", .right),
      .init("over", unit: "%", .right, dropOrder: 2), .init("\(percentile)", unit: "ms", .right, dropOrder: 1),
      .init("time", unit: "s", .right), .init("kind", dropOrder: 3), .init("verdict"),
    ])
    for (number, run) in runs.enumerated() {
      table.add(row: [
        "\(number + 1)", Figure.significant(run.rate), Figure.exact(run.tick.queries), Figure.exact(run.tick.over),
        run.tick.queries > 0 ? Figure.fixed(Double(run.tick.over) / Double(run.tick.queries) * 100, 2) : "",
        run.latency.map(Figure.milliseconds) ?? "", Figure.fixed(run.seconds, 1), run.isConfirming ? "full" : "probe",
        run.verdict.map { Self.word($0, run.end) } ?? "",
      ])
    }
    return table.rendered(style)
  }

  private static func word(_ verdict: PeakRun.Verdict, _ end: PeakRun.End) -> String {
    switch verdict {
    case .confirmed: return "VALID"
    case .likelyValid: return "looks valid"
    case .likelyInvalid: return "looks invalid"
    case .invalid:
      switch end {
      case .decided: return "invalid, stopped"
      case .failed: return "invalid, failed"
      case .ended: return "INVALID"
      }
    }
  }

  private var verdict: [String] {
    let bound = "\(percentile) within \(Figure.plain(Double(plan.bound) / 1e6)) ms"
    guard let valid = answer.valid else {
      let found = "no rate passed a full run (\(bound))"
      return style.paragraph("Peak: \(found). \(sentence)", lead: "", .bad)
    }
    let upper = answer.invalid.map { "; \(Figure.significant($0)) is not" } ?? ""
    let width = answer.width.map { " (\(Figure.percent($0)) more)" } ?? ""
    return style.paragraph(
      "Peak: \(Figure.significant(valid)) queries a second are valid (\(bound))\(upper)\(width). \(sentence)", lead: "")
  }

  private var sentence: String {
    switch answer.end {
    case .narrow: "The interval is as narrow as was asked for."
    case .highestIsValid: "That is the highest rate that was to be tried: the system is faster than the limit."
    case .nothingIsValid:
      "The lowest rate that was to be tried, \(Figure.significant(plan.lowest)) a second, is invalid: the system does not "
        + "keep the bound at any rate."
    case .budget: "The time was over before the interval was as narrow as was asked for."
    case .interrupted: "The search was interrupted."
    case .runs: "Runs contradicted each other too often: the machine is not steady enough."
    }
  }

  private var notes: [String] {
    let lengths = Figure.plain(answer.seconds / plan.fullSeconds)
    var notes = [
      (
        "cost",
        "\(Figure.counted(answer.runs, "run")), \(answer.fullRuns) of full length, \(Figure.clock(answer.seconds)): "
          + "as long as \(lengths) full runs of \(Figure.plain(plan.fullSeconds)) s."
      ),
      (
        "rule",
        "A rate is valid where a full run passed with early stopping; rates below it were taken to be valid, rates above an "
          + "invalid one to be invalid, without a run. Probes end as soon as their rate is decided."
      ),
    ]
    if !answer.overturned.isEmpty {
      let rates = answer.overturned.map(Figure.significant).joined(separator: ", ")
      notes.append(("noise", "Full runs overturned what other runs had shown of these rates: \(rates)."))
    }
    return style.footnotes(notes.map { (lead: $0.0, text: $0.1) })
  }
}
