import Analysis
import Records

/// What `assay attribute` prints: nodes by the damage that lowering them does, and what to keep at FP32 for a budget.
public struct AttributionReport {
  private let summary: AttributionSummary
  private let choice: MixedPrecision?
  private let path: String?
  private let style: ReportStyle

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - choice: what keeps the budget that was asked for; nil where none was, or nothing does.
  ///   - path: where the attribution is kept; nil where it is not.
  public init(
    _ summary: AttributionSummary, choice: MixedPrecision? = nil, path: String? = nil,
    style: ReportStyle = ReportStyle()
  ) {
    self.summary = summary
    self.choice = choice
    self.path = path
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let heading = [
      summary.model, summary.contract, "\(Figure.counted(summary.nodes.count, "node")) that multiply",
      Figure.counted(summary.samples, "sample"),
    ].joined(separator: " · ")
    var lines = [style.text(heading, .title)] + table.rendered(style) + [""]
    lines += style.footnotes(notes)
    if let choice { lines += [""] + paragraphs(choice) }
    if !summary.isComplete { lines += ["", style.text("Incomplete: some models are not measured.", .caution)] }
    if let path { lines += ["", "Figures are in \(path)."] }
    return lines.joined(separator: "\n") + "\n"
  }

  private var table: TextTable {
    let decides = summary.nodes.contains { $0.top1Agreement != nil }
    var columns: [TextTable.Column] = [
      .init("", .right), .init("node", isShortenable: true), .init("op", dropOrder: 3),
      .init("alone", unit: "%", .right), .init("SQNR", unit: "dB", .right, dropOrder: 2),
    ]
    if decides { columns.append(.init("top-1", unit: "%", .right, dropOrder: 5)) }
    columns += [
      .init("so far", unit: "%", .right), .init("MAC", unit: "%", .right),
      .init("weights", unit: "-MB", .right, dropOrder: 1), .init("activations", unit: "-MB", .right, dropOrder: 4),
    ]
    if choice != nil { columns.append(.init("")) }
    var table = TextTable(columns)
    let kept = Set(choice?.kept ?? [])
    let mark = decidesLittle ? FewDecisionsNote.mark : ""
    for (index, node) in summary.nodes.enumerated() {
      var row = [
        "\(index + 1)", node.name, node.op, node.failure == nil ? Self.percent(node.error) : "failed",
        node.sqnrDecibels.map { Figure.fixed($0, 1) } ?? "-",
      ]
      if decides { row.append(node.top1Agreement.map { Figure.fixed($0 * 100, 1) + mark } ?? "-") }
      row += [
        Self.percent(node.cumulativeError), Figure.fixed(node.multiplyAccumulatesShare * 100, 2),
        Self.megabytes(node.savedWeightBytes), Self.megabytes(node.savedActivationBytes),
      ]
      if choice != nil { row.append(kept.contains(node.name) ? "keep" : "") }
      table.add(row: row)
    }
    return table
  }

  /// Whether there are shares of agreement, of too few decisions.
  private var decidesLittle: Bool {
    summary.decisions < Fidelity.leastDecisions && summary.nodes.contains { $0.top1Agreement != nil }
  }

  private var notes: [(lead: String, text: String)] {
    var notes: [(lead: String, text: String)] = [
      (
        "alone",
        "the model's error with this node lowered and everything else at FP32: the root of error power over "
          + "signal power of the outputs."
      ),
      ("so far", "the model's error with this node and all below it lowered, and what does not multiply too."),
      ("MAC", "the node's part of these nodes' multiply-accumulates."),
      ("-MB", "what lowering it saves: of weights, and of activations that it reads for one sample."),
    ]
    if decidesLittle {
      notes.append((FewDecisionsNote.mark, FewDecisionsNote.text(count: "\(summary.decisions)")))
    }
    if let error = summary.errorOfOthers {
      notes.append(("", "With none of these nodes lowered the error is \(Self.percent(error)) %."))
    }
    if let error = summary.errorOfAll {
      let decibels = AttributionSummary.decibels(error).map { ", \(Figure.fixed($0, 1)) dB" } ?? ""
      notes.append(("", "With all of them lowered it is \(Self.percent(error)) %\(decibels)."))
    }
    notes += summary.nodes.compactMap { node in node.failure.map { ("failed", "\(node.name): \($0)") } }
    return notes
  }

  private func paragraphs(_ choice: MixedPrecision) -> [String] {
    let total = choice.lowered.count + choice.kept.count
    let keep =
      choice.kept.isEmpty
      ? "lower all \(total) nodes" : "keep \(choice.kept.count) of \(total) nodes at FP32 and lower the others"
    var sentences = [
      "For an error of at most \(Self.percent(choice.maxError)) %: \(keep).",
      "That is \(Figure.percent(choice.multiplyAccumulatesShare)) of the multiply-accumulates, "
        + "\(Self.megabytes(choice.savedWeightBytes)) MB of weights and "
        + "\(Self.megabytes(choice.savedActivationBytes)) MB of activations saved, with an error of "
        + "\(Self.percent(choice.error)) %.",
    ]
    if let error = choice.errorOnOtherSamples {
      let verdict = choice.missesBudgetOnOtherSamples ? ", which is more than the budget: choose by more --samples" : ""
      sentences.append("On samples that chose nothing it is \(Self.percent(error)) %\(verdict).")
    } else {
      sentences.append(
        "On samples that chose nothing it is not measured: that needs this --max-error while figures are measured, and "
          + "more samples than are compared.")
    }
    return style.paragraph(sentences.joined(separator: " "), lead: "")
  }

  private static func percent(_ error: Double?) -> String { error.map { Figure.significant($0 * 100) } ?? "-" }

  private static func megabytes(_ bytes: Int) -> String { Figure.fixed(Double(bytes) / 1e6, 2) }
}
