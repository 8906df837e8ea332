import Analysis
import NumericFormats
import Records

/// What contracts make of each workload: a table for each, then what the marks mean and which contract keeps a budget.
struct ContractSection {
  let comparisons: [ContractComparison]
  let cells: [CellSummary]
  let options: PrecisionOptions
  let style: ReportStyle

  /// The lines; none where there is nothing to compare.
  var lines: [String] {
    guard !comparisons.isEmpty else { return [] }
    let timed = cells.filter { cell in comparisons.contains { $0.entries.contains { $0.speed?.id == cell.id } } }
    let energy = EnergyNotes(timed)
    var table = TextTable([
      .init("contract", isShortenable: true), .init("precision", dropOrder: 7), .init("front"),
      .init("SQNR", unit: "dB", .right, dropOrder: 4), .init("error", .right),
      .init("cosine", .right, dropOrder: 8), .init("top-1", .right, dropOrder: 1),
      .init("top-5", .right, dropOrder: 9), .init("n", .right, dropOrder: 10),
      .init("task ρ", .right, dropOrder: 2), .init("weights", unit: "MB", .right, dropOrder: 5),
      .init("activations", unit: "MB", .right, dropOrder: 6), .init("bytes", .right), .init("samples/s", .right),
      .init("J/sample", .right, dropOrder: 3),
    ])
    for comparison in comparisons {
      table.add(group: heading(of: comparison))
      for entry in comparison.entries(sortedBy: options.order) { table.add(row: row(entry, energy)) }
    }
    return [style.text("Contracts against FP32", .title)] + table.rendered(style)
      + style.footnotes(notes + energy.lines) + budgetLines
  }

  private func heading(of comparison: ContractComparison) -> String {
    let samples = comparison.entries.compactMap(\.fidelity?.samples).max()
    return comparison.workload + (samples.map { " · \(Figure.counted($0, "sample"))" } ?? "")
  }

  private func row(_ entry: ContractComparison.Entry, _ energy: EnergyNotes) -> [String] {
    let fidelity = entry.fidelity
    let marks = (entry.isSmallest ? "●" : "") + (entry.isFastest ? "▲" : "")
    func decided(_ share: Double?) -> String {
      guard let share else { return "-" }
      return Figure.percent(share) + (fidelity?.isTop1Trustworthy == false ? FewDecisionsNote.mark : "")
    }
    let sqnr =
      if let fidelity {
        fidelity.sqnrDecibels.map { Figure.fixed($0, 1) } ?? "identical"
      } else { entry.isReference ? "reference" : "-" }
    return [
      entry.contract, entry.precision.rawValue, marks, sqnr,
      entry.relativeError.map(Self.share) ?? "failed", fidelity.map { Figure.fixed($0.cosine, 6) } ?? "-",
      decided(fidelity?.top1Agreement), decided(fidelity?.top5Agreement), fidelity.map(Self.count) ?? "-",
      fidelity?.task.map { Figure.fixed($0.spearmanWithFP32, 4) } ?? "-",
      entry.weightBytes.map(Figure.megabytes) ?? "-", entry.activationBytes.map(Figure.megabytes) ?? "-",
      entry.byteShare.map { "\(Figure.fixed($0, 2))×" } ?? "-", speed(entry), joules(entry, energy),
    ]
  }

  private static func count(_ fidelity: Fidelity) -> String {
    "\(fidelity.top1Agreement == nil ? fidelity.samples : fidelity.decisions)"
  }

  /// How the ranges of those that need some were chosen; nil where none does.
  static func methods(of entries: [ContractComparison.Entry]) -> String? {
    let methods = Set(entries.compactMap(\.calibration)).sorted()
    return methods.isEmpty ? nil : methods.joined(separator: ", ")
  }

  /// A relative error: in percent where that is readable.
  static func share(_ error: Double) -> String {
    if error == 0 { return "0" }
    return error < 1e-6 ? Figure.significant(error) : "\(Figure.significant(error * 100)) %"
  }

  /// Samples a second, or why there are none.
  func speed(_ entry: ContractComparison.Entry) -> String {
    guard let throughput = entry.speed?.throughput else {
      return switch entry.timing {
      case .emulated: "emulated"
      case .failed: "failed"
      case .native, .untimed: "-"
      }
    }
    let mean = Figure.significant(throughput.mean)
    guard let width = throughput.relativeHalfWidth else { return mean }
    return "\(mean) ±\(Figure.fixed(width * 100, 1).padded(to: 4, .right))%"
  }

  /// Joules a sample of the timed cell.
  func joules(_ entry: ContractComparison.Entry, _ energy: EnergyNotes) -> String {
    guard let id = entry.speed?.id, let cell = cells.first(where: { $0.id == id }) else { return "-" }
    return energy.text(of: cell)
  }

  // MARK: Explanations

  private var entries: [ContractComparison.Entry] { comparisons.flatMap(\.entries) }

  /// What the columns and marks mean.
  var notes: [(lead: String, text: String)] {
    var lines: [(lead: String, text: String)] = [
      (
        "error",
        "the root of error power over signal power of all outputs, 10^(-SQNR/20), against the same engine's FP32."
      ),
      (
        "bytes",
        "that one inference moves, weights and activations, over FP32's; scales of blocks and groups included. Each contract's "
          + "rule for activations counts (assay numerics show): FP8 and MX keep residuals in FP32, INT8 does not."
      ),
      (
        "●",
        "on the front of bytes and error: none has fewer bytes without more error, or less error without more bytes."
      ),
    ]
    if entries.contains(where: \.isFastest) {
      lines.append(("▲", "the same of speed and error, among those that this CPU computes natively."))
    }
    if entries.contains(where: { $0.timing == .emulated }) {
      lines.append(
        ("emulated", "no engine computes the contract natively on this CPU; the time of imitation is not speed."))
    }
    if entries.contains(where: { $0.fidelity?.top5Agreement != nil }) {
      lines.append(("top-5", "share of decisions whose FP32 class is among the contract's five best."))
    }
    lines.append(("n", "decisions behind top-1 and top-5, or samples compared where outputs decide nothing."))
    if entries.contains(where: { $0.fidelity?.isTop1Trustworthy == false }) {
      lines.append((FewDecisionsNote.mark, FewDecisionsNote.text()))
    }
    if let methods = Self.methods(of: entries) {
      lines.append(("scales", "of INT8 and FP8 activations by \(methods) (docs/calibration.md)."))
    }
    for comparison in comparisons {
      guard let task = comparison.entries.lazy.compactMap(\.fidelity?.task).first else { continue }
      lines.append(
        (
          "task ρ",
          "\(comparison.workload): rank correlation of \(task.pairs) pair similarities with FP32's; FP32's own with the "
            + "known likeness is \(Figure.fixed(task.fp32SpearmanWithLabels, 4)). It needs all \(2 * task.pairs) "
            + "sentences, which are compared whatever --samples says."
        ))
    }
    return lines
  }

  private var budgetLines: [String] {
    guard let limit = options.maxError else { return [] }
    return [""]
      + comparisons.flatMap { comparison in
        let isMet = comparison.smallest(errorAtMost: limit) != nil
        return style.paragraph(
          PrecisionBudget.sentence(comparison, limit: limit), lead: isMet ? "✓ " : "✗ ", isMet ? .good : .bad)
      }
  }
}

/// How contracts are shown.
public struct PrecisionOptions: Hashable, Sendable {
  /// What rows are sorted by.
  public enum Order: String, CaseIterable, Hashable, Sendable {
    /// Ascending by bytes, then by error.
    case bytes
    /// Ascending by error, then by bytes.
    case error
  }

  /// What rows are sorted by.
  public var order: Order
  /// The greatest relative error that is acceptable; nil where nobody asked.
  public var maxError: Double?

  /// Makes options.
  public init(order: Order = .bytes, maxError: Double? = nil) {
    self.order = order
    self.maxError = maxError
  }
}

extension ContractComparison {
  /// The entries in the order in which they are shown; entries without figures last.
  fileprivate func entries(sortedBy order: PrecisionOptions.Order) -> [Entry] {
    guard order == .error else { return entries }
    // Stable: entries come ascending by bytes.
    return entries.enumerated().sorted { left, right in
      (left.element.relativeError ?? .infinity, left.offset) < (right.element.relativeError ?? .infinity, right.offset)
    }.map(\.element)
  }
}
