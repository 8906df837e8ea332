import Analysis
import NumericFormats

extension SweepReport {
  /// Instances down, threads across: the best throughput of each pair of counts, darker where it is more.
  var heatMapSection: [String] {
    // One place is no map.
    let maps = summary.heatMaps.filter { $0.instances.count * $0.threads.count > 1 }
    guard !maps.isEmpty else { return [] }
    let hasMarks = maps.contains { $0.values.contains { $0.contains { $0?.isMarked == true } } }
    let shades = Self.shades.map { "\($0.sign) from \(Figure.percent($0.share, decimals: 0))" }
    let notes =
      [("shades", "\(shades.joined(separator: ", ")) of the best of the workload.")]
      + (hasMarks ? [("!", "every row with these counts ran elsewhere than asked for.")] : [])
    return [style.text("Samples/s by instances (down) and threads of each (across)", .title)]
      + maps.flatMap { map in
        [style.text("\(map.workload) · \(map.precision.rawValue) · \(map.engine) · batch \(map.batch)", .title)]
          + lines(of: map)
      } + style.footnotes(notes)
  }

  static let shades: [(sign: Character, share: Double)] = [("█", 0.95), ("▓", 0.75), ("▒", 0.5), ("░", 0.25)]

  /// The sign of a share of the best.
  static func shade(_ share: Double) -> Character { shades.first { share >= $0.share }?.sign ?? " " }

  /// As many columns side by side as fit, and the others below them.
  private func lines(of map: SweepHeatMap) -> [String] {
    let texts = map.values.map { $0.map(Self.text) }
    let lead = max(map.instances.map { "\($0)".count }.max() ?? 1, 2)
    let widths = map.threads.indices.map { column in
      max(texts.map { $0[column].displayWidth }.max() ?? 1, "\(map.threads[column])".count)
    }
    var lines: [String] = []
    var start = 0
    while start < map.threads.count {
      var end = start
      var used = lead + 2
      while end < map.threads.count, end == start || used + 2 + widths[end] <= style.tableWidth {
        used += 2 + widths[end]
        end += 1
      }
      func line(_ head: String, _ entries: [String]) -> String {
        let text = zip(entries, widths[start..<end]).map { "  " + $0.padded(to: $1, .right) }.joined()
        return "  " + head.padded(to: lead, .right) + text.trimmedAtEnd
      }
      lines.append(style.text(line("", map.threads[start..<end].map(String.init)), .subdued))
      for (instances, row) in zip(map.instances, texts) { lines.append(line("\(instances)", Array(row[start..<end]))) }
      start = end
    }
    return lines
  }

  private static func text(_ value: SweepHeatMap.Value?) -> String {
    guard let value else { return "-" }
    return "\(shade(value.share))\(Figure.significant(value.throughput))\(value.isMarked ? "!" : " ")"
  }
}

extension String {
  /// The text without spaces at its end.
  fileprivate var trimmedAtEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
