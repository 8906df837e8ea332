import Analysis
import Energy
import Records

/// A load line as text: what the machine does and draws from full load to active idle.
public struct LoadLineReport {
  private let line: LoadLine
  private let score: LoadLineScore
  private let style: ReportStyle

  /// Makes a report.
  public init(_ line: LoadLine, style: ReportStyle = ReportStyle()) {
    self.line = line
    score = LoadLineScore(line)
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    var lines = style.paragraph(line.system, lead: "Load line of ", .title) + [""]
    lines += table.rendered(style) + [""]
    lines += style.footnotes(notes)
    return lines.joined(separator: "\n") + "\n"
  }

  private var hasPower: Bool {
    score.steps.contains { if case .unavailable = $0.watts { false } else { true } }
  }

  private var table: TextTable {
    var table = TextTable([
      .init("load", .right), .init("offered", unit: "1/s", .right, dropOrder: 2),
      .init("answered", unit: "1/s", .right),
      .init("p50", unit: "ms", .right, dropOrder: 1), .init("p99", unit: "ms", .right),
      .init("power", unit: "W", .right),
      .init("samples/J", .right), .init("failed", .right, dropOrder: 0),
    ])
    for (step, figures) in zip(line.steps, score.steps) {
      let isIdle = step.load == 0
      table.add(row: [
        isIdle ? "active idle" : Figure.percent(step.load, decimals: 0), isIdle ? "" : Figure.significant(step.offered),
        isIdle ? "" : Figure.significant(step.completed), step.p50.map { Figure.significant($0 * 1e3) } ?? "",
        step.p99.map { Figure.significant($0 * 1e3) } ?? "", Self.text(figures.watts),
        isIdle ? "" : Self.text(figures.samplesPerJoule), isIdle ? "" : Figure.exact(step.failed),
      ])
    }
    return table
  }

  /// A figure with half of its interval, or a word for why there is none.
  static func text(_ figure: Provenance<LoadLineScore.Bounded, LoadLineScore.Bounded>) -> String {
    switch figure {
    case .measured(let bounded):
      "\(Figure.significant(bounded.value)) ±\(Figure.fixed((bounded.upper - bounded.value) / bounded.value * 100, 1))%"
    case .modelled(let bounded):
      "~\(Figure.significant(bounded.value)) \(Figure.bounds(bounded.value, from: bounded.lower, to: bounded.upper))%"
    case .unavailable: "unavailable"
    }
  }

  /// What the figures mean, and what is not known.
  var notes: [(lead: String, text: String)] {
    let reasons = line.steps.reduce(into: [String]()) { found, step in
      if case .unavailable(let reason) = step.energy, !found.contains(reason) { found.append(reason) }
    }
    var notes: [(lead: String, text: String)] = [
      (
        "maximum",
        "\(Figure.significant(line.maximum)) samples/s, the mean of the last two of \(line.calibration.count) calibration "
          + "intervals (\(line.calibration.map(Figure.significant).joined(separator: ", ")))."
      ),
      (
        "overall",
        Self.sentence(score.overall, unit: " samples/J", told: reasons) {
          "throughputs of all steps over their powers, active idle among them"
        }
      ),
      (
        "proportionality",
        Self.sentence(score.proportionality, unit: "", told: reasons) {
          "1 where power follows load, 0 where it never changes"
        }
      ),
    ]
    for reason in reasons.prefix(3) { notes.append(("power", "unavailable: \(reason)")) }
    if line.steps.contains(where: { if case .modelled = $0.energy { true } else { false } }) {
      notes.append(("~", "modelled, not measured, with the model's bounds; never compare it with measured figures."))
    }
    if let full = line.steps.first, full.load > 0, full.completed < 0.97 * line.maximum {
      notes.append(
        (
          "short",
          "at full load \(Figure.percent(full.completed / line.maximum)) of the maximum were answered within the step; "
            + "take longer steps (--step-time)."
        ))
    }
    if let text = line.monitor?.sentence { notes.append(("meters", text)) }
    return notes
  }

  private static func sentence(
    _ figure: Provenance<LoadLineScore.Bounded, LoadLineScore.Bounded>, unit: String,
    told reasons: [String], _ meaning: () -> String
  ) -> String {
    switch figure {
    case .measured(let bounded):
      "\(Figure.significant(bounded.value))\(unit) (\(Figure.significant(bounded.lower)) to "
        + "\(Figure.significant(bounded.upper)), measured by \(bounded.source)): \(meaning())."
    case .modelled(let bounded):
      "~\(Figure.significant(bounded.value))\(unit) (\(Figure.significant(bounded.lower)) to "
        + "\(Figure.significant(bounded.upper)), modelled by \(bounded.source)): \(meaning())."
    // Said once, of the power.
    case .unavailable(let reason): reasons.contains(reason) ? "unavailable, as power is." : "unavailable: \(reason)"
    }
  }
}
