import Analysis
import Store

/// A trend as a picture for a browser: SVG without scripts, readable on light and on dark backgrounds and without colours.
///
/// Records stand side by side in the order of time, however long it was between them; bars are 95 % intervals. Levels between
/// changes are lines, and every change is an upright line with a triangle that points up where values rose, named at its head.
public struct TrendChart {
  private let trend: Trend
  private let y: TrendAxis

  static let width = 1120.0
  static let height = 560.0
  private static let left = 96.0
  private static let right = 1084.0
  private static let ceiling = 104.0
  private static let bottom = 452.0

  /// Makes a chart.
  public init(_ trend: Trend) {
    self.trend = trend
    let factor = trend.metric.shownUnit.factor
    let values = trend.points.flatMap { [$0.value, $0.lower ?? $0.value, $0.upper ?? $0.value].map { $0 * factor } }
    y = TrendAxis(around: values, start: Self.bottom, end: Self.ceiling)
  }

  /// Whether there is anything to draw.
  public var hasPoints: Bool { !trend.points.isEmpty }

  /// The picture.
  public var svg: String { picture.document }

  /// The same for a page.
  var picture: SVGPicture {
    var canvas = SVGCanvas()
    drawTitle(on: &canvas)
    if hasPoints {
      drawAxes(on: &canvas)
      drawChanges(on: &canvas)
      drawPoints(on: &canvas)
      drawLegend(on: &canvas)
    } else {
      canvas.text("There is no value of \(trend.metric.rawValue).", Self.left, Self.ceiling + 24, "axis")
    }
    return canvas.picture(
      "trend", width: Self.width, height: Self.height, title: "\(trend.metric.title) of \(trend.cell) over time",
      style: Self.style)
  }

  private func x(_ index: Double) -> Double {
    let count = Double(max(trend.points.count, 1))
    return Self.left + (Self.right - Self.left) * (index + 0.5) / count
  }

  private func place(_ value: Double) -> Double { y.place(value * trend.metric.shownUnit.factor) }

  private func drawTitle(on canvas: inout SVGCanvas) {
    canvas.text("\(trend.metric.title) of \(trend.cell)".shortened(to: 100), Self.left, 32, "title")
    let facts = [
      Figure.counted(trend.points.count, "record"), trend.source?.shortened(to: 40),
      trend.machine.map { "\($0.facts.shortened(to: 80)) (\($0.key))" },
    ]
    canvas.text(facts.compactMap(\.self).joined(separator: " · "), Self.left, 51, "small")
  }

  private func drawAxes(on canvas: inout SVGCanvas) {
    for value in y.ticks {
      canvas.line(Self.left, y.place(value), Self.right, y.place(value), "grid")
      canvas.text(y.text(value), Self.left - 8, y.place(value) + 4, "tick", anchor: .end)
    }
    canvas.rectangle(
      Self.left, Self.ceiling, width: Self.right - Self.left, height: Self.bottom - Self.ceiling, "frame")
    let better = trend.better == .lower ? "less is better" : "more is better"
    canvas.text(
      "\(trend.metric.title), \(trend.metric.shownUnit.name) (\(better))", 26, (Self.bottom + Self.ceiling) / 2, "axis",
      anchor: .middle,
      degrees: -90)
    // As many names as have room side by side, the first among them.
    let room = 92.0
    let step = max(1, Int((room * Double(trend.points.count) / (Self.right - Self.left)).rounded(.up)))
    for index in stride(from: 0, to: trend.points.count, by: step) {
      let point = trend.points[index]
      canvas.line(x(Double(index)), Self.bottom, x(Double(index)), Self.bottom + 5, "frame")
      canvas.text(String(point.createdAt.prefix(10)), x(Double(index)), Self.bottom + 18, "tick", anchor: .middle)
      canvas.text(
        (point.label ?? "#\(point.number)").shortened(to: 14), x(Double(index)), Self.bottom + 33, "small",
        anchor: .middle)
    }
  }

  private func drawChanges(on canvas: inout SVGCanvas) {
    let starts = [0] + trend.changes.map(\.index)
    let ends = trend.changes.map(\.index) + [trend.points.count]
    let levels = trend.changes.first.map { [$0.before] + trend.changes.map(\.after) } ?? []
    for (level, (start, end)) in zip(levels, zip(starts, ends)) {
      canvas.line(x(Double(start) - 0.5), place(level), x(Double(end) - 0.5), place(level), "level")
    }
    for (number, change) in trend.changes.enumerated() {
      let across = x(Double(change.index) - 0.5)
      canvas.line(across, Self.ceiling, across, Self.bottom, "change")
      let tip = change.after > change.before ? Self.ceiling - 10 : Self.ceiling
      let base = change.after > change.before ? Self.ceiling : Self.ceiling - 10
      canvas.polygon(
        [(across, tip), (across - 6, base), (across + 6, base)], "head",
        hint: "\(change.levels(trend.metric)), p = \(Figure.plain(change.p)); \(change.setting)")
      // Names of neighbours stand above each other, and those near the right end before their line.
      let isLate = across > (Self.left + Self.right) / 2
      canvas.text(
        [change.effect(trend.metric), change.ratio.map { "×\(Figure.fixed($0, 3))" }].compactMap(\.self).joined(
          separator: ", "),
        across + (isLate ? -10 : 10), Self.ceiling - 4 - Double(number % 3) * 13, "name", anchor: isLate ? .end : .start
      )
    }
  }

  private func drawPoints(on canvas: inout SVGCanvas) {
    if trend.points.count > 1 {
      canvas.polyline(
        trend.points.enumerated().map { (x: x(Double($0)), y: place($1.value)) }, "path")
    }
    for (index, point) in trend.points.enumerated() {
      let across = x(Double(index))
      if let lower = point.lower, let upper = point.upper {
        canvas.line(across, place(lower), across, place(upper), "bar")
      }
      let name = ["#\(point.number)", point.createdAt, point.label].compactMap(\.self).joined(separator: " ")
      canvas.circle(
        across, place(point.value), radius: trend.points.count > 120 ? 2 : 4, "point",
        hint: "\(name): \(trend.metric.text(point.value))")
    }
  }

  private func drawLegend(on canvas: inout SVGCanvas) {
    let line = Self.bottom + 62
    canvas.circle(Self.left + 6, line, radius: 4, "point")
    canvas.text("a record: the median over processes", Self.left + 18, line + 4, "tick")
    canvas.line(Self.left + 262, line - 8, Self.left + 262, line + 8, "bar")
    canvas.text("95 % interval, from six processes on", Self.left + 272, line + 4, "tick")
    let words: String
    if trend.changes.isEmpty {
      words = trend.unsearched ?? "no change was found at 5 %"
    } else {
      canvas.line(Self.left + 520, line, Self.left + 548, line, "level")
      canvas.line(Self.left + 660, line - 8, Self.left + 660, line + 8, "change")
      canvas.text("median level", Self.left + 556, line + 4, "tick")
      words = "change (E-divisive, 5 %)"
    }
    canvas.text(words, Self.left + (trend.changes.isEmpty ? 520 : 672), line + 4, "tick")
    let omitted = trend.leftOut.machines.reduce(0) { $0 + $1.records }
    if omitted > 0 {
      canvas.text(
        "\(Figure.counted(omitted, "record")) of other machines left out", Self.left, line + 26, "small")
    }
  }

  private static let style = SVGStyle(
    light: """
      .path { fill: none; stroke: #9ca3af; stroke-width: 1; }
      .bar { stroke: #1d4ed8; stroke-width: 1.4; }
      .point { fill: #1d4ed8; stroke: #ffffff; stroke-width: 0.75; }
      .level { stroke: #111827; stroke-width: 2; stroke-dasharray: 8 4; }
      .change { stroke: #b91c1c; stroke-width: 1.8; stroke-dasharray: 2 4; }
      .head { fill: #b91c1c; }
      .name { font-weight: 600; }
      """,
    dark: """
      .path { stroke: #6b7280; }
      .bar { stroke: #60a5fa; }
      .point { fill: #60a5fa; stroke: #111827; }
      .level { stroke: #f3f4f6; }
      .change { stroke: #f87171; }
      .head { fill: #f87171; }
      """)
}
