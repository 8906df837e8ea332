import Analysis
import Store

extension Trend.Change {
  /// What it is to the user, for example `4.8 % worse`; of shares `0.02 points better`.
  ///
  /// Change points are of scatter too, with the same level on both sides.
  func effect(_ metric: Metric) -> String {
    guard isOfLevel else { return "another scatter" }
    let side = isWorse ? "worse" : "better"
    guard let ratio else { return "\(metric.points(abs(after - before))) \(side)" }
    return "\(Figure.percent(abs(ratio - 1), decimals: abs(ratio - 1) < 0.1 ? 2 : 1)) \(side)"
  }

  /// Whether the levels on both sides differ by what is shown of them.
  var isOfLevel: Bool { ratio.map { abs($0 - 1) >= 0.0005 } ?? (after != before) }

  /// The sign of it in tables and lines.
  var mark: Character { isOfLevel ? isWorse ? "×" : "+" : "~" }

  /// Both levels, for example `12.50 → 13.10 ms (×1.048)`.
  func levels(_ metric: Metric) -> String {
    let times = ratio.map { " (×\(Figure.fixed($0, 3)))" } ?? ""
    return "\(metric.shown(before)) → \(metric.text(after))\(times)"
  }

  /// What else differs, as a clause.
  var setting: String {
    guard let differences else { return "what else differs was not kept" }
    return differences.isEmpty ? "nothing else that records tell differs" : differences.joined(separator: "; ")
  }
}

extension Trend {
  /// What is joined though it is not alike, and what is left out and how to have it, each a sentence.
  var omissions: [String] {
    var sentences: [String] = []
    if !mixed.isEmpty {
      sentences.append(
        "The runs were not asked for the same, and are joined all the same: \(mixed.joined(separator: "; ")). Choose alike ones "
          + "with --suite, --label, --since and --until.")
    }
    let foreign = leftOut.machines.reduce(0) { $0 + $1.records }
    if foreign > 0 {
      let machines = leftOut.machines.prefix(4).map { "\($0.machine.key) (\($0.records); \($0.machine.facts))" }
      let more = leftOut.machines.count > 4 ? ", and \(leftOut.machines.count - 4) more" : ""
      sentences.append(
        "\(Figure.counted(foreign, "record")) of \(Figure.counted(leftOut.machines.count, "other machine")) left out; "
          + "machines are never joined. Choose with --machine: \(machines.joined(separator: ", "))\(more).")
    }
    if leftOut.older > 0 {
      sentences.append("\(Figure.counted(leftOut.older, "older record")) left out by --limit.")
    }
    for source in leftOut.sources {
      sentences.append(
        "\(Figure.counted(source.records, "record")) by another meter left out: \(source.text). Joules of different meters "
          + "are not held against each other.")
    }
    for reason in leftOut.missing {
      sentences.append("\(Figure.counted(reason.records, "record")) without a value: \(reason.text)")
    }
    return sentences
  }
}
