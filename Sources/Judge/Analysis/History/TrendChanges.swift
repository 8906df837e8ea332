import Glibc
import Statistics

/// Finds where the level of a trend changed.
enum TrendChanges {
  /// Values on each side of a change: with fewer, permutations can hardly be told apart.
  static let leastSize = 5

  /// - Parameter settings: of each value's record, where it kept them.
  static func find(
    _ values: [Double], _ metric: Metric, settings: [SettingFacts?]
  ) -> (changes: [Trend.Change], unsearched: String?) {
    guard values.count >= 2 * leastSize else {
      let least = "Changes are looked for from \(2 * leastSize) records on"
      return ([], "\(least); there \(values.count == 1 ? "is 1" : "are \(values.count)").")
    }
    // What time and power make scatters in proportion to its size.
    let scaled = metric.scale == .ratio ? values.map { log($0) } : values
    let found = ChangePoints.eDivisive(scaled, leastSize: leastSize).sorted { $0.index < $1.index }
    let ends = found.map(\.index) + [values.count]
    return (
      found.enumerated().map { position, point in
        let start = position == 0 ? 0 : ends[position - 1]
        let before = Median.of(Array(values[start..<point.index])) ?? .nan
        let after = Median.of(Array(values[point.index..<ends[position + 1]])) ?? .nan
        return Trend.Change(
          index: point.index, p: point.p, before: before, after: after,
          ratio: metric.scale == .ratio ? after / before : nil,
          isWorse: metric.better == .lower ? after > before : after < before,
          differences: settings[point.index - 1].flatMap { old in
            settings[point.index].map { old.differences(to: $0) }
          })
      }, nil
    )
  }
}
