import Analysis
import Glibc
import NumericFormats
import Records

/// Speed, error and energy of the cells of one workload as a picture: speed to the right, error upwards, and a ring that is the
/// larger the more energy a sample takes. Numbers stand beside the cells that none beats. Readable without colours: precisions
/// have signs of their own.
struct TradeOffChart {
  private let content: TradeOff
  private let x: LogScale
  private let y: LogScale
  /// Precisions in the order of their signs.
  private let precisions: [Precision]

  private static let width = 760.0
  private static let left = 84.0
  private static let right = 740.0
  private static let (ceiling, floor) = (20.0, 386.0)
  /// Where no error lies: below the axis of errors, which has no 0.
  private static let zero = 426.0
  private static let largestRing = 26.0
  private static let mostSigns = 6

  init(_ content: TradeOff) {
    self.content = content
    let speeds = content.points.map(\.speed)
    let errors = content.points.map(\.error).filter { $0 > 0 }
    x = LogScale(
      around: (speeds.min() ?? 1) / 1.15, (speeds.max() ?? 1) * 1.15, start: Self.left, end: Self.right)
    y = LogScale(
      around: (errors.min() ?? 0.01) / 1.5, (errors.max() ?? 0.1) * 1.5, start: Self.floor, end: Self.ceiling)
    precisions = Set(content.points.map(\.cell.cell.precision)).sorted { $0.rawValue < $1.rawValue }
  }

  /// The picture.
  var picture: SVGPicture {
    var canvas = SVGCanvas()
    drawAxes(on: &canvas)
    drawFront(on: &canvas)
    drawPoints(on: &canvas)
    let height = drawLegend(on: &canvas)
    return canvas.picture(
      "trade-off", width: Self.width, height: height, title: "Speed, error and energy", style: Self.style)
  }

  private func place(_ point: TradeOff.Point) -> (x: Double, y: Double) {
    (min(max(x.place(point.speed), Self.left), Self.right), point.error > 0 ? y.place(point.error) : Self.zero)
  }

  private func drawAxes(on canvas: inout SVGCanvas) {
    let bottom = Self.zero + 32
    for value in x.ticks(room: 34) {
      canvas.line(x.place(value), Self.ceiling, x.place(value), bottom, "grid")
      canvas.text(Figure.plain(value), x.place(value), bottom + 18, "tick", anchor: .middle)
    }
    if content.points.contains(where: { $0.error > 0 }) {
      for value in y.ticks(room: 16) {
        canvas.line(Self.left, y.place(value), Self.right, y.place(value), "grid")
        canvas.text("\(Figure.plain(value * 100)) %", Self.left - 8, y.place(value) + 4, "tick", anchor: .end)
      }
    }
    canvas.line(Self.left, Self.floor, Self.right, Self.floor, "frame")
    canvas.line(Self.left, Self.zero, Self.right, Self.zero, "grid")
    canvas.text("none", Self.left - 8, Self.zero + 4, "tick", anchor: .end)
    canvas.rectangle(Self.left, Self.ceiling, width: Self.right - Self.left, height: bottom - Self.ceiling, "frame")
    canvas.text(
      "samples per second (more is better)", (Self.left + Self.right) / 2, bottom + 40, "axis", anchor: .middle)
    canvas.text(
      "relative error (less is better)", 18, (Self.zero + Self.ceiling) / 2, "axis", anchor: .middle, degrees: -90)
  }

  /// A line through what none beats in speed and error, in the order of speeds.
  private func drawFront(on canvas: inout SVGCanvas) {
    let flags = TradeOff.front(content.points.map { ($0.speed, $0.error, 0) })
    let front = zip(content.points, flags).filter(\.1).map(\.0).sorted { $0.speed < $1.speed }
    guard front.count > 1 else { return }
    var corners: [(x: Double, y: Double)] = []
    for point in front {
      let next = place(point)
      if let last = corners.last { corners.append((last.x, next.y)) }
      corners.append(next)
    }
    canvas.polyline(corners, "front")
  }

  private func drawPoints(on canvas: inout SVGCanvas) {
    let most = content.points.compactMap(\.joules).max() ?? 1
    for point in content.points {
      guard let joules = point.joules else { continue }
      let place = place(point)
      canvas.circle(place.x, place.y, radius: Self.radius(joules, most: most), point.isOnFront ? "ring" : "ring weak")
    }
    // Those on the front last, on top.
    for point in content.points.reversed().filter({ !$0.isOnFront }) { draw(point, on: &canvas) }
    for point in content.points.filter(\.isOnFront).reversed() { draw(point, on: &canvas) }
    var taken: [(x: Double, y: Double)] = []
    for (index, point) in content.points.filter(\.isOnFront).enumerated() {
      var label = place(point)
      label.x += 11
      label.y -= 8
      // Close ones step up instead of lying on each other.
      for _ in 0..<8 where taken.contains(where: { abs($0.x - label.x) < 16 && abs($0.y - label.y) < 13 }) {
        label.y -= 13
      }
      taken.append(label)
      for style in ["halo", "number"] { canvas.text("\(index + 1)", label.x, label.y, style) }
    }
  }

  /// Its area is in proportion to the energy.
  private static func radius(_ joules: Double, most: Double) -> Double {
    max(largestRing * (joules / most).squareRoot(), 6)
  }

  private func draw(_ point: TradeOff.Point, on canvas: inout SVGCanvas) {
    let (place, cell) = (place(point), point.cell.cell)
    let energy = point.joules.map { " · \(content.isModelled ? "~" : "")\(Figure.significant($0)) J/sample" } ?? ""
    ScalingPanel.drawSign(
      sign(cell.precision), place.x, place.y, "sign \(point.isOnFront ? "full" : "open") \(cell.precision.rawValue)",
      hint: "\(CellWords.all(cell)): \(Figure.significant(point.speed)) samples/s · "
        + "\(ContractSection.share(point.error)) error\(energy)", on: &canvas)
  }

  private func sign(_ precision: Precision) -> Int { (precisions.firstIndex(of: precision) ?? 0) % Self.mostSigns }

  /// The height of the whole.
  private func drawLegend(on canvas: inout SVGCanvas) -> Double {
    var (place, line) = (Self.left, Self.zero + 100)
    for precision in precisions {
      ScalingPanel.drawSign(sign(precision), place + 6, line - 4, "sign full \(precision.rawValue)", on: &canvas)
      canvas.text(precision.rawValue, place + 18, line, "tick")
      place += 76
    }
    line += 22
    canvas.line(Self.left, line - 4, Self.left + 28, line - 4, "front")
    canvas.text("less error only for less speed", Self.left + 36, line, "tick")
    canvas.text("filled, numbered: none beats it", Self.left + 236, line, "tick")
    guard content.points.contains(where: { $0.joules != nil }) else { return line + 14 }
    line += 24
    canvas.circle(Self.left + 10, line - 4, radius: 9, "ring")
    let most = content.points.compactMap(\.joules).max() ?? 0
    canvas.text(
      "area: energy of a sample; the largest is \(content.isModelled ? "~" : "")\(Figure.significant(most)) J",
      Self.left + 36, line, "tick")
    return line + 14
  }

  private static let colours = SVGStyle.precisions(filled: "full")

  private static let style = SVGStyle(
    light: """
      .front { stroke: #111827; stroke-width: 1.4; stroke-dasharray: 6 4; fill: none; }
      .ring { fill: #9ca3af; fill-opacity: 0.22; stroke: #4b5563; stroke-width: 1; }
      .weak { fill-opacity: 0.08; stroke-opacity: 0.5; }
      .sign { stroke-width: 2; }
      .open { fill: #ffffff; }
      .number { font-weight: 700; }
      .halo { fill: #ffffff; stroke: #ffffff; stroke-width: 4px; font-weight: 700; }
      \(colours.light)
      """,
    dark: """
      .front { stroke: #f9fafb; }
      .ring { stroke: #9ca3af; }
      .open { fill: #111827; }
      .halo { fill: #111827; stroke: #111827; }
      \(colours.dark)
      """)
}
