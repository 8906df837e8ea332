import Analysis
import Glibc
import HostState
import NumericFormats
import Records

/// Cells of one workload and one origin of joules as points, with axes and labels.
struct EnergyPanel {
  private let content: Content
  private let record: Record
  private let top: Double
  /// Samples a second to x, and joules a sample to y.
  private let x: LogScale
  private let y: LogScale

  private static let left = 96.0
  private static let right = 740.0
  private static let labels = 772.0
  /// Labels of a panel: as many as have room below each other.
  private static let mostPoints = 32

  /// What one panel shows.
  struct Content {
    /// Its points and their names.
    let points: [(point: EnergyPoint, name: String)]
    /// What all of them have in common.
    let common: [String]
    /// What the axes have to hold, the same in all panels of one workload and origin.
    let speeds: ClosedRange<Double>
    let joules: ClosedRange<Double>
    /// Which panel of how many this is.
    let part: (number: Int, of: Int)

    /// The panels that these points need; all of one workload and origin.
    static func all(of points: [EnergyPoint]) -> [Content] {
      // What all have in common is said once, below the title; but the precision at each.
      let indices = (points.first?.parts ?? []).indices
      let told = indices.filter { index in index == 0 || points.contains { $0.parts[index] != points[0].parts[index] } }
      let common = points.prefix(1).flatMap { first in
        indices.filter { !told.contains($0) }.map { first.parts[$0] }.filter { !$0.isEmpty }
      }
      let named = points.map { point in
        (point, told.map { point.parts[$0] }.filter { !$0.isEmpty }.joined(separator: " · "))
      }
      let speeds = points.flatMap {
        [$0.speed, max($0.speedEnds?.lowerBound ?? $0.speed, $0.speed / 3), $0.speedEnds?.upperBound ?? $0.speed]
      }
      let joules = points.flatMap { [$0.joules, max($0.ends.lowerBound, $0.joules / 3), $0.ends.upperBound] }
      guard let slowest = speeds.min(), let fastest = speeds.max(), let least = joules.min(), let most = joules.max()
      else { return [] }
      let count = (points.count + mostPoints - 1) / mostPoints
      return (0..<count).map { index in
        Content(
          points: Array(named[(index * mostPoints)..<min((index + 1) * mostPoints, named.count)]), common: common,
          speeds: slowest...fastest, joules: least...most, part: (index + 1, count))
      }
    }
  }

  init(_ content: Content, record: Record, top: Double) {
    self.content = content
    self.record = record
    self.top = top
    x = LogScale(
      around: content.speeds.lowerBound / 1.3, content.speeds.upperBound * 1.3, start: Self.left, end: Self.right)
    y = LogScale(
      around: content.joules.lowerBound / 1.3, content.joules.upperBound * 1.3, start: top + 540, end: top + 66)
  }

  private var bottom: Double { y.start }
  private var ceiling: Double { y.end }
  private var isModelled: Bool { content.points.first?.point.isModelled ?? false }

  func draw(on canvas: inout SVGCanvas) {
    drawTitle(on: &canvas)
    drawAxes(on: &canvas)
    drawWatts(on: &canvas)
    drawPoints(on: &canvas)
    drawLegend(on: &canvas)
  }

  private func drawTitle(on canvas: inout SVGCanvas) {
    guard let first = content.points.first?.point else { return }
    let part = content.part.of > 1 ? " (\(content.part.number) of \(content.part.of))" : ""
    let kind = isModelled ? "modelled energy" : "energy"
    canvas.text(
      "\(first.cell.cell.workload.shortened(to: 60)): \(kind) against throughput\(part)", Self.left, top + 32, "title")
    let facts = [
      content.common.joined(separator: " · ").shortened(to: 80), first.origin.shortened(to: 80),
      record.machine.cpuModel.shortened(to: 60), record.createdAt.shortened(to: 30),
    ]
    canvas.text(facts.filter { !$0.isEmpty }.joined(separator: " · "), Self.left, top + 51, "small")
  }

  private func drawAxes(on canvas: inout SVGCanvas) {
    for value in x.ticks(room: 34) {
      canvas.line(x.place(value), ceiling, x.place(value), bottom, "grid")
      canvas.text(Figure.plain(value), x.place(value), bottom + 18, "tick", anchor: .middle)
    }
    for value in y.ticks(room: 16) {
      canvas.line(Self.left, y.place(value), Self.right, y.place(value), "grid")
      canvas.text(Figure.plain(value), Self.left - 8, y.place(value) + 4, "tick", anchor: .end)
    }
    canvas.rectangle(Self.left, ceiling, width: Self.right - Self.left, height: bottom - ceiling, "frame")
    canvas.text(
      "samples per second (more is better)", (Self.left + Self.right) / 2, bottom + 40, "axis", anchor: .middle)
    canvas.text(
      "joules per sample (less is better)\(isModelled ? ", modelled" : "")", 26, (bottom + ceiling) / 2, "axis",
      anchor: .middle, degrees: -90)
  }

  /// Lines of equal power, which is throughput times energy; each named at its upper end.
  private func drawWatts(on canvas: inout SVGCanvas) {
    let watts = LogScale(
      around: content.speeds.lowerBound * content.joules.lowerBound,
      content.speeds.upperBound * content.joules.upperBound, start: 0, end: Self.right - Self.left)
    for power in watts.ticks(room: 60) {
      let (start, end) = (max(x.least, power / y.greatest), min(x.greatest, power / y.least))
      // Too short for its name in a corner.
      guard x.place(end) - x.place(start) > 60 else { continue }
      canvas.line(x.place(start), y.place(power / start), x.place(end), y.place(power / end), "watts")
      let name = "\(Figure.plain(power)) W"
      let place = (x: x.place(start) + 6, y: y.place(power / start))
      canvas.text(name, place.x + (place.y > ceiling + 1 ? 0 : 4), place.y + (place.y > ceiling + 1 ? -4 : 14), "small")
    }
  }

  private func clipped(x value: Double) -> Double {
    value > 0 ? min(max(x.place(value), Self.left), Self.right) : Self.left
  }

  private func clipped(y value: Double) -> Double {
    value > 0 ? min(max(y.place(value), ceiling), bottom) : bottom
  }

  /// Points with their bars, and labels beside the panel in the order of the joules.
  private func drawPoints(on canvas: inout SVGCanvas) {
    let sorted = content.points.sorted { $0.point.joules > $1.point.joules }
    let gap = min(34, (bottom - ceiling - 20) / Double(max(sorted.count, 1)))
    let places = LabelLayout.spread(
      sorted.map { clipped(y: $0.point.joules) }, gap: gap, within: (ceiling + 8)...(bottom - 12))
    for ((point, _), label) in zip(sorted, places) {
      canvas.line(clipped(x: point.speed), clipped(y: point.joules), Self.right, label, "leader")
      canvas.line(Self.right, label, Self.labels - 6, label, "leader")
    }
    for ((point, name), label) in zip(sorted, places) {
      draw(point, name: name, on: &canvas)
      // Two lines where there is room for them.
      if gap >= 30 {
        canvas.text(name.shortened(to: 50), Self.labels, label + 1, "name")
        canvas.text(point.figures.shortened(to: 58), Self.labels, label + 15, "small")
      } else {
        let rest = "  \(Figure.significant(point.joules)) J"
        canvas.text(name.shortened(to: 40) + rest, Self.labels, label + 4, "tick")
      }
    }
  }

  private func draw(_ point: EnergyPoint, name: String, on canvas: inout SVGCanvas) {
    let precision = point.cell.cell.precision.rawValue
    let (place, height) = (clipped(x: point.speed), clipped(y: point.joules))
    let ends = (clipped(y: point.ends.lowerBound), clipped(y: point.ends.upperBound))
    canvas.line(place, ends.0, place, ends.1, "bar \(precision)")
    for end in [ends.0, ends.1] { canvas.line(place - 5, end, place + 5, end, "bar \(precision)") }
    if let speeds = point.speedEnds {
      let ends = (clipped(x: speeds.lowerBound), clipped(x: speeds.upperBound))
      canvas.line(ends.0, height, ends.1, height, "bar \(precision)")
      for end in [ends.0, ends.1] { canvas.line(end, height - 5, end, height + 5, "bar \(precision)") }
    }
    let style = "point \(point.isModelled ? "modelled" : "measured") \(precision)"
    canvas.circle(place, height, radius: 5, style, hint: "\(name): \(point.figures)")
    if point.cell.isMisplaced { ScalingPanel.drawCross(place, height, "cross", on: &canvas) }
  }

  private func drawLegend(on canvas: inout SVGCanvas) {
    let line = bottom + 68
    canvas.circle(Self.left + 6, line, radius: 5, "point \(isModelled ? "modelled" : "measured") plain")
    canvas.text(isModelled ? "modelled" : "measured", Self.left + 18, line + 4, "tick")
    canvas.line(Self.left + 92, line, Self.left + 120, line, "bar plain")
    for end in [92.0, 120] { canvas.line(Self.left + end, line - 5, Self.left + end, line + 5, "bar plain") }
    let bars =
      isModelled
      ? "95 % over rounds; joules: the model's bounds" : "95 % over rounds; joules: at least what the meter leaves open"
    canvas.text(bars, Self.left + 128, line + 4, "tick")
    canvas.line(Self.left + 536, line, Self.left + 564, line, "watts")
    canvas.text("equal power", Self.left + 572, line + 4, "tick")
    if content.points.contains(where: \.point.cell.isMisplaced) {
      ScalingPanel.drawCross(Self.left + 680, line, "cross", on: &canvas)
      canvas.text("ran elsewhere than asked for", Self.left + 696, line + 4, "tick")
    }
  }
}
