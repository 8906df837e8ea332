import Analysis
import Yams

/// A reviewed YAML file of limits: what candidates may be worse by, for all cells and for some.
enum GateLimitsFile {
  /// The most rules for some cells.
  private static let ruleLimit = 1000

  /// Reads a file. What is misspelt in it is said: a limit that nobody checks is worse than none.
  static func limits(_ path: String) throws -> GateLimits {
    func refuse(_ sentence: String) -> CommandFailure {
      CommandFailure("\(path): \(Terminal.harmless(sentence))", exitCode: 65)
    }
    guard let mapping = try YAMLFile.node(path, what: "a file of limits")?.mapping else {
      throw refuse("a file of limits holds names and values, such as limits: {latency: 3%}")
    }
    var limits = GateLimits()
    for (key, value) in mapping {
      switch key.string {
      case "limits": limits.rules.insert(.init(limits: try metrics(value, refuse)), at: 0)
      case "cells":
        guard let entries = value.sequence, entries.count <= ruleLimit else {
          throw refuse("`cells` is a list of at most \(ruleLimit) entries, each with `match` and limits.")
        }
        limits.rules += try entries.map { entry in
          guard let match = entry.mapping?["match"]?.string, !match.isEmpty, match.utf8.count <= 1000 else {
            throw refuse("each entry of `cells` needs `match`, a pattern of cell ids such as resnet50/int8/*.")
          }
          return .init(cells: match, limits: try metrics(entry, without: "match", refuse))
        }
      case "fail-on-improvement":
        guard let flag = value.bool else { throw refuse("`fail-on-improvement` is true or false.") }
        limits.failsOnImprovement = flag
      default:
        throw refuse(
          "`\((key.string ?? "").prefix(40))` is none of the names limits, cells and fail-on-improvement.")
      }
    }
    return limits
  }

  private static func metrics(
    _ node: Node, without other: String? = nil, _ refuse: (String) -> CommandFailure
  ) throws -> [Metric: GateLimits.Limit] {
    guard let mapping = node.mapping else {
      throw refuse("limits are names of metrics with values, such as latency: 3%.")
    }
    var limits: [Metric: GateLimits.Limit] = [:]
    for (key, value) in mapping where key.string != other || other == nil {
      let name = String((key.string ?? "").prefix(40))
      guard let metric = Metric(rawValue: name) else {
        throw refuse(
          "there is no metric `\(name)`; known are \(Metric.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      guard let text = value.string, let limit = limit(text, of: metric) else {
        let form = metric == .accuracy ? "`1 point`" : "`3%`"
        throw refuse("the limit of \(name) is \(form), `auto` or `off`, not `\((value.string ?? "").prefix(40))`.")
      }
      guard limit != .automatic || metric.scale == .ratio else {
        throw refuse("\(name) does not scatter, so that no limit can be chosen from noise; give one, or `off`.")
      }
      limits[metric] = limit
    }
    return limits
  }

  /// `auto`, `off` (which YAML takes for false), a share such as `3%` or `0.03`, or for accuracy `1 point`.
  static func limit(_ text: String, of metric: Metric) -> GateLimits.Limit? {
    let text = text.lowercased()
    switch text {
    case "auto", "automatic": return .automatic
    case "off", "false", "none": return .off
    default: break
    }
    let units: [(String, Double)] =
      metric == .accuracy ? [("points", 100), ("point", 100), ("%", 100), ("", 1)] : [("%", 100), ("", 1)]
    guard let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }) else { return nil }
    var number = text.dropLast(unit.count)
    while number.last == " " { number.removeLast() }
    guard !number.isEmpty, number.allSatisfy({ $0.isNumber || $0 == "." }), let value = Double(number) else {
      return nil
    }
    let share = value / factor
    // Above 1 only with a unit: 3 is as likely 3 % as 300 %.
    guard share.isFinite, share > 0, unit.isEmpty ? share <= 1 : share <= 100 else { return nil }
    return .share(share)
  }
}
