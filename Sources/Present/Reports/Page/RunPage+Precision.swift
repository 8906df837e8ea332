import Analysis
import NumericFormats
import Records

extension RunPage {
  /// Closeness to FP32, and bytes.
  func writePrecision(to section: inout PageSection) {
    let cells = summary.cells.filter { $0.fidelity != nil && !$0.cell.isOfContract }
    guard !summary.contracts.isEmpty || !cells.isEmpty else {
      return section.lack(
        "Precision and fidelity", "No outputs were compared with FP32's; assay precision WORKLOAD compares them.")
    }
    section.begin("precision", "Precision and fidelity")
    if !summary.contracts.isEmpty { writeContracts(to: &section) }
    if !cells.isEmpty {
      section.add(section.table(fidelityTable(cells)))
      section.add(HTML.terms(report.precisionNotes(cells), class: "notes"))
    }
    section.end()
  }

  private func writeContracts(to section: inout PageSection) {
    let contracts = ContractSection(
      comparisons: summary.contracts, cells: summary.cells, options: PrecisionOptions(), style: ReportStyle())
    section.add(section.table(contractTable(contracts)))
    section.add(HTML.terms(contracts.notes, class: "notes"))
    var numbers = PageTable(
      "Error against bytes",
      [
        .words("workload"), .words("contract"), .number("MB moved"), .number("of FP32's"), .number("error"),
        .words("timed"), .words("front"),
      ])
    for comparison in summary.contracts {
      for entry in comparison.entries {
        guard let bytes = entry.bytes, bytes > 0, let error = entry.relativeError else { continue }
        numbers.add([
          .init(comparison.workload), .init(entry.contract), .init(Figure.significant(bytes / 1e6), bytes),
          .init(entry.byteShare.map { "\(Figure.fixed($0, 2))×" } ?? "-", entry.byteShare),
          .init(ContractSection.share(error), error), .init(entry.speed == nil ? "no" : "natively"),
          .init(entry.isSmallest ? "on it" : ""),
        ])
      }
    }
    guard numbers.count > 0 else { return }
    section.add(
      section.figure(
        PrecisionChart(record: record, comparisons: summary.contracts).picture, title: "Error against bytes",
        description:
          "Relative error of the outputs over the bytes that one inference moves, on logarithmic axes; a stepped "
          + "line joins the contracts that none beats in both. A panel for each workload.", numbers: numbers))
  }

  private func contractTable(_ contracts: ContractSection) -> PageTable {
    let energy = EnergyNotes(summary.cells)
    var table = PageTable(
      "Contracts against FP32",
      [
        .words("contract"), .words("workload"), .words("precision"), .words("front"), .number("SQNR", unit: "dB"),
        .number("error"), .number("cosine"), .number("top-1"), .number("top-5"), .number("n"), .number("task ρ"),
        .number("weights", unit: "MB"), .number("activations", unit: "MB"), .number("bytes"), .number("samples/s"),
        .number("J/sample"),
      ])
    for comparison in summary.contracts {
      for entry in comparison.entries {
        let fidelity = entry.fidelity
        let sqnr =
          fidelity.map { $0.sqnrDecibels.map { Figure.fixed($0, 1) } ?? "identical" }
          ?? (entry.isReference ? "reference" : "-")
        let count = fidelity.map { $0.top1Agreement == nil ? $0.samples : $0.decisions }
        table.add([
          .init(entry.contract), .init(comparison.workload), .init(entry.precision.rawValue),
          .init((entry.isSmallest ? "●" : "") + (entry.isFastest ? "▲" : "")), .init(sqnr, fidelity?.sqnrDecibels),
          .init(entry.relativeError.map(ContractSection.share) ?? "failed", entry.relativeError),
          .init(fidelity.map { Figure.fixed($0.cosine, 6) } ?? "-", fidelity?.cosine),
          Self.decided(fidelity?.top1Agreement, fidelity), Self.decided(fidelity?.top5Agreement, fidelity),
          .init(count.map { "\($0)" } ?? "-", count.map { Double($0) }), Self.task(fidelity),
          Self.megabytes(entry.weightBytes), Self.megabytes(entry.activationBytes),
          .init(entry.byteShare.map { "\(Figure.fixed($0, 2))×" } ?? "-", entry.byteShare),
          .init(contracts.speed(entry), entry.speed?.throughput.mean), .init(contracts.joules(entry, energy)),
        ])
      }
    }
    return table
  }

  private func fidelityTable(_ cells: [CellSummary]) -> PageTable {
    var table = PageTable(
      "Precision against FP32",
      [
        .words("workload"), .words("precision"), .words("contract"), .words("engine"), .words("time"),
        .number("SQNR", unit: "dB"), .number("error"), .number("cosine"), .number("max error"), .number("top-1"),
        .number("n"), .number("task ρ"), .number("weights", unit: "MB"), .number("activations", unit: "MB"),
      ])
    let traffic = Dictionary(summary.traffic.map { ($0.id, $0) }) { first, _ in first }
    for cell in cells {
      guard let fidelity = cell.fidelity else { continue }
      func moved(_ bytes: UInt64?, _ share: Double?) -> PageTable.Cell {
        let times = share.map { " (\(Figure.fixed($0, 2))×)" } ?? ""
        return .init(bytes.map { Figure.megabytes($0) + times } ?? "-", bytes.map { Double($0) })
      }
      let count = fidelity.top1Agreement == nil ? fidelity.samples : fidelity.decisions
      table.add([
        .init(cell.cell.workload), .init(cell.cell.precision.rawValue), .init(cell.cell.numerics),
        .init(cell.cell.engine), .init(cell.cell.execution == .emulated ? "emulated" : "native"),
        .init(fidelity.sqnrDecibels.map { Figure.fixed($0, 1) } ?? "identical", fidelity.sqnrDecibels),
        .init(ContractSection.share(fidelity.relativeError), fidelity.relativeError),
        .init(Figure.fixed(fidelity.cosine, 6), fidelity.cosine),
        .init(RunReport.largestError(fidelity), fidelity.largestError),
        Self.decided(fidelity.top1Agreement, fidelity), .init("\(count)", Double(count)), Self.task(fidelity),
        moved(cell.memory?.weightBytesMoved, traffic[cell.id]?.weightShare),
        moved(cell.memory?.activationBytesMoved, traffic[cell.id]?.activationShare),
      ])
    }
    return table
  }

  private static func decided(_ share: Double?, _ fidelity: Fidelity?) -> PageTable.Cell {
    let mark = fidelity?.isTop1Trustworthy == false ? FewDecisionsNote.mark : ""
    return .init(share.map { Figure.percent($0) + mark } ?? "-", share)
  }

  private static func task(_ fidelity: Fidelity?) -> PageTable.Cell {
    .init(fidelity?.task.map { Figure.fixed($0.spearmanWithFP32, 4) } ?? "-", fidelity?.task?.spearmanWithFP32)
  }

  private static func megabytes(_ bytes: UInt64?) -> PageTable.Cell {
    .init(bytes.map(Figure.megabytes) ?? "-", bytes.map { Double($0) })
  }
}
