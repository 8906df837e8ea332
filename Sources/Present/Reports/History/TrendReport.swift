import Analysis
import Store

/// A trend as text: a line of blocks, what changed, and the newest values.
public struct TrendReport {
  private let trend: Trend
  private let style: ReportStyle

  /// Values that the table shows; JSON, CSV and the picture have all.
  static let rows = 20

  /// Makes a report.
  public init(_ trend: Trend, style: ReportStyle = ReportStyle()) {
    self.trend = trend
    self.style = style
  }

  /// The report, ended by a line feed.
  public var text: String {
    let sections = [headline, line, changes, table, notes]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var metric: Metric { trend.metric }

  private var headline: [String] {
    var facts = [
      "\(metric.title) (\(metric.better == .lower ? "less" : "more") is better)",
      Figure.counted(trend.points.count, "record"),
    ]
    if let source = trend.source { facts.append(source) }
    return trend.cell.printable.wrapped(to: style.width).map { style.text($0, .title) }
      + style.paragraph(facts.joined(separator: " · "), lead: "")
      + (trend.machine.map { style.paragraph("\($0.facts) (\($0.key))", lead: "Machine  ", .subdued) } ?? [])
  }

  private var line: [String] {
    let values = trend.points.map(\.value)
    guard let least = values.min(), let greatest = values.max(), values.count > 1 else { return [] }
    let range = "\(metric.shown(least)) to \(metric.text(greatest))"
    let (line, marks) = Sparkline.lines(
      values, marks: trend.changes.map { ($0.index, $0.mark) }, width: style.width - 2)
    return ["  \(line)"] + (marks.isEmpty ? [] : ["  \(marks)"])
      + style.paragraph(
        "From \(trend.points[0].createdAt) to \(trend.points[values.count - 1].createdAt): \(range).", lead: "  ")
  }

  private var changes: [String] {
    if let unsearched = trend.unsearched {
      return trend.points.isEmpty ? [] : style.paragraph(unsearched, lead: "")
    }
    guard !trend.changes.isEmpty else {
      return style.paragraph("No change was found at 5 %.", lead: "")
    }
    return [style.text("Changes", .title)]
      + trend.changes.flatMap { change -> [String] in
        let point = trend.points[change.index]
        let name = [point.createdAt, point.label].compactMap(\.self).joined(separator: " ")
        let words = "\(change.effect(metric)) from #\(point.number) on (\(name)): \(change.levels(metric)), "
        return style.paragraph(
          words + "p = \(Figure.plain(change.p)); \(change.setting).", lead: "  \(change.mark) ",
          change.isOfLevel ? change.isWorse ? .bad : .good : .caution)
      }
  }

  private var table: [String] {
    guard !trend.points.isEmpty else { return [] }
    var table = TextTable([
      .init(""), .init("#", .right), .init("began"), .init("label", isShortenable: true),
      .init(metric.title, unit: metric.shownUnit.name, .right), .init("95 % interval", .right, dropOrder: 1),
      .init("n", .right, dropOrder: 2), .init("from the first", .right, dropOrder: 3),
    ])
    let marks = Dictionary(trend.changes.map { ($0.index, String($0.mark)) }) { first, _ in first }
    let first = trend.points[0].value
    for (index, point) in trend.points.enumerated().suffix(Self.rows) {
      let interval = point.lower.flatMap { lower in
        point.upper.map { "\(metric.shown(lower)) to \(metric.shown($0))" }
      }
      table.add(row: [
        marks[index] ?? "", "\(point.number)", point.createdAt, point.label ?? "", metric.shown(point.value),
        interval ?? "n too small", "\(point.count)",
        metric.scale == .ratio ? "×\(Figure.fixed(point.value / first, 3))" : metric.points(point.value - first),
      ])
    }
    let older = trend.points.count - Self.rows
    return table.rendered(style)
      + (older > 0
        ? style.paragraph("\(Figure.counted(older, "older value")) with --json, --csv or --svg.", lead: "  ") : [])
  }

  private var notes: [String] {
    var notes = trend.omissions
    if trend.points.isEmpty { notes.insert("There is no value of \(metric.rawValue).", at: 0) }
    return notes.flatMap { style.paragraph($0, lead: "! ", .caution) }
  }
}
