import Analysis
import NumericFormats
import Records

extension RunReport {
  /// Closeness to FP32 and bytes moved, for every cell that has fidelity. No time: it may be an emulator's.
  var precisionSection: [String] {
    let cells = summary.cells.filter { $0.fidelity != nil }
    guard !cells.isEmpty else { return [] }
    var table = TextTable([
      .init("precision"), .init("contract", isShortenable: true), .init("time"), .init("SQNR", unit: "dB", .right),
      .init("cosine", .right), .init("max error", .right, dropOrder: 3), .init("top-1", .right),
      .init("task ρ", .right, dropOrder: 2), .init("weights", unit: "MB", .right, dropOrder: 0),
      .init("activations", unit: "MB", .right, dropOrder: 1),
    ])
    for group in cells.grouped(by: { "\($0.cell.workload) · \($0.cell.engine)" }) {
      table.add(group: group.heading)
      for cell in group.members {
        guard let fidelity = cell.fidelity else { continue }
        let traffic = summary.traffic.first { $0.id == cell.id }
        table.add(row: [
          cell.cell.precision.rawValue, cell.cell.contract, cell.cell.execution == .emulated ? "emulated" : "native",
          fidelity.sqnrDecibels.map { Figure.fixed($0, 1) } ?? "identical", Figure.fixed(fidelity.cosine, 6),
          Figure.significant(fidelity.largestError), fidelity.top1Agreement.map { Figure.percent($0) } ?? "-",
          fidelity.task.map { Figure.fixed($0.spearmanWithFP32, 4) } ?? "-",
          Self.moved(cell.memory?.weightBytesMoved, share: traffic?.weightShare),
          Self.moved(cell.memory?.activationBytesMoved, share: traffic?.activationShare),
        ])
      }
    }
    return [style.text("Precision against FP32", .title)] + table.rendered(style)
      + style.footnotes(precisionNotes(cells))
  }

  private func precisionNotes(_ cells: [CellSummary]) -> [(lead: String, text: String)] {
    var lines: [(lead: String, text: String)] = [("MB", "bytes that one inference moves, times FP32's in brackets.")]
    if cells.contains(where: { $0.cell.execution == .emulated }) {
      lines.append(("emulated", "computed bit by bit with other instructions; the time it takes is not speed."))
    }
    for task in cells.compactMap(\.fidelity?.task) {
      let text =
        "rank correlation of \(task.pairs) pair similarities with FP32's; FP32 itself reaches "
        + "\(Figure.fixed(task.fp32SpearmanWithLabels, 4)) against the known likeness."
      if !lines.contains(where: { $0.text == text }) { lines.append(("task ρ", text)) }
    }
    return lines
  }

  private static func moved(_ bytes: UInt64?, share: Double?) -> String {
    guard let bytes else { return "-" }
    let value = Figure.megabytes(bytes)
    return share.map { "\(value) (\(Figure.fixed($0, 2))×)" } ?? value
  }
}
