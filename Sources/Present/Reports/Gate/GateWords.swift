import Analysis
import Records
import Statistics

/// Sentences about a gate that tables, Markdown and annotations share.
struct GateWords {
  let outcome: GateResult

  init(_ outcome: GateResult) { self.outcome = outcome }

  /// How often the gate is wrong.
  var falseAlarms: String {
    let odds = outcome.odds
    guard odds.family > 0 else {
      return outcome.cases.isEmpty
        ? "Nothing was judged, so that nothing is known of the noise here."
        : "Nothing that is judged scatters: equal builds give equal figures."
    }
    var text =
      "Of gates on candidates within their limits at most \(Figure.percent(odds.falseAlarms, decimals: 0)) end in a regression, "
      + "over \(Figure.counted(odds.family, "case"))"
      + (odds.isPaired ? " and \(Figure.counted(odds.looks.count, "look"))." : ".")
    if odds.isPaired {
      text += " The base against itself: \(odds.nullAlarms) of \(odds.family) would have."
    } else {
      text += " Two records say nothing of what moved between them; measure both in turns to know that."
    }
    return text
  }

  /// What the gate can see; nil where nothing scatters.
  var detectable: String? {
    let values = outcome.cases.compactMap(\.detectable)
    guard let least = values.min(), let most = values.max() else { return nil }
    let range = least == most ? Figure.percent(least) : "\(Figure.percent(least)) to \(Figure.percent(most))"
    return
      "This machine can see worsenings of \(range) with these rounds (\"can see\"); smaller ones may pass or stay open."
  }

  /// How far pure loops moved; nil where none ran.
  var machine: String? {
    guard let range = outcome.effort?.canaryRange else { return nil }
    return "Loops that never change moved by \(Figure.percent(range.arithmetic)) (arithmetic) and "
      + "\(Figure.percent(range.memory)) (memory) meanwhile: that was the machine."
  }

  /// What was measured.
  static func effort(_ effort: GateResult.Effort) -> String {
    var text =
      "\(Figure.counted(effort.rounds, "round")) of up to \(effort.plannedRounds) in \(Figure.clock(effort.seconds))"
    if effort.discarded > 0 {
      text +=
        ", and \(effort.discarded) discarded (at most \(effort.discardLimit)): "
        + effort.disturbances.joined(separator: "; ")
    }
    return text
  }

  /// By how much the candidate is worse, with its interval.
  static func worse(_ entry: GateCase) -> String {
    guard let worse = entry.worseBy else { return "" }
    let value = entry.metric.change(worse)
    guard let interval = entry.interval else { return value }
    return "\(value) (\(entry.metric.change(interval.lower)) to \(entry.metric.change(interval.upper)))"
  }

  /// The verdict of a case.
  static func verdict(_ entry: GateCase) -> String {
    entry.isImprovement ? "\(entry.verdict.rawValue), better" : entry.verdict.rawValue
  }
}
