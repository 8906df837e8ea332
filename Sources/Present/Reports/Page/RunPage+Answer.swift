import Analysis
import Energy
import NumericFormats
import Records
import Statistics

extension RunPage {
  /// Workloads that are answered for; of more, the table below has the rest.
  private static let mostAnswers = 12
  /// Precisions of a card.
  private static let mostLosses = 6

  /// The best of everything, workload by workload, and how far it can be trusted.
  func writeAnswer(to section: inout PageSection) {
    section.begin("answer", "The answer")
    let trust = Trust(record: record, summary: summary, canaries: sweep?.canaries)
    section.add("<div class=\"verdict \(trust.verdict.rawValue)\">\(HTML.paragraph(trust.verdict.words))")
    section.add(HTML.list(trust.doubts, class: "doubts"))
    section.add("</div>")
    if let sweep { section.add(Self.goal(sweep)) }
    let answers = Answer.all(in: record, summary)
    for answer in answers.prefix(Self.mostAnswers) {
      section.add("<h4>\(HTML.text(answer.workload))</h4>\n<div class=\"cards\">")
      section.add(Self.throughput(answer))
      section.add(Self.latency(answer))
      section.add(Self.energy(answer))
      section.add(losses(answer))
      section.add("</div>")
    }
    if answers.count > Self.mostAnswers {
      section.add(
        HTML.paragraph("\(answers.count - Self.mostAnswers) more workloads are in the tables below.", class: "hint"))
    }
    section.end()
  }

  /// What a sweep looked for, and what came of it.
  private static func goal(_ sweep: SweepSummary) -> String {
    guard let answer = sweep.answer else { return "" }
    let goal = "The sweep looked for \(answer.goal.words): "
    switch answer.outcome {
    case .found(let found):
      let words = sweep.row(found.best)?.words ?? found.best
      let ties = found.ties.isEmpty ? "" : " \(Figure.counted(found.ties.count, "other")) cannot be told apart from it."
      let unknown =
        found.unknown.isEmpty
        ? "" : " How \(Figure.counted(found.unknown.count, "other")) stand to it is not known (one process)."
      return HTML.paragraph("\(goal)\(words).\(ties)\(unknown)", class: "goal")
    case .limitNotMet(let nearest):
      let words = sweep.row(nearest.id)?.words ?? nearest.id
      return HTML.paragraph(
        "\(goal)no configuration keeps it; the nearest took \(Figure.plain(Double(nearest.nanoseconds) / 1e6)) ms with "
          + "\(words).", class: "goal")
    case .unavailable(let reason): return HTML.paragraph(goal + reason, class: "goal")
    }
  }

  private static func card(_ name: String, _ value: String?, _ unit: String, _ lines: [String]) -> String {
    let figure =
      value.map { "<p class=\"figure\">\(HTML.text($0)) <span class=\"unit\">\(HTML.text(unit))</span></p>" }
      ?? HTML.paragraph(unit, class: "figure none")
    return "<div class=\"card\">\(HTML.paragraph(name, class: "name"))\(figure)"
      + lines.filter { !$0.isEmpty }.map { HTML.paragraph($0) }.joined() + "</div>"
  }

  /// How a best cell stands to the others.
  private static func standing(_ best: Answer.Best) -> String {
    if best.ties > 0 { return "Not told apart from \(Figure.counted(best.ties, "other cell"))." }
    return best.unknown > 0
      ? "How \(Figure.counted(best.unknown, "other cell")) stand to it is not known (one process)." : ""
  }

  private static func throughput(_ answer: Answer) -> String {
    guard let best = answer.fastest, let throughput = best.cell.throughput else {
      return card("Best throughput", nil, "not measured", ["Nothing was timed where it was asked to run."])
    }
    let spread = throughput.interval.map {
      "95 %: \(Figure.significant($0.lower)) to \(Figure.significant($0.upper))"
    }
    return card(
      "Best throughput", Figure.significant(throughput.mean), "samples/s",
      [spread ?? "one process, so no interval", CellWords.point(best.cell.cell), standing(best)])
  }

  private static func latency(_ answer: Answer) -> String {
    guard let best = answer.quickest, let latency = best.cell.latency else {
      return card("Best latency", nil, "not measured", ["Latency is measured under SingleStream."])
    }
    return card(
      "Best latency", Figure.milliseconds(latency.p50.nanoseconds), "ms, p50",
      [
        "p99: \(RunReport.latency(latency.p99)) ms of \(Figure.counted(latency.p99.count, "query", "queries"))",
        CellWords.point(best.cell.cell), standing(best),
      ])
  }

  private static func energy(_ answer: Answer) -> String {
    guard let best = answer.thriftiest else {
      return card("Least energy", nil, "unavailable", [answer.noEnergy ?? ""])
    }
    switch best.cell.energy {
    case .measured(let energy):
      return card(
        "Least energy", Figure.significant(energy.joules), "J/sample",
        [
          "±\(Figure.fixed(energy.widestShare * 100, 1)) %, measured by \(energy.source)",
          CellWords.point(best.cell.cell),
        ])
    case .modelled(let energy):
      return card(
        "Least energy", "~\(Figure.significant(energy.joules))", "J/sample, modelled",
        [
          "\(Figure.significant(energy.lower)) to \(Figure.significant(energy.upper)) by \(energy.model), not measured",
          CellWords.point(best.cell.cell),
        ])
    case .unavailable, nil: return ""
    }
  }

  private func losses(_ answer: Answer) -> String {
    guard !answer.losses.isEmpty else {
      return Self.card(
        "Accuracy lost", nil, "not measured", ["No other precision than FP32 was compared with it (assay precision)."])
    }
    let lines = answer.losses.prefix(Self.mostLosses).map { loss -> String in
      let error = ContractSection.share(loss.fidelity.relativeError)
      return "<tr><th scope=\"row\">\(HTML.text(loss.name.shortened(to: 40)))</th><td>\(HTML.text(error))</td>"
        + "<td>\(HTML.text(Self.agreement(loss.fidelity)))</td></tr>"
    }
    let more = answer.losses.count - Self.mostLosses
    return "<div class=\"card losses\">\(HTML.paragraph("Accuracy lost against FP32", class: "name"))"
      + "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Accuracy lost\"><table>"
      + "<caption class=\"unseen\">Accuracy lost by each precision</caption><thead><tr><th scope=\"col\">precision</th><th scope=\"col\">error</th>"
      + "<th scope=\"col\">agreement</th></tr></thead><tbody>\(lines.joined())</tbody></table></div>"
      + (more > 0 ? HTML.paragraph("\(more) more below.") : "") + "</div>"
  }

  private static func agreement(_ fidelity: Fidelity) -> String {
    if let task = fidelity.task { return "task ρ \(Figure.fixed(task.spearmanWithFP32, 4))" }
    guard let share = fidelity.top1Agreement else { return "cosine \(Figure.fixed(fidelity.cosine, 6))" }
    return "top-1 \(Figure.percent(share))" + (fidelity.isTop1Trustworthy ? "" : FewDecisionsNote.mark)
  }
}
