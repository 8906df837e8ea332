import Analysis
import NumericFormats
import Records

extension RunPage {
  /// Which cells none beats in speed, error and energy together.
  func writeTradeOff(to section: inout PageSection) {
    let all = TradeOff.all(in: summary.cells)
    // FP32 alone has no trade to make.
    let shown = all.filter { $0.points.contains { $0.error > 0 || $0.cell.cell.precision != .fp32 } }
    guard !shown.isEmpty else {
      return section.lack(
        "Speed, error and energy",
        hasSpeed
          ? "No precision but FP32 was both timed and compared with FP32; measure one with assay precision, or a suite that "
            + "does both." : "Nothing was timed.")
    }
    section.begin("trade-off", "Speed, error and energy")
    for content in shown { section.add(figure(content, in: &section)) }
    section.end()
  }

  private func figure(_ content: TradeOff, in section: inout PageSection) -> String {
    var table = PageTable(
      "Speed, error and energy of \(content.workload)",
      [.words("cell"), .number("#"), .number("samples/s"), .number("error"), .number("J/sample"), .words("told by")])
    let mark = content.isModelled ? "~" : ""
    var number = 0
    for point in content.points {
      if point.isOnFront { number += 1 }
      table.add([
        .init(CellWords.point(point.cell.cell)), point.isOnFront ? .init("\(number)", Double(number)) : .init(""),
        .init(Figure.significant(point.speed), point.speed), .init(ContractSection.share(point.error), point.error),
        .init(point.joules.map { mark + Figure.significant($0) } ?? "unavailable", point.joules),
        .init(point.cell.energy?.source ?? ""),
      ])
    }
    var notes: [(lead: String, text: String)] = [("#", "none beats it; the number in the picture.")]
    if content.energySource == nil {
      notes.append(
        ("energy", "decides nothing here: one meter would have to have told that of every cell."))
    }
    if content.unknownErrors > 0 {
      notes.append(
        ("not shown", "\(Figure.counted(content.unknownErrors, "cell")) whose outputs nobody compared with FP32's."))
    }
    let title = "\(content.workload): error over samples per second"
    return section.figure(
      TradeOffChart(content).picture, title: title,
      description:
        "Relative error over samples a second, with rings whose area is the energy of a sample. A dashed line joins "
        + "what none beats in speed and error; cells that none beats at all are filled and numbered.", numbers: table)
      + HTML.terms(notes, class: "notes")
  }
}
