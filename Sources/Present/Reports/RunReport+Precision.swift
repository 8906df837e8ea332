import Analysis
import NumericFormats
import Records

extension RunReport {
  /// Closeness to FP32 and bytes moved, for every cell of an engine's own precision that has fidelity. No time: it may be
  /// emulated.
  var precisionSection: [String] {
    let cells = summary.cells.filter { $0.fidelity != nil && !$0.cell.isOfContract }
    guard !cells.isEmpty else { return [] }
    var table = TextTable([
      .init("precision"), .init("contract", isShortenable: true), .init("time"), .init("SQNR", unit: "dB", .right),
      .init("cosine", .right), .init("max error", .right, dropOrder: 3), .init("top-1", .right),
      .init("n", .right, dropOrder: 4),
      .init("task ρ", .right, dropOrder: 2), .init("weights", unit: "MB", .right, dropOrder: 0),
      .init("activations", unit: "MB", .right, dropOrder: 1),
    ])
    for group in cells.grouped(by: { "\($0.cell.workload) · \($0.cell.engine)" }) {
      table.add(group: group.heading)
      for cell in group.members {
        guard let fidelity = cell.fidelity else { continue }
        let traffic = summary.traffic.first { $0.id == cell.id }
        table.add(row: [
          cell.cell.precision.rawValue, cell.cell.numerics, cell.cell.execution == .emulated ? "emulated" : "native",
          fidelity.sqnrDecibels.map { Figure.fixed($0, 1) } ?? "identical", Figure.fixed(fidelity.cosine, 6),
          Self.largestError(fidelity), Self.top1(fidelity),
          "\(fidelity.top1Agreement == nil ? fidelity.samples : fidelity.decisions)",
          fidelity.task.map { Figure.fixed($0.spearmanWithFP32, 4) } ?? "-",
          Self.moved(cell.memory?.weightBytesMoved, share: traffic?.weightShare),
          Self.moved(cell.memory?.activationBytesMoved, share: traffic?.activationShare),
        ])
      }
    }
    return [style.text("Precision against FP32", .title)] + table.rendered(style)
      + style.footnotes(precisionNotes(cells))
  }

  /// What the columns and marks of the table of precisions mean.
  func precisionNotes(_ cells: [CellSummary]) -> [(lead: String, text: String)] {
    var lines: [(lead: String, text: String)] = [("MB", "bytes that one inference moves, times FP32's in brackets.")]
    if cells.contains(where: { $0.cell.execution == .emulated }) {
      lines.append(("emulated", "computed bit by bit with other instructions; the time it takes is not speed."))
    }
    let fidelities = cells.compactMap(\.fidelity)
    if fidelities.contains(where: { $0.relativeLargestError != nil }) {
      lines.append(("max error", "of any output; in brackets as a share of the largest FP32 output."))
    }
    lines.append(("n", "decisions behind top-1, or samples compared where outputs decide nothing."))
    if fidelities.contains(where: { !$0.isTop1Trustworthy }) {
      lines.append((FewDecisionsNote.mark, FewDecisionsNote.text()))
    }
    for cell in cells {
      guard let task = cell.fidelity?.task else { continue }
      let name = "\(cell.cell.workload) \(cell.cell.precision.rawValue)"
      let text =
        "\(name): rank correlation of \(task.pairs) pair similarities with FP32's. Against the known likeness "
        + "\(cell.cell.precision.rawValue) reaches \(Figure.fixed(task.spearmanWithLabels, 4)), FP32 "
        + "\(Figure.fixed(task.fp32SpearmanWithLabels, 4))."
      if !lines.contains(where: { $0.text == text }) { lines.append(("task ρ", text)) }
    }
    return lines
  }

  /// The largest error, and what share of the largest output it is.
  static func largestError(_ fidelity: Fidelity) -> String {
    let error = Figure.significant(fidelity.largestError)
    guard let share = fidelity.relativeLargestError else { return error }
    // A small error is not none.
    return "\(error) (\(share > 0 && share < 0.0005 ? "<0.1 %" : Figure.percent(share)))"
  }

  private static func top1(_ fidelity: Fidelity) -> String {
    guard let share = fidelity.top1Agreement else { return "-" }
    return Figure.percent(share) + (fidelity.isTop1Trustworthy ? "" : FewDecisionsNote.mark)
  }

  private static func moved(_ bytes: UInt64?, share: Double?) -> String {
    guard let bytes else { return "-" }
    let value = Figure.megabytes(bytes)
    return share.map { "\(value) (\(Figure.fixed($0, 2))×)" } ?? value
  }
}
