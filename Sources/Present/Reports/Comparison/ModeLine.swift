import Analysis
import NumericFormats

/// One figure of all modes of a family: a line of its table.
struct ModeLine {
  let title: String
  /// The text of a mode; whether it is the family's first.
  let value: (ModeComparison.Mode, Bool) -> String

  /// The lines of a family: those that no mode has are left out, but speed, energy and error always stay.
  static func all(of family: ModeComparison.Family) -> [ModeLine] {
    let has = { (metric: Metric) in family.modes.contains { $0.comparison(of: metric)?.candidate != nil } }
    var lines = [
      ModeLine(title: "samples/s") { mode, _ in level(mode, .throughput) },
      ModeLine(title: "speed") { mode, isFirst in ratio(mode, .throughput, isFirst) },
      ModeLine(title: "  interval") { mode, isFirst in interval(mode, .throughput, isFirst) },
    ]
    if has(.latency) {
      lines.append(ModeLine(title: "p50 latency ms") { mode, _ in level(mode, .latency) })
      lines.append(ModeLine(title: "p99 latency ms") { mode, _ in level(mode, .tailLatency) })
    }
    lines.append(ModeLine(title: "J/sample") { mode, _ in level(mode, .energy) })
    if has(.energy) {
      lines.append(ModeLine(title: "energy ratio") { mode, isFirst in ratio(mode, .energy, isFirst) })
      lines.append(ModeLine(title: "  interval") { mode, isFirst in interval(mode, .energy, isFirst) })
    }
    if has(.memory) {
      lines.append(ModeLine(title: "peak memory MB") { mode, _ in level(mode, .memory) })
      lines.append(ModeLine(title: "memory ratio") { mode, isFirst in ratio(mode, .memory, isFirst) })
    }
    lines.append(
      ModeLine(title: "relative error") { mode, _ in mode.relativeError.map(Figure.significant) ?? "unknown" })
    if family.modes.contains(where: { $0.top1 != nil }) {
      lines.append(
        ModeLine(title: "top-1 agreement") { mode, _ in
          mode.top1.map { Figure.percent($0) + (mode.isTop1Trustworthy ? "" : " \(FewDecisionsNote.mark)") }
            ?? (mode.relativeError == 0 && mode.fidelityID == nil ? "itself" : "n/a")
        })
      lines.append(ModeLine(title: "decisions") { mode, _ in mode.decisions.map { "\($0)" } ?? "" })
    }
    return lines
  }

  private static func level(_ mode: ModeComparison.Mode, _ metric: Metric) -> String {
    if let level = mode.comparison(of: metric)?.candidate { return metric.shown(level.median) }
    return missing(mode)
  }

  private static func missing(_ mode: ModeComparison.Mode) -> String {
    mode.execution == .emulated ? "emulated" : mode.failure == nil ? "n/a" : "failed"
  }

  private static func ratio(_ mode: ModeComparison.Mode, _ metric: Metric, _ isFirst: Bool) -> String {
    guard let entry = mode.comparison(of: metric) else { return missing(mode) }
    if isFirst, entry.candidate != nil { return "1" }
    guard let ratio = entry.ratio else { return missing(mode) }
    return "x\(Figure.significant(ratio.ratio))\(entry.change == .unclear ? " ~" : "")"
  }

  private static func interval(_ mode: ModeComparison.Mode, _ metric: Metric, _ isFirst: Bool) -> String {
    guard !isFirst, let ratio = mode.comparison(of: metric)?.ratio else { return "" }
    guard let lower = ratio.lower, let upper = ratio.upper else { return "n too small" }
    return "\(Figure.significant(lower))-\(Figure.significant(upper))"
  }
}
