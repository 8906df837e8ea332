import Analysis
import Glibc
import HostState
import NumericFormats
import Records

/// One thread count's roofs, diagonals and ridge points, with axes.
struct RooflinePanel {
  let model: RooflineModel
  private let record: RooflineRecord
  /// The cell whose nodes are drawn; nil for the ceilings alone.
  private let cell: CellNodes?
  private let top: Double
  /// Operations per byte to x, and operations per second to y.
  let x: LogScale
  let y: LogScale

  static let left = 84.0
  static let right = 740.0
  static let labels = 772.0

  init(_ model: RooflineModel, record: RooflineRecord, cell: CellNodes? = nil, top: Double) {
    self.model = model
    self.record = record
    self.cell = cell
    self.top = top
    let nodes = (cell?.nodes ?? []).filter { $0.operations > 0 }
    let ridges = model.ridges.map(\.intensity)
    let points = nodes.compactMap(\.intensity).filter { $0 > 0 }
    let slowest = model.diagonals.map(\.rate).min() ?? 1
    let least = min((ridges.min() ?? 1) / 6, (points.min() ?? .infinity) / 2)
    let greatest = max((ridges.max() ?? 1) * 12, (points.max() ?? 0) * 2)
    x = LogScale(around: least, greatest, start: Self.left, end: Self.right)
    // The slowest diagonal comes in through the corner.
    let corner = min(slowest * x.least, nodes.map(\.rate).filter { $0 > 0 }.min() ?? .infinity)
    y = LogScale(around: corner, (model.roofs.first?.rate ?? 1) * 1.6, start: top + 540, end: top + 66)
  }

  private var bottom: Double { y.start }
  private var ceiling: Double { y.end }

  func draw(on canvas: inout SVGCanvas) {
    drawTitle(on: &canvas)
    drawAxes(on: &canvas)
    drawDrops(on: &canvas)
    drawDiagonals(on: &canvas)
    drawRoofs(on: &canvas)
    labelDiagonals(on: &canvas)
    drawRidges(on: &canvas)
    if let cell { drawNodes(cell, on: &canvas) }
    drawLegend(on: &canvas)
  }

  private func drawTitle(on canvas: inout SVGCanvas) {
    let clock = record.roofline.clocks.first { $0.threads == model.threads }?.hertz.best
    let machine = "\(record.machine.cpuModel.shortened(to: 60)), \(Figure.counted(model.threads, "thread"))"
    canvas.text(cell?.id ?? "Roofline of \(machine)", Self.left, top + 32, "title")
    let facts = [
      cell == nil ? nil : machine, clock.map { "\(Figure.fixed($0 / 1e9, 2)) GHz" }, "best repetition of each figure",
      record.createdAt.shortened(to: 30),
    ]
    canvas.text(facts.compactMap { $0 }.joined(separator: " · "), Self.left, top + 51, "small")
  }

  private func drawAxes(on canvas: inout SVGCanvas) {
    for value in x.ticks(room: 34) {
      let place = x.place(value)
      canvas.line(place, ceiling, place, bottom, "grid")
      canvas.text(Figure.plain(value), place, bottom + 18, "tick", anchor: .middle)
    }
    for value in y.ticks(room: 16) {
      let place = y.place(value)
      canvas.line(Self.left, place, Self.right, place, "grid")
      canvas.text(Figure.plain(value / 1e9), Self.left - 8, place + 4, "tick", anchor: .end)
    }
    canvas.rectangle(Self.left, ceiling, width: Self.right - Self.left, height: bottom - ceiling, "frame")
    canvas.text(
      "arithmetic intensity in operations per byte", (Self.left + Self.right) / 2, bottom + 40, "axis", anchor: .middle)
    canvas.text(
      "rate in GOP/s (10⁹ operations per second)", 26, (bottom + ceiling) / 2, "axis", anchor: .middle, degrees: -90)
  }

  /// From the ridges of the outermost level down to the axis.
  private func drawDrops(on canvas: inout SVGCanvas) {
    guard let outermost = model.diagonals.last?.level else { return }
    for ridge in model.ridges where ridge.level == outermost {
      guard let roof = model.roof(ridge.precision) else { continue }
      let place = x.place(ridge.intensity)
      canvas.line(place, y.place(roof.rate), place, bottom, "drop \(ridge.precision.rawValue)")
      canvas.text(
        Figure.plain(rounded(ridge.intensity)), place + 4, bottom - 6 - 14 * row(ridge.precision),
        "\(ridge.precision.rawValue)-text")
    }
  }

  /// Labels of ridges lie in rows of their own, so that close ones stay apart.
  private func row(_ precision: Precision) -> Double { Double(Precision.measurable.firstIndex(of: precision) ?? 0) }

  private func rounded(_ value: Double) -> Double { value >= 10 ? value.rounded() : (value * 10).rounded() / 10 }

  private func drawDiagonals(on canvas: inout SVGCanvas) {
    guard let highest = model.roofs.first?.rate else { return }
    for diagonal in model.diagonals {
      let start = max(x.least, y.least / diagonal.rate)
      canvas.line(
        x.place(start), y.place(start * diagonal.rate), x.place(highest / diagonal.rate), y.place(highest), "bandwidth")
    }
  }

  /// Along the diagonals, over all lines.
  private func labelDiagonals(on canvas: inout SVGCanvas) {
    let angle = atan2(y.decade, x.decade)
    var shift = 0.0
    var above: Double?
    for diagonal in model.diagonals.sorted(by: { $0.rate > $1.rate }) {
      let height = y.place(diagonal.rate * x.least)
      // Labels of diagonals that lie close together start further up, one after the other.
      shift = above.map { (height - $0) * cos(angle) < 17 } == true ? shift + 170 : 0
      above = height
      let start = max(x.least, y.least / diagonal.rate)
      let place = x.place(start) + (16 + shift) * cos(angle)
      let pattern = diagonal.pattern.rawValue + (diagonal.isNonTemporal ? " non-temporal" : "")
      // Twice, because not every viewer can paint the stroke that keeps lines out of a text below its letters.
      for style in ["halo", "bandwidth-text"] {
        canvas.text(
          "\(diagonal.level) \(giga(diagonal.rate)) GB/s (\(pattern))", place,
          y.place(x.value(place) * diagonal.rate) - 9, style, degrees: -angle * 180 / Double.pi)
      }
    }
  }

  private func drawRoofs(on canvas: inout SVGCanvas) {
    let fastest = model.diagonals.map(\.rate).max() ?? 1
    // Drawn from the lowest to the highest, so that the strong lines lie on top.
    let roofs = cell == nil ? model.roofs : model.roofs.filter(\.isHighest)
    for roof in roofs.reversed() {
      let place = y.place(roof.rate)
      canvas.line(
        x.place(max(x.least, roof.rate / fastest)), place, Self.right, place,
        "\(roof.precision.rawValue) \(roof.isHighest ? "high" : "low")")
    }
    let wanted = roofs.map { y.place($0.rate) }
    let places = LabelLayout.spread(wanted, gap: 32, within: (ceiling + 6)...(bottom - 20))
    for (roof, (line, label)) in zip(roofs, zip(wanted, places)) {
      canvas.line(Self.right, line, Self.labels - 6, label, "leader")
      canvas.text(
        "\(roof.precision.rawValue.uppercased()) \(giga(roof.rate)) GOP/s", Self.labels, label + 2,
        "\(roof.precision.rawValue)-text")
      canvas.text("\(roof.isa): \(roof.instructions)", Self.labels, label + 15, "small")
    }
  }

  private func drawRidges(on canvas: inout SVGCanvas) {
    for ridge in model.ridges {
      guard let roof = model.roof(ridge.precision) else { continue }
      canvas.circle(
        x.place(ridge.intensity), y.place(roof.rate), radius: 4, "ridge \(ridge.precision.rawValue)",
        hint:
          "\(ridge.precision.rawValue.uppercased()) and \(ridge.level): \(Figure.significant(ridge.intensity)) operations per byte"
      )
    }
  }

  private func drawLegend(on canvas: inout SVGCanvas) {
    let line = bottom + 68
    var place = Self.left
    let entries: [(text: String, width: Double, style: String)] = [
      ("highest arithmetic of a precision", 250, "fp32 high"), ("other instruction sets", 180, "fp32 low"),
      ("bandwidth", 120, "bandwidth"),
    ]
    // Under nodes only the highest roofs are drawn.
    for entry in entries where cell == nil || !entry.style.hasSuffix(" low") {
      canvas.line(place, line, place + 28, line, entry.style)
      canvas.text(entry.text, place + 36, line + 4, "tick")
      place += entry.width
    }
    canvas.circle(place + 14, line, radius: 4, "ridge fp32")
    canvas.text("ridge point: right of it arithmetic binds, left of it bandwidth", place + 28, line + 4, "tick")
    guard let cell else { return }
    canvas.circle(Self.left + 14, line + 22, radius: 7, "point \(cell.precision.rawValue)-point")
    // As far above as noise cannot be.
    let multipliesLess = points(of: cell).contains { ($0.ceiling?.share ?? 0) > 1.1 }
    let note = multipliesLess ? "; above its roof it multiplies less often than is counted (Winograd's algorithm)" : ""
    canvas.text("node; its area is its part of the time\(note)", Self.left + 36, line + 26, "tick")
  }

  private func giga(_ value: Double) -> String { Figure.significant(value / 1e9) }
}
