import Analysis
import Records

extension SweepReport {
  /// What was searched, where the time went, and whether the machine held still.
  var accountSection: [String] {
    let lines = accountFacts
    return lines.isEmpty ? [] : [style.text("Account", .title)] + style.footnotes(lines)
  }

  /// The same as names and sentences.
  var accountFacts: [(lead: String, text: String)] {
    [("search", search), ("pruned", pruned), ("time", time), ("canaries", canaries)].filter { !$0.1.isEmpty }
  }

  private var search: String {
    let account = summary.account
    var parts = ["\(Figure.exact(account.candidates)) candidates"]
    let pruned = account.pruned.map(\.count).reduce(0.0) { $0 + Double($1) }
    if pruned > 0 { parts.append("\(Figure.exact(Int(min(pruned, 1e15)))) left out by rules") }
    if account.leftOut > 0 {
      parts.append(
        "\(Figure.exact(account.leftOut)) " + (record.status == .incomplete ? "still to come" : "by the budget"))
    }
    if account.ruledOut > 0 {
      parts.append("\(Figure.exact(account.ruledOut)) because smaller batches were far above the limit")
    }
    if account.isFullGrid {
      parts.append("every cell gets all its rounds")
    } else if !account.rungs.isEmpty {
      parts.append("halving \(account.rungs.map(String.init).joined(separator: " → "))")
    }
    parts.append("seed \(account.seed)")
    return parts.joined(separator: ", ") + "."
  }

  private var pruned: String {
    let rules = summary.account.pruned.filter { $0.count > 0 }.map { "\($0.rule) \(Figure.exact($0.count))" }
    return rules.isEmpty ? "" : rules.joined(separator: ", ") + "."
  }

  private var time: String {
    let account = summary.account
    guard let overhead = account.overhead else { return "" }
    let parts = [("loading", account.loading), ("warm-up", account.warming), ("canaries", account.canaries)]
      .compactMap { name, share in
        share.flatMap { $0 > 0 ? "\(name) \(Figure.percent($0, decimals: 0))" : nil }
      }
    return
      "\(Figure.clock(account.seconds)) in all, \(Figure.percent(overhead, decimals: 0)) of it outside of measured "
      + "rounds" + (parts.isEmpty ? "." : " (\(parts.joined(separator: ", "))).")
  }

  private var canaries: String {
    guard let drift = summary.canaries else { return "" }
    func text(_ name: String, _ figure: CanaryDrift.Figure) -> String {
      "\(name) \(Figure.change(figure.trend)) from the first third to the last, scatter "
        + Figure.percent(figure.deviation)
    }
    let moved = drift.arithmetic.hasMoved || drift.memory.hasMoved
    return
      "\(drift.count) readings: \(text("arithmetic", drift.arithmetic)); \(text("memory", drift.memory)). "
      + (moved
        ? "The machine moved while it was measured: differences of this size between rows may be its own. Measure again when "
          + "it is quiet." : "The machine held still.")
  }

  var warningSection: [String] {
    guard !record.warnings.isEmpty else { return [] }
    return [style.text("Warnings", .title)] + record.warnings.flatMap { style.paragraph($0, lead: "  ! ", .caution) }
  }
}
